"""What browser tests of rectification begin with: an approved visit to Shiqiao with one fault and its photo."""

from typing import Any

from tests.cast import LIN, SHIQIAO, ZHOU
from tests.e2e.house import House
from tests.e2e.sender import Client, sender
from tests.stories.phone import Phone
from tests.visits import photo_bytes

#: The row with the fault.
ROW = "1.2"


def approved_visit(house: House, faults: int = 1, region: str | None = SHIQIAO) -> str:
    """Its id. `faults`: how often the clause of `ROW` was counted; without a region any other of the demo's visits."""
    lin, rows = sender(house, LIN)
    here = {each["site"]["region"]: each["id"] for each in lin.known.values()}
    lin.inspection = here[region] if region else next(id for code, id in sorted(here.items()) if code != SHIQIAO)
    for row in rows:
        lin.say(row["id"], "not_met" if row["id"] == ROW else "met")
        for measure in row["measures"]:
            lin.write(f"answer/{row['id']}/measure/{measure['id']}", "100")
        for clause in row.get("clauses", ()):
            if clause["kind"] in ("judge", "award"):
                lin.write(f"answer/{row['id']}/award/{clause['id']}", clause.get("max") or clause.get("points"))
    lin.write(f"finding/{ROW}:a", {"indicator": ROW, "clause": "a", "item": None, "case": None}, "add")
    if faults > 1:
        lin.write(f"finding/{ROW}:a/count", faults)
    data = photo_bytes()
    photo = lin.announce(data, ROW, "signage", finding=f"{ROW}:a")
    lin.write("visit/submitted", {"at": "2026-11-22T03:00:00.000Z"})
    lin.sync()
    assert not lin.held, lin.held
    assert lin.upload(photo, data).status_code == 201
    _approve(house, lin)
    return str(lin.inspection)


def _approve(house: House, lin: Phone) -> None:
    zhou = Client(house, ZHOU)
    address = f"/api/v1/inspections/{lin.inspection}"
    writer = Phone(zhou, lin.inspection, "sender-of-zhou")
    writer.sync()
    seen: dict[str, Any] = zhou.get(address).get_json()
    for row in {lack["indicator"] for lack in seen["result"]["missing_evidence"]}:
        writer.write(f"review/waiver/{row}", {"reason": "停电"})
    writer.sync()
    answer = zhou.post(f"{address}/approval", json={"seen": zhou.get(address).get_json()["seq"]})
    assert answer.status_code in (200, 201), answer.get_json()


def issued(house: House, visit: str, **change: Any) -> str:
    """An order with one item; the item's id."""
    zhou = Client(house, ZHOU)
    wanted = {"finding": f"{ROW}:a", "indicator": ROW, "clause": "a", "kind": "deadline", "severity": "minor",
              "text": "标牌与实际不符", "days": 5, "proof": {"photos": True, "why": "要看得出标牌已换"}}  # fmt: skip
    answer = zhou.post(f"/api/v1/inspections/{visit}/rectification", json={"items": [wanted], **change})
    assert answer.status_code == 201, answer.get_json()
    return str(answer.get_json()["order"]["items"][0]["id"])
