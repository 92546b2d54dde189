"""ODK XLSForm to a checklist draft: yes-or-no questions become indicators, groups become categories; the rest is listed."""

from mingcha.core.checklist.faults import Faulty, fault
from mingcha.store.checklist_workbook import Book, Brought


def read(book: Book) -> Brought:
    raise Faulty([fault("$", "form.unreadable", why="survey")])


def read_xls(raw: bytes) -> Brought:
    raise Faulty([fault("$", "form.unreadable", why="xls")])
