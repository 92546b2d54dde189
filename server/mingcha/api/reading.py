"""How requests are read: JSON that is JSON, text that every database can keep, ids that could exist.

Every group of routes is a `Blueprint` from here.
"""

import json
import re
from typing import Any

import flask_smorest
from marshmallow import ValidationError, fields
from webargs import missing
from webargs.flaskparser import FlaskParser
from werkzeug.routing import BaseConverter

from mingcha.core.problems import Refused

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: What no element ever has as its id.
NO_ID = "00000000-0000-0000-0000-000000000000"
_UNKEEPABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


class _Parser(FlaskParser):
    def _raw_load_json(self, req: Any) -> Any:
        body = req.get_data(cache=True)
        if not body:
            return missing
        if not req.is_json:
            raise Refused("not_json")
        try:
            return json.loads(body, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise Refused("malformed") from None


class Blueprint(flask_smorest.Blueprint):
    """A group of routes whose JSON is read strictly: no NaN, no wrong media type, no depth that fells the parser."""

    ARGUMENTS_PARSER = _Parser()


class Text(fields.String):
    """Text without control characters, NUL or halves of characters, which PostgreSQL cannot keep."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **more))
        if _UNKEEPABLE.search(text):
            raise ValidationError("Not text.")
        return text


class IdConverter(BaseConverter):
    """`<id:inspection>` in a route. What has not the form of an id is an id that nothing has: the same 404."""

    regex = "[^/]{1,80}"

    def to_python(self, value: str) -> str:
        return value if _UUID.fullmatch(value) else NO_ID


def _refuse_constant(name: str) -> None:
    raise ValueError(name)
