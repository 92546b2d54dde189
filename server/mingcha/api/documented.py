"""flask-smorest's API with our one form of failure, and a document that is written when somebody first reads it."""

from threading import Lock
from typing import Any

from flask import Flask, Response
from flask_smorest import Api, Blueprint
from werkzeug.exceptions import HTTPException

from mingcha.api.errors import ProblemBodySchema, from_http


class MingchaApi(Api):
    """Writing the document takes two thirds of what an application needs to begin, so it waits for its first reader."""

    ERROR_SCHEMA = ProblemBodySchema

    def __init__(self, app: Flask) -> None:
        self._unwritten: list[Blueprint] = []
        self._writing = Lock()
        super().__init__(app)

    def handle_http_exception(self, error: HTTPException) -> Response:
        return from_http(error)

    def register_blueprint(self, blp: Blueprint, *, parameters: Any = None, **options: Any) -> None:
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blp.name] = self
        self._app.register_blueprint(blp, **options)
        self._unwritten.append(blp)

    def _openapi_json(self) -> Any:
        with self._writing:
            for blp in self._unwritten:
                blp.register_views_in_doc(self, self._app, self.spec, name=blp.name, parameters=None)
                self.spec.tag({"name": blp.name, "description": blp.description})
            self._unwritten.clear()
        return super()._openapi_json()
