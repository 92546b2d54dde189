"""What makes a password good enough: its length, and that nobody tries it first. No rule about kinds of characters.

The list holds what long passwords are when people choose badly, here and elsewhere; short ones fall to the length.
Knows no hash and no account.
"""

import unicodedata
from collections.abc import Iterable

from mingcha.core.problems import Refused

SHORTEST, LONGEST = 10, 200
#: A run that is walked along, forwards or backwards, as fingers do.
_WALKS = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "!qaz@wsx#edc$rfv%tgb^yhn&ujm",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "123qweasdzxc",
    "qweasdzxc123",
    "147258369",
    "!@#$%^&*()_+",
)
#: What is left of a bad password once its digits and signs at both ends are taken away.
_WORDS = frozenset(
    (  # noqa: SIM905 - as one text, for people read it
        "password passw0rd passwd p@ssword p@ssw0rd pa55word pa55w0rd mypassword yourpassword newpassword thepassword "
        "iloveyou ilovey0u ilove woaini woaiwojia woaiwoziji wobuzhidao wodemima mima mimamima xiaoming aini laogong "
        "laopo administrator admin adminadmin root rootroot system sysadmin manager superuser guest test testtest "
        "tester user welcome welcometo changeme changeit letmein letmeinplease opensesame secret topsecret default "
        "initial temp temporary qwerty qwertyuiop qwertyui qwer asdf asdfghjkl zxcvbnm zxcv qazwsx qazwsxedc abcd "
        "abcdef abcdefg abcdefgh abc aa aaa football baseball basketball superman batman starwars sunshine princess "
        "dragon monkey shadow master michael jordan computer internet samsung huawei xiaomi apple iphone google "
        "microsoft windows wechat weixin alipay taobao tencent mingcha mingchamingcha ducha zhengwu zhengwufuwu "
        "bianmin bianminfuwu fuwuzhongxin jiancha jianchayuan china zhongguo zhonghua beijing shanghai guangzhou "
        "shenzhen shandong renmin weirenminfuwu wsnd nihao nihaoma correcthorsebatterystaple trustno whatever nothing "
        "forever freedom "
    ).split()
)
_LEAST_OF_A_NAME = 3


def require_good(password: str, *, names: Iterable[str] = ()) -> None:
    """Raises where it is too short, too long, known to everybody, or little more than one of `names`."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Refused("account.password", shortest=SHORTEST, longest=LONGEST)
    plain = unicodedata.normalize("NFKC", password).casefold().replace(" ", "")
    if _is_common(plain):
        raise Refused("account.password_common")
    core = _without_ends(plain)
    for name in names:
        known = unicodedata.normalize("NFKC", name).casefold().replace(" ", "")
        if len(known) >= _LEAST_OF_A_NAME and core and core.replace(known, "") == "":
            raise Refused("account.password_name")


def _is_common(plain: str) -> bool:
    return (
        len(set(plain)) <= 2
        or any(_repeats(plain, length) for length in range(1, min(6, len(plain) // 2) + 1))
        or _is_walk(plain)
        or _is_date_or_phone(plain)
        or _without_ends(plain) in _WORDS
        or _is_walk(_without_ends(plain))
    )


def _repeats(plain: str, length: int) -> bool:
    """Whether it is one short piece over and over, the last time perhaps cut."""
    times = -(-len(plain) // length)
    return (plain[:length] * times)[: len(plain)] == plain


def _is_walk(plain: str) -> bool:
    """Whether it is walks along the keys and nothing else: each piece at least four steps long."""
    if len(plain) < 4:
        return False
    at = 0
    while at < len(plain):
        step = next((end for end in range(len(plain), at + 3, -1) if _along(plain[at:end])), None)
        if step is None:
            return False
        at = step
    return True


def _along(piece: str) -> bool:
    return any(piece in walk or piece in walk[::-1] for walk in _WALKS)


def _is_date_or_phone(plain: str) -> bool:
    """Digits alone, as long as a telephone or an identity number: guessed from what is known of a person."""
    return plain.isdigit() and len(plain) <= 18


def _without_ends(plain: str) -> str:
    return plain.strip("0123456789!@#$%^&*()_+-=.,;:?~`'\"/\\|<>[]{}")
