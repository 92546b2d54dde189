"""Puts the parts together: one Flask application from one `Config`."""

import os
import sqlite3
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from mingcha import logs
from mingcha.api import errors, gate, lane, routes, static
from mingcha.config import Config, from_environment
from mingcha.jobs import worker
from mingcha.store import sqlite_rules, tables  # noqa: F401 - every table must be known to migrations
from mingcha.store.db import db


def create_app(config: Config | None = None) -> Flask:
    """The application. Without a config it reads the environment."""
    config = config or from_environment()
    logs.configure()
    app = Flask("mingcha", static_folder=None)
    app.config.update(
        MINGCHA=config,
        SQLALCHEMY_DATABASE_URI=config.database,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(config),
        MAX_FORM_MEMORY_SIZE=64 * 1024,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    _prepare_folder(config)
    db.init_app(app)
    errors.register(app)
    gate.register(app)
    lane.register(app)
    routes.register(app)
    static.register(app, config.dist)
    if config.proxies:
        count = config.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    return app


def serving() -> Flask:
    """The application of a server process, which says in the log what it stands on. gunicorn calls this."""
    app = create_app()
    config: Config = app.config["MINGCHA"]
    logs.log().info("serving", database=config.database.partition(":")[0], built=(config.dist / "index.html").is_file())
    if config.is_sqlite and sqlite_rules.has_wal_reset_bug():
        logs.log().warning(
            "sqlite.wal_reset_bug", version=sqlite3.sqlite_version,
            kept_safe_by="one server process, writers one by one under a lock file",
        )
    if config.worker:
        worker.start(app.app_context)
    return app


def _engine_options(config: Config) -> dict[str, Any]:
    # No ping before each use: the gate's own first question finds a line that broke (`store/quick.py`).
    # The line last used comes first: its pages and prepared statements are warm, and the others stay small or closed.
    return {"pool_size": 10, "max_overflow": 10, "pool_use_lifo": True}


def _prepare_folder(config: Config) -> None:
    """Database, blobs and keys are their owner's alone."""
    os.umask(0o077)
    config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
