"""How a screen stands up to small phones and large letters; and pictures of it for the eye.

MINGCHA_SHOTS=FOLDER writes every screen of a walk there, at both sizes of phone, in both themes, at 100 and 200 % text.
"""

import os
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SMALL: Any = {"width": 360, "height": 740}
LARGE: Any = {"width": 412, "height": 915}
SHOTS = os.environ.get("MINGCHA_SHOTS")

#: By how much anything that must not move sideways could: the page, a sheet, the camera.
SIDEWAYS = """() => Math.max(...[document.documentElement, ...document.querySelectorAll('dialog[open], .camera')]
  .map((each) => each.scrollWidth - each.clientWidth))"""
TEXT = "size => { document.documentElement.style.fontSize = size }"
THEME = "theme => { document.documentElement.dataset.theme = theme }"


def too_wide(page: Page, where: str) -> list[str]:
    """At 200 % text on both phones, at 100 % on the larger; the page is left at whichever came last, at 100 %."""
    found = []
    now = page.viewport_size
    for size in (SMALL, LARGE) if now == SMALL else (LARGE, SMALL):
        page.set_viewport_size(size)
        for text in ("200%", "100%"):
            page.evaluate(TEXT, text)
            if SHOTS:
                _picture(page, where, size["width"], text)
            if (over := page.evaluate(SIDEWAYS)) > 0:
                found.append(f"{where}: {over} px too wide at {size['width']} px and {text} text")
    return found


def _picture(page: Page, where: str, width: int, text: str) -> None:
    folder = Path(str(SHOTS))
    folder.mkdir(parents=True, exist_ok=True)
    for theme in ("dark", "light"):
        page.evaluate(THEME, theme)
        name = re.sub(r"\W+", "-", f"{where} {width} {text} {theme}").strip("-")
        page.screenshot(path=folder / f"{name}.png")
