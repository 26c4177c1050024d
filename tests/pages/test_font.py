"""The font in a page: brackets stretch, nothing is fetched, and a page has only what it shows."""

from __future__ import annotations

import base64
import re
from io import BytesIO
from pathlib import Path

from fontTools.ttLib import TTFont

from tests.pages.conftest import Open
from tests.pages.test_report import build
from vaultbp.pages.font import face
from vaultbp.pages.formulas import shown

TALL = "$$\\left( \\frac{\\dfrac{a}{b}}{\\dfrac{c}{d}} \\right) = (x)$$\n"


def test_brackets_stretch(tmp_path: Path, open_page: Open) -> None:
    page = open_page(build(tmp_path, {"Tall.md": TALL}, "report.html"), "#Tall")
    assert (
        page.evaluate("document.fonts.load('16px \"vaultbp math\"').then(all => all.length)") == 1
    )
    brackets = page.locator("article:visible math mo", has_text="(")
    tall, short = (brackets.nth(k).bounding_box() for k in (0, 1))
    assert tall is not None
    assert short is not None
    assert tall["height"] > 2 * short["height"]


def test_a_page_without_formulas_has_no_font(tmp_path: Path) -> None:
    assert "font-face" not in build(tmp_path, {"Plain.md": "words\n"}, "report.html").read_text()


def test_the_same_page_has_the_same_bytes() -> None:
    assert face(shown(r"\sum_i x_i")) == face(shown(r"\sum_i x_i"))


def test_the_font_holds_what_is_shown_and_little_else() -> None:
    found = re.search(r"base64,([^\"]+)", face(shown(r"\frac{\partial L}{\partial \omega_1} ⊙ Ж")))
    assert found is not None
    font = TTFont(BytesIO(base64.b64decode(found[1])))
    known = font.getBestCmap()
    assert {ord(each) for each in "∂𝐿𝜔1⊙()√"} <= known.keys()
    assert "MATH" in font
    assert len(known) < 80
