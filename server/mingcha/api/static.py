"""The built phone app: hashed files for ever, the rest asked for anew each time, brotli or gzip as built.

Every page address of the app answers with `index.html`, and names in a `Link` header what that part of the app will ask
for next (`ahead.json` of the build). What is neither a file nor a page is a plain 404.
"""

import json
import re
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, request
from werkzeug.routing import PathConverter
from werkzeug.wsgi import wrap_file
from whitenoise import WhiteNoise

from mingcha.api.deed import deed
from mingcha.core.problems import Refused

#: Vite's names: `assets/index-B7x2_kQa.js`.
_HASHED = re.compile(r"/assets/.+-[0-9A-Za-z_-]{8,}\.[0-9A-Za-z.]+$")
#: A name with a file's ending; row 2.2 of a visit is a page.
_FILE = re.compile(r"\.[A-Za-z][0-9A-Za-z]*$")
_FOR_EVER = "public, max-age=31536000, immutable"


def register(app: Flask, dist: Path) -> None:
    """Serve what lies in `dist` now. Without a build, pages say how to make one."""
    files: Any = WhiteNoise(None, root=str(dist) if dist.is_dir() else None, max_age=0, allow_all_origins=False)
    ahead = _ahead(dist / "ahead.json")
    app.url_map.converters["outside_api"] = _OutsideApi
    blp = Blueprint("static", __name__)

    @blp.route("/", defaults={"path": ""}, methods=["GET"])
    @blp.route("/<outside_api:path>", methods=["GET"])
    @deed("app.read")
    def static(path: str) -> Response:
        if f"/{path}" in files.files:
            return _send(files, f"/{path}")
        if not _is_page(path):
            raise Refused("no_such_path")
        if "/index.html" not in files.files:
            return Response("The phone app is not built yet: make run builds it.\n", 503, content_type="text/plain")
        page = _send(files, "/index.html")
        for beginning, links in ahead.items():
            if f"/{path}".startswith(beginning):
                page.headers["Link"] = links
        return page

    app.register_blueprint(blp)


def _ahead(file: Path) -> dict[str, str]:
    """The beginning of a page's address -> the `Link` header for it."""
    return dict(json.loads(file.read_text("utf-8"))) if file.is_file() else {}


class _OutsideApi(PathConverter):
    """Any path but the API's, so that an unknown API address is unknown whatever the method."""

    regex = "(?!api(?:/|$))[^/].*?"


def _is_page(path: str) -> bool:
    """A person going somewhere, not a page missing one of its files."""
    return not _FILE.search(path) and (
        not request.accept_mimetypes or request.accept_mimetypes.accept_html
    )


def _send(files: Any, path: str) -> Response:
    found = files.files[path].get_response(request.method, request.environ)
    headers = [(name, value) for name, value in found.headers if name.lower() != "cache-control"]
    content = b"" if found.file is None else wrap_file(request.environ, found.file)
    response = Response(content, found.status.value, headers, direct_passthrough=found.file is not None)
    response.headers["Cache-Control"] = _FOR_EVER if _HASHED.search(path) else "no-cache"
    return response
