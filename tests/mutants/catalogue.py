"""The planted bugs: what is changed where, and which tests must fail then."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Edit:
    """A piece of text that must stand exactly once in the file, and what replaces it."""

    file: str
    old: str
    new: str


@dataclass(frozen=True)
class Mutant:
    name: str
    edits: tuple[Edit, ...]
    #: Test files of pytest, or of vitest (below `pwa/`).
    tests: tuple[str, ...]

    @property
    def on_the_phone(self) -> bool:
        return self.tests[0].startswith("pwa/")


_SYNC = "server/mingcha/flows/sync.py"
_NUMBERS = "for number, (each, op) in enumerate(zip(fresh, ops, strict=True), start=place.seq + 1):"
_ADVANCE = "inspections.advance(place.id, place.seq + len(entries))"
_LOCKED = "    .order_by(_inspection.id)\n    .with_for_update()\n"

MUTANTS = (
    Mutant(
        "last write wins",
        (
            Edit(
                "server/mingcha/core/oplog/fold.py",
                "fields[op.target].append(_head(op))",
                "fields[op.target] = [_head(op)]",
            ),
        ),
        ("tests/core/test_oplog_order.py", "tests/stories/test_two_phones.py"),
    ),
    Mutant(
        "cursor by timestamp",
        (
            Edit(_SYNC, _NUMBERS, _NUMBERS.replace("place.seq + 1", "int(now.timestamp() * 1000) % 10**9")),
            Edit(_SYNC, _ADVANCE, "inspections.advance(place.id, max(place.seq, *(each.seq for each in entries), 0))"),
        ),
        ("tests/fleet/test_commit_order.py",),
    ),
    Mutant(
        "cursor by plain sequence",
        (
            Edit("server/mingcha/store/inspections.py", _LOCKED, "    .order_by(_inspection.id)\n"),
            Edit(_SYNC, "_MOST_RACES = 5", "_MOST_RACES = 5\nfrom itertools import count\n_SEQUENCE = count(1000)"),
            Edit(
                _SYNC,
                _NUMBERS,
                "for number, each, op in [(next(_SEQUENCE), each, each.op) for each in fresh]:",
            ),
            Edit(_SYNC, _ADVANCE, "inspections.advance(place.id, next(_SEQUENCE))"),
        ),
        ("tests/fleet/test_commit_order.py",),
    ),
    Mutant(
        "acknowledging before commit",
        (
            Edit(
                _SYNC,
                "        except oplog.Raced:\n",
                "        except Exception:\n"
                "            if all(each.outcome for each in incoming):\n"
                "                return\n",
            ),
        ),
        ("tests/fleet/test_commit_order.py",),
    ),
    Mutant(
        "dropping a held op",
        (Edit("server/mingcha/flows/incoming.py", "    for each in waiting:\n", "    for each in waiting[:0]:\n"),),
        ("tests/api/test_sync.py", "tests/stories/test_two_phones.py"),
    ),
    Mutant(
        "clearing the outbox at logout",
        (
            Edit(
                "pwa/src/sync/session.ts",
                "export async function logout(): Promise<void> {\n",
                "export async function logout(): Promise<void> {\n"
                "  const leaving = await currentUser()\n"
                "  if (leaving) await openDb(leaving.id).outbox.clear()\n",
            ),
        ),
        ("pwa/src/sync/saved-stays-saved.test.ts", "pwa/src/store/store.test.ts"),
    ),
    Mutant(
        "forgetting receipts",
        (Edit(_SYNC, "receipts = _receipts(undecided, around, everywhere=attempt > 0)", "receipts = {}"),),
        ("tests/stories/test_two_phones.py",),
    ),
    Mutant(
        "whole-record version",
        (
            Edit(
                _SYNC,
                "    entries = []\n",
                "    whole = [op for _, op in oplog.ops_of(place.id)]\n"
                "    if whole and whole[-1].device != ops[0].device:\n"
                '        said = {op.id: said[op.id] if whole[-1].id in op.over else "op.stale" for op in ops}\n'
                "    entries = []\n",
            ),
        ),
        ("tests/stories/test_two_phones.py",),
    ),
    Mutant(
        "`gone` not sent",
        (Edit("server/mingcha/flows/pull.py", "gone = sorted(set(before) - set(mine))", "gone: list[str] = []"),),
        ("tests/stories/test_two_phones.py",),
    ),
    Mutant(
        "cursor outside the transaction",
        (
            Edit(
                "pwa/src/sync/exchange.ts",
                "  return settle(db, reply,",
                "  await setMeta(db, 'cursor', reply.cursor)\n  return settle(db, reply,",
            ),
            Edit("pwa/src/sync/exchange.ts", "      await setMeta(tables, 'cursor', reply.cursor)\n      if", "      if"),
        ),
        ("pwa/src/sync/saved-stays-saved.test.ts", "pwa/src/sync/engine.test.ts"),
    ),
)
