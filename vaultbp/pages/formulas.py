"""Formulas as MathML, by math-core; each carries its source, and none can carry anything else."""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ET
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from math_core import LatexToMathML

# MathML Core (W3C, 2025), and what of its attributes math-core writes. Anything else is refused, so
# that a formula can no more run a script than plain text can.
_NAMES = """
math semantics annotation mrow mi mn mo ms mtext mspace mfrac msqrt mroot mstyle merror mpadded
mphantom msub msup msubsup munder mover munderover mmultiscripts mprescripts none mtable mtr mtd
menclose
"""
ELEMENTS = frozenset(_NAMES.split())
_KEPT = """
display displaystyle scriptlevel mathvariant stretchy symmetric fence separator form lspace rspace
minsize maxsize largeop movablelimits accent accentunder linethickness width height depth voffset
columnspan rowspan notation encoding
"""
_ATTRIBUTES = frozenset(_KEPT.split())
_CLASSES = {
    "text-align: left": "left",
    "text-align: right": "right",
    "text-align: center": "centre",
    "padding-left: 0": "pl0",
    "padding-right: 0": "pr0",
    "padding-left: 1em": "pl1",
}
_ENTITY = re.compile(r"&(?!amp;|lt;|gt;|quot;|apos;|#)(\w+);")
# What only numbers a formula or makes it larger, and environments under another name: left out or
# renamed when math-core does not know them, for what the formula says stays the same.
_TRIMMINGS = re.compile(
    r"\\(?:tag\*?|label|eqref|ref)\s*\{[^{}]*\}|\\(?:nonumber|notag)\b"
    r"|\\(?:tiny|scriptsize|footnotesize|small|normalsize|large|Large|LARGE|huge|Huge)(?![A-Za-z])"
)
_ENVIRONMENT = re.compile(r"(\\(?:begin|end)\s*)\{(?:eqnarray|split|multline)\*?\}")


@cache
def _converter() -> LatexToMathML:
    from math_core import LatexToMathML

    return LatexToMathML(annotation=True, fancy_error=False)


def typeset(tex: str, *, display: bool) -> Markup | None:
    """MathML of a formula, or ``None`` where math-core cannot read it."""
    from math_core import LatexError

    plain = _ENVIRONMENT.sub(r"\1{aligned}", _TRIMMINGS.sub("", tex))
    for text in (tex, plain, f"\\begin{{aligned}}{plain}\\end{{aligned}}"):
        try:
            found = _converter().convert_with_local_state(text, displaystyle=display)
            return _cleaned(found)
        except (LatexError, ET.ParseError, _StrangeError):
            continue
    return None


def shown(tex: str, *, display: bool = False) -> Markup:
    """MathML of a formula or, failing that, its source as code."""
    return typeset(tex, display=display) or Markup("<code>{}</code>").format(tex)


class _StrangeError(Exception):
    """An element that is no mathematics."""


def _cleaned(text: str) -> Markup:
    named = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    root = ET.fromstring(named)
    for element in root.iter():
        if element.tag not in ELEMENTS:
            raise _StrangeError(element.tag)
        style = element.attrib.pop("style", "")
        for name in list(element.attrib):
            if name not in _ATTRIBUTES:
                del element.attrib[name]
        # Styles would need a hole in the page's policy; the few that matter are classes.
        rules = [re.sub(r"\s*:\s*", ": ", rule.strip()) for rule in style.split(";")]
        classes = [_CLASSES[rule] for rule in rules if rule in _CLASSES]
        if classes:
            element.set("class", " ".join(classes))
    # Made of checked elements and attributes by a serializer that escapes all text.
    return Markup(ET.tostring(root, encoding="unicode", short_empty_elements=False))


def unicode(text: str) -> Markup:
    """A formula written in plain characters, as it stands."""
    return Markup('<span class="unicode">{}</span>').format(escape(text))
