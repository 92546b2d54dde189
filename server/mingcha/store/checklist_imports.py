"""Files that are brought in as drafts: which kind a file is, and what every kind gives."""

from mingcha.core.checklist.faults import Faulty, fault
from mingcha.store import checklist_excel, checklist_files, checklist_xlsform
from mingcha.store.checklist_workbook import Brought, open_workbook

XLS_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MAGIC = b"PK\x03\x04"


def read(raw: bytes, kind: str = "any") -> Brought:
    """`kind`: yaml, template (our workbook), xlsform, or any. Raises Faulty where there is nothing to take over."""
    if kind == "yaml":
        return Brought(checklist_files.parse(raw), [])
    if raw.startswith(XLS_MAGIC):
        if kind == "template":
            raise Faulty([fault("$", "workbook.old_format")])
        return checklist_xlsform.read_xls(raw)
    if not raw.startswith(ZIP_MAGIC):
        raise Faulty([fault("$", "workbook.unreadable", why="it is not an Excel file", why_zh="不是 Excel 文件")])
    book = open_workbook(raw)
    if kind == "xlsform" or (kind == "any" and "survey" in book.names):
        return checklist_xlsform.read(book)
    return checklist_excel.read(book)
