"""The proof of an inspection's evidence, how long photos are kept, and what is stored about a person."""

from collections.abc import Iterator
from typing import IO, Any

from flask import Response
from marshmallow import Schema, fields, validate

from mingcha.api.deed import actor, deed
from mingcha.api.photos import reason
from mingcha.api.reading import Blueprint, Text
from mingcha.flows import persons, proof, retention

blp = Blueprint("evidence", __name__, url_prefix="/api/v1", description="Proof, retention, requests of persons")

_PIECE_BYTES = 64 * 1024


class ProofQuerySchema(Schema):
    originals = fields.Boolean(load_default=False, metadata={"description": "with the photos; asks for Mingcha-Reason"})


class PeriodsSchema(Schema):
    periods = fields.Raw(required=True, metadata={"description": "{kind: days or null for without end}"})


class NamedSchema(Schema):
    name = Text(required=True, validate=validate.Length(1, 80))


class ErasureSchema(Schema):
    reason = Text(required=True, validate=validate.Length(max=400))


class NamedErasureSchema(ErasureSchema):
    name = Text(required=True, validate=validate.Length(1, 80))


class PersonSchema(Schema):
    person = fields.Dict(required=True)


class ErasedSchema(Schema):
    erased = fields.Dict(required=True, metadata={"description": "what went, by count"})
    kept = fields.List(fields.Dict(), required=True, metadata={"description": "{what, count, why {zh, en}}"})


@blp.route("/inspections/<id:inspection_id>/proof", methods=["GET"])
@deed("evidence.proof")
@blp.arguments(ProofQuerySchema, location="query")
@blp.alt_response(200, description="A zip with SHA256SUMS and README.txt", content_type="application/zip")
def take_proof(query: dict[str, Any], inspection_id: str) -> Response:
    found = proof.make(actor(), inspection_id, originals=query["originals"], why=reason())
    response = Response(_pieces(found), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="mingcha-{inspection_id}.zip"'
    response.headers["Cache-Control"] = "no-store"
    return response


@blp.route("/retention", methods=["GET"])
@deed("retention.read")
@blp.response(200, PeriodsSchema)
def read_periods() -> dict[str, Any]:
    return {"periods": retention.read(actor())}


@blp.route("/retention", methods=["PUT"])
@deed("retention.set", limit_bytes=4096)
@blp.arguments(PeriodsSchema)
@blp.response(200, PeriodsSchema)
def set_periods(asked: dict[str, Any]) -> dict[str, Any]:
    return {"periods": retention.change(actor(), actor().tenant, asked["periods"])}


@blp.route("/accounts/<id:account_id>/export", methods=["GET"])
@deed("person.export")
@blp.response(200, PersonSchema)
def export_person(account_id: str) -> dict[str, Any]:
    return {"person": persons.export(actor(), account_id, why=reason())}


@blp.route("/accounts/<id:account_id>/erasure", methods=["POST"])
@deed("person.erase", limit_bytes=4096)
@blp.arguments(ErasureSchema)
@blp.response(200, ErasedSchema)
def erase_person(asked: dict[str, Any], account_id: str) -> dict[str, Any]:
    return persons.erase(actor(), account_id, asked["reason"])


@blp.route("/persons/export", methods=["POST"])
@deed("person.export", limit_bytes=4096)
@blp.arguments(NamedSchema)
@blp.response(200, PersonSchema)
def export_named(asked: dict[str, Any]) -> dict[str, Any]:
    return {"person": persons.export_named(actor(), actor().tenant, asked["name"], why=reason())}


@blp.route("/persons/erasure", methods=["POST"])
@deed("person.erase", limit_bytes=4096)
@blp.arguments(NamedErasureSchema)
@blp.response(200, ErasedSchema)
def erase_named(asked: dict[str, Any]) -> dict[str, Any]:
    return persons.erase_named(actor(), actor().tenant, asked["name"], asked["reason"])


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE_BYTES):
            yield piece
