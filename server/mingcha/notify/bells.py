"""Channels besides push: WeCom, DingTalk, Feishu and others, through Apprise, which is imported when one rings.

People name only channels whose hosts are fixed by their kind. Those with hosts of their own (mail, ntfy, Bark) are an
administrator's, and their hosts must be public or named by the operator.
"""

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from mingcha.core.problems import Refused
from mingcha.notify import guarded

MOST_URL = 1000


@dataclass(frozen=True)
class Kind:
    """`host`: whether the address itself says where to connect to."""

    scheme: str
    zh: str
    en: str
    form: str
    host: bool = False


KINDS = (
    Kind("wecombot", "企业微信群机器人", "WeCom bot", "wecombot://KEY"),
    Kind("dingtalk", "钉钉群机器人", "DingTalk bot", "dingtalk://SECRET@TOKEN"),
    Kind("feishu", "飞书群机器人", "Feishu bot", "feishu://TOKEN"),
    Kind("mailtos", "电子邮件", "E-mail", "mailtos://USER:PASSWORD@smtp.example.cn?to=NAME@example.cn", host=True),
    Kind("barks", "Bark", "Bark", "barks://bark.example.cn/DEVICE", host=True),
    Kind("ntfys", "ntfy", "ntfy", "ntfys://ntfy.example.cn/TOPIC", host=True),
)
_BY_SCHEME = {kind.scheme: kind for kind in KINDS}
#: What in an address's query leads elsewhere than its host.
_HOSTS_IN_QUERY = ("smtp", "host")


def check(url: str, *, by_admin: bool, allowed: Sequence[str]) -> str:
    """The channel's scheme, if it may be used. Raises Refused."""
    import apprise

    if not 0 < len(url) <= MOST_URL or not url.isprintable() or url != url.strip() or "://" not in url:
        raise Refused("channel.url")
    scheme = url.partition("://")[0].lower()
    kind = _BY_SCHEME.get(scheme)
    if kind is None or (kind.host and not by_admin):
        raise Refused("channel.scheme", scheme=scheme[:20])
    if kind.host:
        _check_hosts(url, allowed)
    if apprise.Apprise.instantiate(url, suppress_exceptions=True) is None:
        raise Refused("channel.url")
    return scheme


def send(url: str, title: str, body: str, *, allowed: Sequence[str]) -> str | None:
    """Ring once; the problem's code if it did not work. Asks again where the name leads, which may have changed."""
    import apprise

    kind = _BY_SCHEME.get(url.partition("://")[0].lower())
    try:
        if kind is None:
            return "channel.scheme"
        if kind.host:
            _check_hosts(url, allowed)
        channel = apprise.Apprise.instantiate(url, suppress_exceptions=True)
        if channel is None:
            return "channel.url"
        channel.socket_connect_timeout, channel.socket_read_timeout = guarded.CONNECT_SECONDS, guarded.READ_SECONDS
        return None if channel.notify(body=body, title=title) else "channel.dead"
    except Refused as refused:
        return refused.code
    except Exception:
        return "channel.dead"


def masked(url: str) -> str:
    """Enough to know it again, too little to use it."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://…{rest.rstrip('/')[-3:]}"


def _check_hosts(url: str, allowed: Sequence[str]) -> None:
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError:
        raise Refused("channel.url") from None
    hosts = [parts.hostname or "", *(value for name, value in parse_qsl(parts.query) if name in _HOSTS_IN_QUERY)]
    for host in hosts:
        if host.lower() in allowed:
            continue
        try:
            guarded.public_address(host, port)
        except (guarded.Forbidden, OSError, UnicodeError, socket.gaierror):
            raise Refused("channel.host", host=host[:80]) from None
