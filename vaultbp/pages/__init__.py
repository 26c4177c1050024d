"""What pages are made of: their parts lie beside this file, and a page is one file with all of them.

A page loads nothing, from nowhere: its policy (Content-Security-Policy) allows only the very script
and style that it was written with, by their hashes, so that nothing in a note can ever run.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from html import escape
from importlib import resources
from typing import Any

from vaultbp import __version__


def asset(path: str) -> str:
    """The text of a part, by its path in this package."""
    return resources.files(__name__).joinpath(path).read_text(encoding="utf-8")


def scripts(paths: Sequence[str]) -> str:
    """Several scripts as one, with names of its own."""
    return "(() => {\n" + '"use strict";\n' + "\n".join(map(asset, paths)) + "})();\n"


def embed_json(data: Any) -> str:
    """Data as the text of a script element: no ``<`` may end the element early."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def policy(script: str, style: str) -> str:
    """The page's Content-Security-Policy: this script, this style, images inlined, and no more."""
    return (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; "
        "img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def fill(template: str, *, script: str, style: str, markup: dict[str, str], **texts: str) -> str:
    """A page from its template: ``texts`` are escaped, ``markup`` is put in as it stands."""
    values = {name: escape(text) for name, text in texts.items()} | markup
    values |= {
        "script": script,
        "style": style,
        "policy": escape(policy(script, style)),
        "version": __version__,
    }
    return re.sub(r"\{\{ (\w+) \}\}", lambda found: values[found[1]], asset(template))
