"""HTTP to addresses that somebody else chose: only to the public internet, never along a redirect.

A name is looked up once, every address it has must be public, and the connection goes to the very address that was
looked at; so a name that answers otherwise the second time (DNS rebinding) gains nothing. No proxy, no netrc.
"""

import ipaddress
import socket
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool

CONNECT_SECONDS, READ_SECONDS = 5, 10


class Forbidden(Exception):
    """The name leads to an address that nobody outside may make us speak to."""


def is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    if mapped is not None:
        found = mapped
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


def public_address(host: str, port: int) -> str:
    """The address to connect to. Raises Forbidden if any that the name has is not public, OSError if it has none."""
    found = [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not found or not all(map(is_public, found)):
        raise Forbidden(host)
    return found[0]


def session(trial: str | None = None) -> requests.Session:
    """A session for https alone. `trial`: one origin that is trusted though it is internal."""
    made = _Session()
    made.trust_env = False
    made.mount("https://", _Adapter())
    made.adapters.pop("http://")
    if trial is not None:
        made.mount(f"{trial}/", HTTPAdapter())
    return made


class _Session(requests.Session):
    def request(self, *given: Any, **more: Any) -> requests.Response:
        more["allow_redirects"] = False
        more["timeout"] = (CONNECT_SECONDS, READ_SECONDS)
        return super().request(*given, **more)


class _Connection(HTTPSConnection):
    """Connects to the address that was looked at; certificate and SNI stay those of the name."""

    def _new_conn(self) -> socket.socket:
        name = self._dns_host
        self._dns_host = public_address(name, self.port or 443)
        try:
            return super()._new_conn()
        finally:
            self._dns_host = name


class _Pool(HTTPSConnectionPool):
    ConnectionCls = _Connection


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *given: Any, **more: Any) -> None:
        super().init_poolmanager(*given, **more)
        self.poolmanager.pool_classes_by_scheme = {"https": _Pool}
