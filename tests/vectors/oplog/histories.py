"""Histories as phones make them: people write what they see, out of signal, with clocks off by years; some forge.

Everything is drawn from one `random.Random`, so a seed names a history.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from typing import Any

from mingcha.core.canonical import canonical
from mingcha.core.oplog import Op, State, fold

INSPECTION = "018f0000-0000-7000-8000-000000000001"
LIN = "018f0000-0000-7000-8000-00000000a001"
ZHAO = "018f0000-0000-7000-8000-00000000a002"
ZHOU = "018f0000-0000-7000-8000-00000000a003"
PEOPLE = (LIN, ZHAO, ZHOU)

YEAR_MS = 365 * 86_400_000
NOON = 1_790_000_000_000

FIELDS: dict[str, list[Any]] = {
    "answer/3.1/verdict": ["met", "not_met", "not_applicable", None],
    "answer/3.7/verdict": ["met", "not_met"],
    "answer/4/measure/area": ["100", "１００", None],
    "visit/note": ["", "门口无标识", "𠮷野\u2028"],
    "visit/submitted": [{"at": "2026-09-21T10:00:00.000Z"}, {"at": "2026-09-21T10:00:01.000Z"}, None],
    "review/comment/3.1": ["请补照片", "好"],
}
PHOTO = "018f0000-0000-4000-8000-0000000000f1"
FAULT, OTHER_FAULT = "018f0000-0000-4000-8000-0000000000f2", "018f0000-0000-4000-8000-0000000000f3"


def _finding(indicator: str, clause: str | None, item: str | None = None) -> dict[str, Any]:
    return {"indicator": indicator, "clause": clause, "item": item, "case": None}


ELEMENTS: dict[str, list[Any]] = {
    "finding/3.1:a": [_finding("3.1", "a")],
    "finding/3.7:b:map": [_finding("3.7", "b", "map")],
    f"finding/{FAULT}": [_finding("3.1", "b")],
    f"finding/{OTHER_FAULT}": [_finding("3.1", "b"), _finding("3.7", None)],
    f"photo/{PHOTO}": [{
        "sha256": "0" * 64, "size": 81_234, "kind": "signage", "taken_at": "2026-09-21T10:00:00.000Z",
        "offset_min": 480, "position": {"lat": "36.18", "lon": "118.16", "accuracy_m": 25}, "indicator": "3.1",
        "finding": finding, "source": "camera", "width": 2048, "height": 1536, "name": "门牌.jpg",
    } for finding in (FAULT, None)],
}
INNER: dict[str, list[Any]] = {
    **{f"{target}/count": [1, 2, 3] for target in ELEMENTS if target.startswith("finding/")},
    **{f"{target}/note": ["两处", "三处"] for target in ELEMENTS},
    f"photo/{PHOTO}/finding": [FAULT, OTHER_FAULT, None],
}


class Phone:
    """One device: what it knows, its number, its wrong clock."""

    def __init__(self, random: Random, number: int) -> None:
        self.random = random
        self.author = PEOPLE[number % len(PEOPLE)]
        self.device = f"phone-00{number}"
        self.clock = NOON + random.choice([0, 0, 0, 0, 90_000, 90_000, -3 * YEAR_MS, 7 * YEAR_MS, -NOON])
        self.seq = 0
        self.knows: dict[str, Op] = {}

    def write(self, kind: str, target: str, value: Any, over: list[str]) -> Op:
        self.seq += 1
        self.clock += self.random.randrange(1, 400_000)
        op = Op(
            id=uuid7(self.random, self.clock), inspection=INSPECTION, device=self.device, seq=self.seq,
            at=iso(self.clock), kind=kind, target=target, value=value, over=tuple(over), author=self.author,  # type: ignore[arg-type]
        )
        self.knows[op.id] = op
        return op

    def act(self) -> Op:
        """Write, add, edit or remove something, over what this phone sees now."""
        state = fold(self.knows.values())
        choice = self.random.random()
        if choice < 0.45:
            target = self.random.choice(list(FIELDS))
            return self.write("set", target, self.random.choice(FIELDS[target]), seen(state, target))
        if choice < 0.65:
            target = self.random.choice(list(ELEMENTS))
            answers = list(state["elements"][target]["removes"]) if target in state["elements"] else []
            return self.write("add", target, self.random.choice(ELEMENTS[target]), answers)
        if choice < 0.85 or not state["elements"]:
            target = self.random.choice(list(INNER))
            return self.write("set", target, self.random.choice(INNER[target]), seen(state, target))
        target = self.random.choice(sorted(state["elements"]))
        inside = [id for field in state["fields"] if field.startswith(f"{target}/") for id in seen(state, field)]
        return self.write("remove", target, None, [head["op"] for head in state["elements"][target]["heads"]] + inside)

    def forge(self, everything: list[Op]) -> Op:
        """Name whatever: other fields, what this phone never saw, what does not exist."""
        target = self.random.choice([*FIELDS, *INNER])
        over = [op.id for op in self.random.sample(everything, min(len(everything), self.random.randrange(1, 3)))]
        if self.random.random() < 0.3:
            over.append(uuid7(self.random, self.clock))
        return self.write("set", target, self.random.choice({**FIELDS, **INNER}[target]), over)


def history(random: Random, length: int, *, phones: int = 3, forged: float = 0.05, circles: bool = True) -> list[Op]:
    """Ops in the order of writing. Phones meet now and then and learn a part of what the other knows."""
    team = [Phone(random, number) for number in range(phones)]
    written: list[Op] = []
    while len(written) < length:
        phone = random.choice(team)
        written.append(phone.forge(written) if written and random.random() < forged else phone.act())
        if random.random() < 0.4:
            learn(random, phone, random.choice(team))
        if circles and random.random() < 0.03:
            written += circle(random, phone)
    return written[:length]


def learn(random: Random, one: Phone, other: Phone) -> None:
    for id, op in list(other.knows.items()):
        if random.random() < 0.8:
            one.knows[id] = op


def circle(random: Random, phone: Phone) -> Iterator[Op]:
    """Two ops that each claim to have seen the other."""
    ids = [uuid7(random, phone.clock) for _ in range(2)]
    for id, other, text in zip(ids, reversed(ids), ("甲", "乙"), strict=True):
        yield Op(id, INSPECTION, phone.device, phone.seq + 1_000, iso(phone.clock), "set", "visit/note", text, (other,),
                 phone.author)


def seen(state: State, target: str) -> list[str]:
    return [head["op"] for head in state["fields"].get(target, [])]


def uuid7(random: Random, unix_ms: int) -> str:
    time, dice = f"{unix_ms:012x}", f"{random.getrandbits(74):019x}"
    return f"{time[:8]}-{time[8:]}-7{dice[:3]}-{random.choice('89ab')}{dice[3:6]}-{dice[6:18]}"


def iso(unix_ms: int) -> str:
    return datetime.fromtimestamp(unix_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{unix_ms % 1000:03d}Z"


def text_of(state: State) -> str:
    """The byte-identical form that both languages must agree on."""
    return canonical(state).decode()
