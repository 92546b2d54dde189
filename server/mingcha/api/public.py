"""The public page of a county, for anybody with any browser: plain HTML without a script, and the same as JSON."""

from typing import Any

from flask import Response, request
from marshmallow import Schema, fields, validate

from mingcha.api import public_html
from mingcha.api.deed import deed
from mingcha.api.reading import Blueprint
from mingcha.core.problems import Refused
from mingcha.flows import public_page as flow

blp = Blueprint("public", __name__, description="What anybody may read")


class LanguageSchema(Schema):
    lang = fields.String(load_default=None, validate=validate.OneOf(("zh", "en")))


@blp.route("/public/<county>", methods=["GET"])
@deed("public.read")
@blp.arguments(LanguageSchema, location="query")
@blp.alt_response(200, description="The page; 404 where nothing is public", content_type="text/html")
def page(query: dict[str, Any], county: str) -> Response:
    found = flow.of_county(county)
    language = query["lang"] or request.accept_languages.best_match(["zh", "en"], "zh")
    html = public_html.page(found, county, language)
    response = Response(html, 200 if found["campaigns"] else 404, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response


@blp.route("/public/style.css", methods=["GET"])
@deed("public.read")
@blp.alt_response(200, description="How the page looks", content_type="text/css")
def style() -> Response:
    response = Response(public_html.STYLE, content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@blp.route("/public/<county>/pictures/<id:photo_id>", methods=["GET"])
@deed("public.read")
@blp.alt_response(200, description="A covered picture of the page", content_type="image/jpeg")
def picture(county: str, photo_id: str) -> Response:
    response = Response(flow.picture(county, photo_id), content_type="image/jpeg")
    response.headers["Cache-Control"] = "no-store"
    return response


@blp.route("/api/v1/public/<county>", methods=["GET"])
@deed("public.read")
@blp.response(200)
def data(county: str) -> dict[str, Any]:
    found = flow.of_county(county)
    if not found["campaigns"]:
        raise Refused("not_found")
    return found
