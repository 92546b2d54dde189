"""Papers as files, templates, exports of campaigns, and the public check of a snapshot's digest."""

from typing import Any
from urllib.parse import quote

from flask import Response, request, stream_with_context
from marshmallow import Schema, fields, validate

from mingcha.api.deed import actor, deed
from mingcha.api.reading import Blueprint
from mingcha.flows import campaign_papers, exports, paper_templates, verifying
from mingcha.flows import papers as flow
from mingcha.flows.papers import DOCX, Paper

blp = Blueprint("papers", __name__, url_prefix="/api/v1", description="Papers: Word, Excel, PDF, CSV, zip")

_ZIP = "application/zip"
_PAGE = """<!doctype html><html lang="zh"><meta charset="utf-8"><meta name="robots" content="noindex">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>明察 · 快照核对</title>
<main><h1>{heading}</h1><p>{said}</p><p lang="en">{english}</p></main></html>"""
_YES = (
    "✓ 快照有效 · Snapshot stands",
    "这个编号的快照存在，内容与编号一致，批准仍然有效。请再与纸面页脚的编号逐位核对。",
    "There is a snapshot with this digest, its content matches it, and its approval stands. Compare the digest with the"
    " one at the foot of the paper.",
)
_NO = (
    "✕ 没有有效的快照 · No such snapshot stands",
    "没有这个编号的有效快照：编号可能有误，或该结果已被新的批准取代。请向出具单位核实。",
    "No snapshot with this digest stands: the digest may be wrong, or the result was replaced. Ask whoever issued it.",
)


class PapersSchema(Schema):
    papers = fields.List(fields.Dict(), required=True, metadata={"description": "{kind, path}; path after /api/v1"})


class SpanSchema(Schema):
    from_ = fields.Date(load_default=None, data_key="from")
    to = fields.Date(load_default=None)


class TemplatesSchema(Schema):
    templates = fields.List(fields.Dict(), required=True)


class ExportSchema(Schema):
    export = fields.Dict(required=True, metadata={"description": "{id, state, step, steps, photos, size_bytes …}"})


class ExportsSchema(Schema):
    exports = fields.List(fields.Dict(), required=True)


class VerifiedSchema(Schema):
    stands = fields.Boolean(required=True)


class FormSchema(Schema):
    format = fields.String(load_default="html", validate=validate.OneOf(("html", "json")))


@blp.route("/inspections/<id:inspection_id>/papers", methods=["GET"])
@deed("paper.read")
@blp.response(200, PapersSchema)
def list_papers(inspection_id: str) -> dict[str, Any]:
    return {"papers": flow.listed(actor(), inspection_id)}


@blp.route("/inspections/<id:inspection_id>/papers/score-sheet.xlsx", methods=["GET"])
@deed("paper.read")
@blp.alt_response(200, description="评分表", content_type=flow.XLSX)
def score_sheet(inspection_id: str) -> Response:
    return _file(flow.score_sheet_of(actor(), inspection_id))


@blp.route("/inspections/<id:inspection_id>/papers/report.pdf", methods=["GET"])
@deed("paper.read")
@blp.alt_response(200, description="检查报告", content_type="application/pdf")
def report(inspection_id: str) -> Response:
    return _file(flow.report_of(actor(), inspection_id, request.host_url))


@blp.route("/rectification/orders/<id:order_id>/notice.docx", methods=["GET"])
@deed("paper.read")
@blp.alt_response(200, description="整改通知书", content_type=DOCX)
def notice(order_id: str) -> Response:
    return _file(flow.notice_of(actor(), order_id))


@blp.route("/rectification/ledger.<any(xlsx, csv, json):form>", methods=["GET"])
@deed("paper.read")
@blp.arguments(SpanSchema, location="query")
@blp.alt_response(200, description="台账", content_type="application/octet-stream")
def ledger(query: dict[str, Any], form: str) -> Response:
    return _file(flow.ledger(actor(), query["from_"], query["to"], form))


@blp.route("/campaigns/<id:campaign_id>/papers/ranking.xlsx", methods=["GET"])
@deed("paper.read")
@blp.alt_response(200, description="排名", content_type=flow.XLSX)
def ranking(campaign_id: str) -> Response:
    return _file(campaign_papers.ranking(actor(), campaign_id))


@blp.route("/campaigns/<id:campaign_id>/papers/circular.docx", methods=["GET"])
@deed("paper.read")
@blp.alt_response(200, description="通报", content_type=DOCX)
def circular(campaign_id: str) -> Response:
    return _file(campaign_papers.circular(actor(), campaign_id))


@blp.route("/campaigns/<id:campaign_id>/papers/<any(results, findings):what>.csv", methods=["GET"])
@deed("paper.read")
@blp.alt_response(200, description="For other systems", content_type="text/csv")
def results_csv(campaign_id: str, what: str) -> Response:
    return _file(campaign_papers.results(actor(), campaign_id, what, "csv"))


@blp.route("/campaigns/<id:campaign_id>/papers/results.json", methods=["GET"])
@deed("paper.read")
@blp.alt_response(200, description="For other systems", content_type="application/json")
def results_json(campaign_id: str) -> Response:
    return _file(campaign_papers.results(actor(), campaign_id, "results", "json"))


@blp.route("/campaigns/<id:campaign_id>/exports", methods=["POST"])
@deed("export.campaign", limit_bytes=1024)
@blp.response(202, ExportSchema)
def order_export(campaign_id: str) -> dict[str, Any]:
    return {"export": exports.order(actor(), campaign_id, request.host_url)}


@blp.route("/campaigns/<id:campaign_id>/exports", methods=["GET"])
@deed("export.campaign")
@blp.response(200, ExportsSchema)
def list_exports(campaign_id: str) -> dict[str, Any]:
    return {"exports": exports.of_campaign(actor(), campaign_id)}


@blp.route("/exports/<id:export_id>", methods=["GET"])
@deed("export.campaign")
@blp.response(200, ExportSchema)
def read_export(export_id: str) -> dict[str, Any]:
    return {"export": exports.told(exports.read(actor(), export_id))}


@blp.route("/exports/<id:export_id>/archive.zip", methods=["GET"])
@deed("export.campaign")
@blp.alt_response(200, description="The archive; takes Range", content_type=_ZIP)
def fetch_export(export_id: str) -> Response:
    """The whole, or with `Range` the stretch that is still wanted; `If-Range` with the ETag keeps both halves one."""
    wanted = request.range if not request.if_range.etag or request.if_range.etag == export_id else None
    starts = bool(wanted and wanted.units == "bytes" and wanted.ranges and (wanted.ranges[0][0] or 0) > 0)
    export = exports.ready(actor(), export_id, first_byte=not starts)
    size = export.size_bytes
    asked = wanted is not None and wanted.units == "bytes" and len(wanted.ranges) == 1
    span = wanted.range_for_length(size) if asked and wanted else None
    if asked and span is None:
        response = Response(status=416)
        response.headers["Content-Range"] = f"bytes */{size}"
        return response
    start, stop = span or (0, size)
    body = stream_with_context(exports.stretch(export.parts, start, stop))
    response = Response(body, 206 if span else 200, content_type=_ZIP)
    if span:
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    response.headers["Content-Length"] = str(stop - start)
    response.headers["Accept-Ranges"] = "bytes"
    response.set_etag(export.id)
    return _named(response, exports.told(export)["name"])


@blp.route("/paper-templates", methods=["GET"])
@deed("paper.template")
@blp.response(200, TemplatesSchema)
def list_templates() -> dict[str, Any]:
    return {"templates": paper_templates.listed(actor())}


@blp.route("/paper-templates/<kind>.docx", methods=["GET"])
@deed("paper.template")
@blp.alt_response(200, description="The template in use", content_type=DOCX)
def read_template(kind: str) -> Response:
    return _file(Paper(paper_templates.read(actor(), kind), f"{kind}.docx", DOCX))


@blp.route("/paper-templates/<kind>.docx", methods=["PUT"])
@deed("paper.template", limit_bytes=paper_templates.MOST_BYTES)
@blp.response(204)
def replace_template(kind: str) -> None:
    """The body is the Word file itself."""
    paper_templates.replace(actor(), kind, request.get_data())


@blp.route("/paper-templates/<kind>.docx", methods=["DELETE"])
@deed("paper.template")
@blp.response(204)
def remove_template(kind: str) -> None:
    paper_templates.remove(actor(), kind)


@blp.route("/verify/<digest>", methods=["GET"])
@deed("paper.verify")
@blp.arguments(FormSchema, location="query")
@blp.response(200, VerifiedSchema)
def verify(query: dict[str, Any], digest: str) -> Any:
    """Where the QR code of a report leads. Says yes or no, to anybody, for a whole digest only."""
    stands = verifying.stands(digest)
    if query["format"] == "json":
        return {"stands": stands}
    heading, said, english = _YES if stands else _NO
    page = _PAGE.format(heading=heading, said=said, english=english)
    response = Response(page, 200 if stands else 404, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response


def _file(paper: Paper) -> Response:
    return _named(Response(paper.data, content_type=paper.type), paper.name)


def _named(response: Response, name: str) -> Response:
    # Header values are ASCII on the wire; the plain name is for readers that know no other.
    plain = f"mingcha.{name.rpartition('.')[2]}"
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Cache-Control"] = "no-store"
    return response
