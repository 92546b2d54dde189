"""Accounts at the operator's shell."""

import sys

from flask import Flask

from mingcha.core.problems import Refused
from mingcha.flows import accounts as account_flow
from mingcha.flows import passwords
from mingcha.shell import Options, in_app
from mingcha.store import accounts


@in_app
def user_add(app: Flask, options: Options) -> None:
    password, chosen = _password(options)
    account = account_flow.add(
        None, username=options.username, name=options.name or options.username, role=options.role, scope=options.scope,
        password=password, locale=options.locale, must_change=not chosen,
    )
    print(f"added {account.username} ({account.role}, {account.scope})")
    if not chosen:
        print(f"password: {password}")


@in_app
def user_password(app: Flask, options: Options) -> None:
    account = accounts.by_username(options.username)
    if account is None:
        raise Refused("not_found")
    password, chosen = _password(options)
    account_flow.set_password(None, account.id, password)
    print(f"{account.username} has a new password; every session of the account has ended")
    if not chosen:
        print(f"password: {password}")


@in_app
def user_sign_out(app: Flask, options: Options) -> None:
    account = accounts.by_username(options.username)
    if account is None:
        raise Refused("not_found")
    print(f"{account.username}: {account_flow.end_sessions(account)} sessions ended; unsent work stays on the phones")


@in_app
def user_list(app: Flask, options: Options) -> None:
    for account in accounts.everyone():
        print(f"{account.username:<20} {account.role:<11} {account.scope:<12} {account.name}")


def _password(options: Options) -> tuple[str, bool]:
    """The password, and whether a person chose it: the first line of stdin if asked so, else a proposed one."""
    if options.password_stdin:
        return sys.stdin.readline().rstrip("\n"), True
    return passwords.proposed(), False
