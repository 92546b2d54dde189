"""Every way to fail, in one list: what happened, what is safe, what to do next, in two languages.

The family tells the phone what to do: `refused` keep and show, `contested` ask a person, `stale` fetch afresh,
`barred` hold until sign-in, `busy` try later. A retired code is never used again.
"""

from mingcha.core.problems.campaigns import CAMPAIGNS, DRAW
from mingcha.core.problems.checklists import CHECKLISTS
from mingcha.core.problems.common import BACKUPS, COMMON
from mingcha.core.problems.evidence import UPLOADS
from mingcha.core.problems.ops import OPS
from mingcha.core.problems.people import PEOPLE
from mingcha.core.problems.problem import Family, Problem, Refused, words
from mingcha.core.problems.rectification import CHANNELS, RECTIFICATION
from mingcha.core.problems.review import PAPERS, REVIEW
from mingcha.core.problems.sync import CARRYING, SYNC

__all__ = ["PROBLEMS", "Family", "Problem", "Refused", "words"]

PROBLEMS: dict[str, Problem] = {
    problem.code: problem
    for problem in (
        *COMMON, *PEOPLE, *OPS, *SYNC, *BACKUPS, *CARRYING, *UPLOADS, *REVIEW, *CHECKLISTS,
        *DRAW, *RECTIFICATION, *CHANNELS, *PAPERS, *CAMPAIGNS,
    )
}
