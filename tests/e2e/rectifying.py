"""What browser tests of rectification begin with: an approved visit to Shiqiao with one fault and its photo."""

from typing import Any

from tests.cast import LIN, SHIQIAO, ZHOU
from tests.e2e.house import House
from tests.e2e.sender import Client, sender
from tests.stories.phone import Phone
from tests.visits import photo_bytes

#: The row with the fault.
ROW = "1.2"


def approved_visit(house: House) -> str:
    """Its id."""
    lin, rows = sender(house, LIN)
    lin.inspection = next(each["id"] for each in lin.known.values() if each["site"]["region"] == SHIQIAO)
    for row in rows:
        lin.say(row["id"], "not_met" if row["id"] == ROW else "met")
        for measure in row["measures"]:
            lin.write(f"answer/{row['id']}/measure/{measure['id']}", "100")
        for clause in row.get("clauses", ()):
            if clause["kind"] in ("judge", "award"):
                lin.write(f"answer/{row['id']}/award/{clause['id']}", clause.get("max") or clause.get("points"))
    lin.write(f"finding/{ROW}:a", {"indicator": ROW, "clause": "a", "item": None, "case": None}, "add")
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
