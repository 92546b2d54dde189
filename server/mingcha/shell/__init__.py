"""The commands of `cli.py` that work on the database. Apart, because a server starts without needing any of this."""

import argparse
import sys
from collections.abc import Callable

from flask import Flask

from mingcha.app import create_app
from mingcha.config import Config
from mingcha.core.problems import PROBLEMS, Refused, words

Options = argparse.Namespace


def in_app(command: Callable[[Flask, Options], int | None]) -> Callable[[Config, Options], int | None]:
    """For commands that work on the database."""

    def run(config: Config, options: Options) -> int | None:
        app = create_app(config)
        try:
            with app.app_context():
                return command(app, options)
        except Refused as refused:
            print(f"mingcha: {words(PROBLEMS[refused.code], refused.details)['en']}", file=sys.stderr)
            return 1

    return run
