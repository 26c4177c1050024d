"""Images of the vault, inlined: a page asks no other file, least of all another host, for anything."""

from __future__ import annotations

import base64
from pathlib import Path

from markupsafe import Markup

_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".bmp": "image/bmp",
    # As the source of an image an SVG never runs its scripts nor loads anything (SVG 2, section 2.7).
    ".svg": "image/svg+xml",
}
LARGEST = 4_000_000


def image(root: Path, path: str, alt: str, size: str | None) -> Markup:
    """The image at ``path`` below ``root``; in words where it cannot be shown.

    ``size`` is Obsidian's ``100`` or ``100x145``, in pixels.
    """
    kind = _TYPES.get(Path(path).suffix.lower())
    if kind is None:
        return Markup('<span class="attachment">{}</span>').format(path)
    try:
        file = root / path
        if file.stat().st_size > LARGEST:
            return _words(f"{path}: too large to show here")
        data = file.read_bytes()
    except OSError as error:
        return _words(f"{path}: {error.strerror}")
    source = f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"
    width, _, height = (size or "").partition("x")
    sizes = Markup("")
    if width.isdecimal():
        sizes += Markup(' width="{}"').format(width)
    if height.isdecimal():
        sizes += Markup(' height="{}"').format(height)
    return Markup('<img src="{}" alt="{}"{}>').format(source, alt, sizes)


def is_image(path: str) -> bool:
    return Path(path).suffix.lower() in _TYPES


def _words(text: str) -> Markup:
    return Markup('<span class="attachment">{}</span>').format(text)
