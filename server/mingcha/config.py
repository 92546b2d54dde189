"""What an operator may set, and the only place that reads the environment.

| setting | means | default |
| --- | --- | --- |
| MINGCHA_DATA | folder of the database, blobs and keys | `.data` in the current folder |
| MINGCHA_DATABASE | `sqlite:///…` or `postgresql://…` | a SQLite file in MINGCHA_DATA |
| MINGCHA_BLOBS | a folder, or `s3://bucket/prefix?endpoint=…&region=…` | `blobs` in MINGCHA_DATA |
| HOST, PORT | where to listen | 127.0.0.1, 8000 |
| MINGCHA_WORKER | `0`: no worker beside the server; run `mingcha work` apart, as many as are wanted | 1 |
| MINGCHA_PROXIES | how many proxies in front set X-Forwarded-* | 0 |
| MINGCHA_PLAIN_HTTP | `1`: allow sign-in over http from other machines (trying it out only) | 0 |
| MINGCHA_DIST | folder of the built phone app | `pwa/dist` of this checkout |
| MINGCHA_ADDRESS | how people open the app, `https://…`; links in mails and bots begin with it | none: no links |
| MINGCHA_CONTACT | whom push services may write to, `mailto:…@…` or `https://host` | `mailto:admin@mingcha.invalid` |
| MINGCHA_PUSH_HOSTS | hosts of push services, comma-separated, `*.` for all below one | the browsers' own |
| MINGCHA_PUSH_TRIAL | one origin, as `http://127.0.0.1:9000`, that is sent to though it is internal (tests) | none |
| MINGCHA_CHANNEL_HOSTS | internal hosts that an administrator's channels may use (mail, ntfy …) | none |
| MINGCHA_OIDC_ISSUER | address of the unit's OpenID Connect house, for signing on through it | none: off |
| MINGCHA_OIDC_CLIENT_ID, MINGCHA_OIDC_CLIENT_SECRET | what that house calls us; no secret for a public client | none |
| MINGCHA_OIDC_NAME | what its button says | 统一登录 |
| MINGCHA_OIDC_CLAIM | which claim of it is the user name here, the first time | `preferred_username` |
| MINGCHA_DEMO_PASSWORD | the demo people's password | made once, kept in MINGCHA_DATA |
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

#: The checkout: migrations, checklists and the built phone app lie beside `server/`.
HOUSE = Path(__file__).resolve().parents[2]

#: Where the browsers' push services live. Any other endpoint that a phone names is refused.
PUSH_HOSTS = (
    "fcm.googleapis.com", "*.push.services.mozilla.com", "*.push.apple.com", "*.notify.windows.com",
)  # fmt: skip


@dataclass(frozen=True)
class Config:
    data: Path
    database: str
    host: str = "127.0.0.1"
    port: int = 8000
    worker: bool = True
    proxies: int = 0
    plain_http: bool = False
    dist: Path = HOUSE / "pwa" / "dist"
    checklists: Path = HOUSE / "checklists"
    migrations: Path = HOUSE / "migrations"
    demo_password: str | None = None
    blobs_url: str | None = None
    address: str | None = None
    contact: str = "mailto:admin@mingcha.invalid"
    push_hosts: tuple[str, ...] = PUSH_HOSTS
    push_trial: str | None = None
    channel_hosts: tuple[str, ...] = ()
    oidc_issuer: str | None = None
    oidc_client: str | None = None
    oidc_secret: str | None = None
    oidc_name: str = "统一登录"
    oidc_claim: str = "preferred_username"

    @property
    def is_sqlite(self) -> bool:
        return self.database.startswith("sqlite")

    @property
    def blobs(self) -> str:
        """Where photos live, as `store.blobs.open_blobs` reads it."""
        return self.blobs_url or str(self.data / "blobs")


def from_environment(environ: Mapping[str, str] = os.environ) -> Config:
    """The settings of this process. Raises ValueError, naming the setting, where one cannot be read."""
    data = Path(environ.get("MINGCHA_DATA") or ".data").resolve()
    return Config(
        data=data,
        database=database_url(environ.get("MINGCHA_DATABASE") or f"sqlite:///{data / 'mingcha.db'}"),
        host=environ.get("HOST") or "127.0.0.1",
        port=_number(environ, "PORT", 8000, most=65535),
        worker=environ.get("MINGCHA_WORKER") != "0",
        proxies=_number(environ, "MINGCHA_PROXIES", 0, most=10),
        plain_http=environ.get("MINGCHA_PLAIN_HTTP") == "1",
        dist=Path(environ.get("MINGCHA_DIST") or HOUSE / "pwa" / "dist").resolve(),
        demo_password=environ.get("MINGCHA_DEMO_PASSWORD") or None,
        blobs_url=environ.get("MINGCHA_BLOBS") or None,
        address=(environ.get("MINGCHA_ADDRESS") or "").rstrip("/") or None,
        contact=_contact(environ),
        push_hosts=_names(environ, "MINGCHA_PUSH_HOSTS") or PUSH_HOSTS,
        push_trial=(environ.get("MINGCHA_PUSH_TRIAL") or "").rstrip("/") or None,
        channel_hosts=_names(environ, "MINGCHA_CHANNEL_HOSTS"),
        oidc_issuer=environ.get("MINGCHA_OIDC_ISSUER") or None,
        oidc_client=environ.get("MINGCHA_OIDC_CLIENT_ID") or None,
        oidc_secret=environ.get("MINGCHA_OIDC_CLIENT_SECRET") or None,
        oidc_name=environ.get("MINGCHA_OIDC_NAME") or "统一登录",
        oidc_claim=environ.get("MINGCHA_OIDC_CLAIM") or "preferred_username",
    )


def environment(**more: str) -> dict[str, str]:
    """This process's environment for a process it starts, with some more in it."""
    return {**os.environ, **more}


def database_url(text: str) -> str:
    """The URL with the driver we ship; other databases are refused."""
    scheme, _, rest = text.partition("://")
    match scheme:
        case "sqlite":
            return text
        case "postgres" | "postgresql" | "postgresql+psycopg":
            return f"postgresql+psycopg://{rest}"
    raise ValueError(f"MINGCHA_DATABASE: cannot use {scheme!r}; sqlite:///file or postgresql://…")


def _names(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(each.strip().lower() for each in (environ.get(name) or "").split(",") if each.strip())


def _contact(environ: Mapping[str, str]) -> str:
    """In the form that push services ask for; they answer no other."""
    text = environ.get("MINGCHA_CONTACT") or "mailto:admin@mingcha.invalid"
    found = f"mailto:{text}" if "@" in text and ":" not in text else text
    if not re.fullmatch(r"mailto:[^@\s]+@[\w-]+(\.[\w-]+)+|https://[\w-]+(\.[\w-]+)+", found):
        raise ValueError(f"MINGCHA_CONTACT: {text!r} is neither mailto:name@host nor https://host")
    return found


def _number(environ: Mapping[str, str], name: str, otherwise: int, *, most: int) -> int:
    text = environ.get(name) or str(otherwise)
    if not (text.isascii() and text.isdigit() and int(text) <= most):
        raise ValueError(f"{name}: {text!r} is not a number from 0 to {most}")
    return int(text)
