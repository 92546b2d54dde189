"""A whole campaign as one zip: ordered once, made step by step by any worker, fetched in any stretches.

What goes in is fixed at the order: each inspection with its number. A step makes one visit's files and writes them as
pieces; a worker that dies loses one step. Nothing holds more than one picture and one piece at a time.
"""

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from mingcha import clock
from mingcha.core.access import Actor, Subject, may
from mingcha.core.problems import Refused
from mingcha.core.uuid7 import is_id
from mingcha.flows import board, campaign_meant, campaign_papers, campaign_standing, papers, visit_facts
from mingcha.flows.campaign_meant import Meant
from mingcha.flows.campaign_standing import Seen
from mingcha.papers import tables, zipping
from mingcha.papers.plain import file_name
from mingcha.papers.score_sheet import score_sheet
from mingcha.store import audit, blobs, campaigns, exports, inspections, jobs, orders
from mingcha.store.db import new_id, transaction
from mingcha.store.exports import Export
from mingcha.store.inspections import Inspection

Json = dict[str, Any]
JOB = "export.step"
PIECE_BYTES = 4 * 1024 * 1024
#: A finished archive is kept so long; an unfinished one that does not move, too.
KEPT = timedelta(hours=24)
#: After so long without a step, people are told that it does not move.
STALLED = timedelta(minutes=30)
_README = """明察 批次导出
批次：{title}
固定于：{at}（此后的改动不在其中）
每个单位一个文件夹：评分表、检查报告、整改通知书（如已下发）、数据、照片。
照片是给纸面用的图，已去掉拍摄信息；工作牌照片不在其中。SHA256SUMS 列出每个文件的校验值。

Mingcha, export of a campaign, fixed at {at}. A folder for each site. Photos are the pictures that papers show,
without EXIF; badge photos are not among them. SHA256SUMS proves every file.
"""


def order(actor: Actor, campaign_id: str, origin: str) -> Json:
    """Fix what goes in and begin. `origin`: how this server is reached, for the QR codes."""
    now = clock.now()
    with transaction():
        meant = campaign_meant.find(actor, campaign_id, "export.campaign")
        places = campaign_meant.visits(meant)
        if not places:
            raise Refused("paper.nothing_yet")
        visits = [[each.id, each.seq, _folder(each)] for each in sorted(places, key=lambda one: (one.region, one.id))]
        made = Export(
            id=new_id(), tenant=meant.tenant, campaign=meant.key, region=meant.region, campaign_title=meant.title["zh"],
            by=actor.id, made_at=now, moved_at=now,
            plan={"visits": visits, "origin": origin, "closed": meant.places is not None},
            step=0, steps=len(visits) + 2, photos=0, parts=[], listed=[],
            ready_at=None,
        )  # fmt: skip
        exports.add(made)
        jobs.order(JOB, made.id, tenant=made.tenant, due_at=now)
        audit.note(
            "export.campaign", tenant=made.tenant, region=made.region, actor=actor.id, subject=f"export/{made.id}",
            at=now, campaign=made.campaign, visits=[[each[0], each[1]] for each in visits],
        )
    return told(made)


def read(actor: Actor, export_id: str) -> Export:
    found = exports.by_id(export_id) if is_id(export_id) else None
    if found is None or not may(actor, "export.campaign", Subject(found.region)):
        raise Refused("not_found")
    return found


def of_campaign(actor: Actor, campaign_id: str) -> list[Json]:
    meant = campaign_meant.find(actor, campaign_id, "export.campaign")
    return [told(each) for each in exports.of_campaign(meant.tenant, meant.key)]


def told(export: Export) -> Json:
    """How far it is, for whoever waits."""
    moved = clock.now() - export.moved_at
    state = "ready" if export.ready_at else "stalled" if moved > STALLED else "making"
    return {
        "id": export.id, "state": state, "step": export.step, "steps": export.steps, "photos": export.photos,
        "size_bytes": export.size_bytes, "made_at": clock.wire(export.made_at),
        "until": clock.wire(export.moved_at + KEPT), "name": f"{file_name(export.campaign_title)}.zip",
    }  # fmt: skip


def ready(actor: Actor, export_id: str, *, first_byte: bool) -> Export:
    """The finished archive, to be fetched. The beginning of a fetch is written down, its later stretches are not."""
    export = read(actor, export_id)
    if export.ready_at is None:
        raise Refused("export.not_ready", step=export.step, steps=export.steps)
    if first_byte:
        with transaction():
            audit.note(
                "export.campaign", tenant=export.tenant, region=export.region, actor=actor.id,
                subject=f"export/{export.id}", at=clock.now(), fetched=True,
            )
    return export


def stretch(parts: Sequence[Sequence[Any]], start: int, stop: int) -> Iterator[bytes]:
    """The bytes from `start` to before `stop`, a piece at a time."""
    store = blobs.here()
    at = 0
    for key, size in parts:
        if at < stop and at + size > start:
            data = store.get(key)
            yield data[max(0, start - at) : stop - at]
        at += size


def go_on(export_id: str) -> None:
    """Do one step and order the next. Safe to repeat and to race: only the step that is wanted now is taken."""
    export = exports.by_id(export_id)
    if export is None or export.ready_at is not None:
        return
    out = _Pieces(export)
    if export.step < len(export.plan["visits"]):
        _one_visit(export, out)
    elif export.step == export.steps - 2:
        _whole_county(export, out)
    else:
        _close(export, out)
    out.flush()
    now = clock.now()
    with transaction():
        held = exports.lock(export_id)
        if held is None or held.step != export.step:
            blobs.here().delete(out.keys)
            return
        last = export.step + 1 == export.steps
        exports.went_on(
            export_id, step=export.step + 1, photos=export.photos + out.photos, parts=[*export.parts, *out.parts],
            listed=[*export.listed, *out.listed], now=now, ready=last,
        )
        if not last:
            jobs.order(JOB, export_id, tenant=export.tenant, due_at=now)


def sweep() -> None:
    """Drop archives that are over."""
    store = blobs.here()
    for export_id in exports.older_than(clock.now() - KEPT):
        store.delete(list(store.keys(f"exports/{export_id}/")))
        with transaction():
            exports.remove(export_id)


class _Pieces:
    """Where a step writes: pieces of the archive, and the records of its table of contents, under fresh keys."""

    def __init__(self, export: Export) -> None:
        self._store = blobs.here()
        self._stem = f"exports/{export.id}/{export.step:05d}-{secrets.token_hex(4)}"
        self._offset = export.size_bytes
        self._waiting: list[bytes] = []
        self._size = 0
        self._listed: list[bytes] = []
        self._sums: list[str] = []
        self.parts: list[list[Any]] = []
        self.listed: list[list[Any]] = []
        self.keys: list[str] = []
        self.photos = 0

    def file(self, name: str, data: bytes) -> None:
        entry = zipping.entry(name, data, self._offset + self._size)
        self._listed.append(entry.listed)
        self._sums.append(f"{hashlib.sha256(data).hexdigest()}  {name}\n")
        self.raw(entry.head)
        self.raw(data)

    def raw(self, data: bytes) -> None:
        self._waiting.append(data)
        self._size += len(data)
        if self._size >= PIECE_BYTES:
            self._put()

    def flush(self) -> None:
        self._put()
        if self._listed:
            records, sums = b"".join(self._listed), "".join(self._sums).encode()
            self._keep(f"{self._stem}.list", records)
            self._keep(f"{self._stem}.sums", sums)
            self.listed.append([self._stem, len(self._listed), len(records)])

    def _put(self) -> None:
        if not self._waiting:
            return
        key = f"{self._stem}.{len(self.parts):04d}"
        self._keep(key, *self._waiting)
        self.parts.append([key, self._size])
        self._offset += self._size
        self._waiting, self._size = [], 0

    def _keep(self, key: str, *data: bytes) -> None:
        self._store.put(key, data)
        self.keys.append(key)


def _one_visit(export: Export, out: _Pieces) -> None:
    inspection_id, upto, folder = export.plan["visits"][export.step]
    place = _at(inspection_id, upto)
    seen = Seen(place, *visit_facts.of(place, upto))
    visit = seen.visit
    out.file(f"{folder}/评分表.xlsx", score_sheet(visit))
    out.file(f"{folder}/检查报告.pdf", papers.report_bytes(place, visit, export.plan["origin"]))
    out.file(f"{folder}/数据.json", tables.as_json(campaign_papers.of_visit(seen)))
    issued = orders.of_inspection(inspection_id)
    if issued and issued.issued_at <= export.made_at:
        out.file(f"{folder}/整改通知书.docx", papers.notice_bytes(issued, place)[0])
    numbers: dict[str, int] = {}
    for photo, indicator in visit.photos.items():
        data = campaign_papers.picture_of(seen, photo)
        if data is None:
            continue
        numbers[indicator] = numbers.get(indicator, 0) + 1
        out.file(f"{folder}/照片/{file_name(indicator)}-{numbers[indicator]:03d}.jpg", data)
        out.photos += 1


def _whole_county(export: Export, out: _Pieces) -> None:
    places = [_at(each[0], each[1]) for each in export.plan["visits"]]
    found = campaign_standing.seen(places)
    meant = _meant(export)
    at = clock.wire(export.made_at)
    out.file("说明.txt", _README.format(title=export.campaign_title, at=at).encode())
    out.file("排名.xlsx", campaign_papers.ranking_bytes(meant, found, export.made_at))
    out.file("通报.docx", campaign_papers.circular_bytes(meant, found, export.made_at))
    out.file("结果.csv", campaign_papers.results_csv(meant, found, export.made_at))
    out.file("问题.csv", campaign_papers.findings_csv(found))
    told_ = board.ledger_of({each.id for each in places}, export.tenant, export.made_at)
    out.file("台账.xlsx", tables.ledger(f"{visit_facts.county(export.tenant)}整改台账", told_["columns"], told_["rows"]))


def _close(export: Export, out: _Pieces) -> None:
    """The sums of every file, then the table of contents, then the end."""
    store = blobs.here()
    sums = b"".join(store.get(f"{stem}.sums") for stem, _, _ in export.listed)
    offset = export.size_bytes
    entry = zipping.entry("SHA256SUMS", sums, offset)
    out.raw(entry.head + sums)
    begin = offset + len(entry.head) + len(sums)
    count = size = 0
    for stem, records, length in export.listed:
        out.raw(store.get(f"{stem}.list"))
        count, size = count + records, size + length
    out.raw(entry.listed)
    out.raw(zipping.end(count + 1, size + len(entry.listed), begin))


def _at(inspection_id: str, upto: int) -> Inspection:
    """The inspection at its fixed number."""
    return replace(inspections.load([inspection_id])[inspection_id], seq=upto)


def _meant(export: Export) -> Meant:
    """The campaign as it was at the order: one that has closed since was open then."""
    real = campaigns.by_id(export.campaign) if is_id(export.campaign) else None
    if real is None:
        title = export.campaign_title
        return Meant(export.tenant, export.region, export.campaign, {"zh": title, "en": title}, {}, None)
    meant = campaign_meant.of_campaign(real)
    return meant if export.plan.get("closed") else replace(meant, places=None)


def _folder(place: Inspection) -> str:
    return f"{place.region}_{file_name(place.site.name['zh'], 40)}_{place.visit_on}_{place.id[:8]}"
