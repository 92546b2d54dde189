"""Once: papers of a campaign to a folder, for LibreOffice."""
import io, subprocess, csv
from pathlib import Path
from tests.stories.test_results import *
from tests.stories.test_results import World
from tests.rectifying import wanted
OUT = Path("/tmp/results-papers")

def test_make(app, hands, desk, world, client_of):
    OUT.mkdir(exist_ok=True)
    for old in OUT.iterdir():
        old.unlink()
    name = "=cmd|' /C calc'!A0 演示"
    with app.app_context(), transaction():
        site = sites.by_id(demo.site_id(LINJIANG))
        sites.put(type(site)(**{**site.__dict__, "name": {"zh": name, "en": name}}))
    p = world.finish(SHIQIAO, ("1", "2"))
    world.finish(BAISHA, ("3",)); world.finish(LINJIANG, ("1",))
    desk.ask("PUT", f"/photos/{p['fault']}/redaction", {"boxes": BOXES})
    desk.post("/grade-decisions", campaign=world.id, kind="trigger", site=demo.site_id(BAISHA), trigger="media", **FOUNDED)
    desk.post(f"/campaigns/{world.id}/close")
    order = desk.post(f"/inspections/{world.visit[SHIQIAO]['id']}/rectification", items=[wanted("1", days=8), wanted("2", text="=1+1", days=8)])["order"]
    one = world.visit[SHIQIAO]["id"]
    for path, file in ((f"/campaigns/{world.id}/papers/ranking.xlsx", "ranking.xlsx"), (f"/campaigns/{world.id}/papers/circular.docx", "circular.docx"),
                       (f"/campaigns/{world.id}/papers/results.csv", "results.csv"), (f"/inspections/{one}/papers/score-sheet.xlsx", "sheet.xlsx"),
                       (f"/inspections/{one}/papers/report.pdf", "report.pdf"), (f"/rectification/orders/{order['id']}/notice.docx", "notice.docx"),
                       ("/rectification/ledger.xlsx", "ledger.xlsx")):
        answer = desk.ask("GET", path)
        assert answer.status_code == 200, path
        (OUT / file).write_bytes(answer.data)
    (OUT / "want.json").write_text(json.dumps([[r["site"]["name"]["zh"], r["high"], r["place"], r["grade"]["now"]] for r in results(desk, world)["boards"][0]["rows"]], ensure_ascii=False))
