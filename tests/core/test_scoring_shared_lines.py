"""Sites of a campaign share what they have in common; each still gets exactly what it would get alone."""

import random

from mingcha.core.canonical import canonical
from mingcha.core.scoring import campaign, score
from tests.bench.scoring import full_sheets
from tests.core.scoring_lists import checklist
from tests.vectors.scoring import random_sheets


def test_a_site_in_a_campaign_earns_what_its_sheet_earns_alone_at_those_places():
    county, dice = checklist("county-grading"), random.Random(58)
    sheets = full_sheets(county, 60) | {f"r{n}": random_sheets.sheet(county.content, dice) for n in range(60)}

    for row in campaign(county, sheets):
        places = {key: (best, worst) for key, (best, worst) in row["places"].items()}
        assert canonical(row["result"]) == canonical(score(county, sheets[row["site"]], None, places))
