"""What one instance knows of itself, the same on every node: its epoch, its secret.

Kept in the database, so that no node has a state of its own. The files of a SQLite instance are readable by their owner
alone.
"""

import secrets

from sqlalchemy import String, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column

from mingcha.store.db import Json, Row, db, insert_if_absent, new_id, table_of, transaction
from mingcha.store.quick import Quick


class SettingRow(Row):
    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[object] = mapped_column(Json)


_setting = table_of(SettingRow).c
# Built once: a phone asks it at every sync.
_VALUE = Quick(select(_setting.value).where(_setting.name == bindparam("name")))


def epoch() -> str:
    """Changes when a backup is restored: a phone that knows another epoch pulls everything afresh. Made with the tables."""
    return str(_VALUE(name="epoch")[0][0])


def new_epoch() -> str:
    with transaction():
        db.session.merge(SettingRow(name="epoch", value=(value := new_id())))
    return value


def secret() -> bytes:
    """32 bytes for keyed hashes."""
    return bytes.fromhex(str(_made_once("secret", secrets.token_hex(32))))


def asked_for_factor(tenant: str) -> list[str]:
    """The roles of a county that need a second factor; none by default."""
    found = _VALUE(name=f"second_factor/{tenant}")
    return list(found[0][0]) if found else []


def ask_for_factor(tenant: str, roles: list[str]) -> None:
    db.session.merge(SettingRow(name=f"second_factor/{tenant}", value=roles))
def kept(name: str) -> object:
    """What an administrator set under this name; None where nobody did."""
    found = _VALUE(name=name)
    return found[0][0] if found else None


def keep(name: str, value: object) -> None:
    db.session.merge(SettingRow(name=name, value=value))
    db.session.flush()


def _made_once(name: str, proposal: str) -> object:
    found = _VALUE(name=name)
    if found:
        return found[0][0]
    with transaction():
        insert_if_absent(SettingRow, name=name, value=proposal)
        return db.session.get_one(SettingRow, name).value
