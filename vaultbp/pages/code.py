"""Code, coloured by pygments."""

from __future__ import annotations

from functools import cache
from typing import Any

from markupsafe import Markup


def highlight(code: str, language: str) -> Markup:
    """A ``<pre>`` with the code; an unknown language stays plain."""
    from pygments import highlight as paint
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(language or "text", stripnl=False)
    except ClassNotFound:
        return Markup('<pre class="code"><code>{}</code></pre>').format(code)
    # pygments escapes every token's text.
    spans = Markup(paint(code, lexer, HtmlFormatter(nowrap=True)))
    return Markup('<pre class="code"><code>{}</code></pre>').format(spans)


@cache
def style() -> str:
    """The colours for light and dark pages."""
    light, dark = (_rules(name) for name in ("friendly", "github-dark"))
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n"


def _rules(name: str) -> str:
    """Only the colours of tokens: the block itself is coloured by the page."""
    from pygments.formatters import HtmlFormatter

    formatter: Any = HtmlFormatter(style=name)
    return "\n".join(
        line
        for line in formatter.get_style_defs(".code").splitlines()
        if line.startswith(".code .") and "border" not in line and "lineno" not in line
    )
