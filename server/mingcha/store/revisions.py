"""The database's revisions: up, down, and a new one from what the models say. Needs the application's context."""

from pathlib import Path

from alembic import command
from alembic.config import Config


def upgrade(folder: Path, revision: str = "head") -> None:
    command.upgrade(_settings(folder), revision)


def downgrade(folder: Path, revision: str) -> None:
    command.downgrade(_settings(folder), revision)


def write(folder: Path, message: str, number: str) -> None:
    """Write a new revision file, to be read and corrected by hand."""
    command.revision(_settings(folder), message, autogenerate=True, rev_id=number)


def _settings(folder: Path) -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(folder).replace("%", "%%"))
    settings.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    settings.set_main_option("path_separator", "os")
    return settings
