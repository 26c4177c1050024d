"""Marks that count equations within a formula: ``(a)\\quad y' = 2x``, ``(ii)& \\frac{dy}{dx} = 2x``."""

from __future__ import annotations

import re

_MARK = re.compile(
    r"(?:^|\\\\|\\begin\{[a-z]+\*?\}(?:\{[lcr]+\})?)\s*"
    r"(?P<mark>\((?:[a-z]|[ivx]{2,4}|\d{1,2})\)|\d{1,2}\)|[①-⑳])\s*"
    r"(?:&\s*)?(?:(?:\\[ ;:]|\\q?quad\b|~|(?<=&)|(?<=& ))\s*)"
    r"(?=\\[dt]?frac|\\partial|\\nabla|\\dot|\\mathbf|\\mathrm|[A-Za-z])"
)


def without_numbering(text: str) -> str:
    """The text with spaces for such marks, so that all places stay what they are."""
    if not any(sign in text for sign in ")①②③④⑤⑥⑦⑧⑨⑩"):
        return text
    found = list(text)
    for match in _MARK.finditer(text):
        start, end = match.span("mark")
        found[start:end] = " " * (end - start)
    return "".join(found)
