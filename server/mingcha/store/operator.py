"""What the operator has set, for those who are not handed it."""

from typing import cast

from flask import current_app

from mingcha.config import Config


def config() -> Config:
    """The settings of the running application."""
    return cast(Config, current_app.config["MINGCHA"])
