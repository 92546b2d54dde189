"""Word papers out of templates: a county's own or ours. A fault of a template is named, never half a paper made."""

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

from jinja2.exceptions import SecurityError, TemplateError, TemplateSyntaxError, UndefinedError
from PIL import Image

from mingcha.core.problems import Refused
from mingcha.papers.plain import clean
from mingcha.papers.sandbox import Sandbox

if TYPE_CHECKING:
    from docxtpl import DocxTemplate

#: A Word file is a zip: so much may be in it, unpacked.
MOST_UNPACKED_BYTES = 30 * 1024 * 1024
MOST_PARTS = 400
#: What a filled-in document's text may weigh.
MOST_TEXT_BYTES = 40 * 1024 * 1024
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_NAME = re.compile(r"'([^']+)' is undefined|no attribute '([^']+)'|has no element '?([^']+?)'?$")


@dataclass(frozen=True)
class Picture:
    """A JPEG where a template says so, so many millimetres wide."""

    data: bytes
    width_mm: int = 70


def fill(template: bytes, facts: Mapping[str, Any]) -> bytes:
    """The document. Raises Refused `template.*`, naming the fault, where the template cannot be filled in."""
    from docxtpl import DocxTemplate  # with python-docx and lxml: not before somebody wants a paper
    from lxml.etree import XMLSyntaxError

    require_word(template)
    try:
        paper = DocxTemplate(io.BytesIO(template))
        paper.init_docx()
    except Exception as fault:
        raise Refused("template.not_word", why=_short(fault)) from None
    try:
        paper.render(_for(paper, facts), Sandbox(), autoescape=True)
    except TemplateSyntaxError as fault:
        raise Refused("template.syntax", why=_short(fault.message or ""), near=_near(fault)) from None
    except UndefinedError as fault:
        raise Refused("template.unknown_word", word=_unknown(fault), known=", ".join(sorted(facts))) from None
    except SecurityError as fault:
        raise Refused("template.forbidden", what=_short(fault)) from None
    except (TemplateError, TypeError, ValueError, KeyError, XMLSyntaxError, ParseError, RecursionError) as fault:
        raise Refused("template.broken", why=_short(fault)) from None
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def require_word(data: bytes) -> None:
    """Raises Refused unless this is a plain .docx of a sane size without macros and outside references."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            parts = file.infolist()
            if len(parts) > MOST_PARTS or sum(each.file_size for each in parts) > MOST_UNPACKED_BYTES:
                raise Refused("template.too_large", most_mb=MOST_UNPACKED_BYTES // 1024 // 1024)
            names = {each.filename for each in parts}
            types = file.read("[Content_Types].xml").decode("utf-8", "replace")
            links = "".join(
                file.read(name).decode("utf-8", "replace") for name in names if name.endswith(".rels")
            )
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError, NotImplementedError) as fault:
        raise Refused("template.not_word", why=_short(fault)) from None
    if "word/vbaProject.bin" in names or "macroEnabled" in types:
        raise Refused("template.macros")
    if _WORD not in types:
        raise Refused("template.not_word", why="no word/document.xml")
    if re.search(r'TargetMode="External"', links) and re.search(
        r"relationships/(attachedTemplate|oleObject|frame|subDocument|image)\"[^>]*TargetMode=\"External\"", links
    ):
        raise Refused("template.outside")


def blank_picture() -> bytes:
    """A small grey JPEG, to try a template out with."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 200, 200)).save(out, "JPEG")
    return out.getvalue()


def _for(paper: "DocxTemplate", value: Any) -> Any:
    """Facts as the template gets them: clean words, pictures in place."""
    if isinstance(value, Picture):
        from docx.shared import Mm
        from docxtpl import InlineImage

        return InlineImage(paper, io.BytesIO(value.data), width=Mm(value.width_mm))
    if isinstance(value, Mapping):
        return {key: _for(paper, each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_for(paper, each) for each in value]
    return clean(value) if isinstance(value, str) else value


def _near(fault: TemplateSyntaxError) -> str:
    """The words around the fault, without Word's own markup."""
    lines = (fault.source or "").splitlines()
    at = (fault.lineno or 1) - 1
    text = re.sub(r"<[^>]+>", "", lines[at]) if at < len(lines) else ""
    tags = re.findall(r"\{[{%].*?[%}]\}", text)
    return _short(" ".join(tags[:3]) or text)


def _unknown(fault: UndefinedError) -> str:
    found = _NAME.search(fault.message or "")
    return _short(next((each for each in found.groups() if each), "") if found else fault.message or "")


def _short(fault: object) -> str:
    return clean(str(fault))[:160]
