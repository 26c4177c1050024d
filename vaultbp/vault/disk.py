"""The only place where reading a vault touches the disk: walking folders and reading notes.

Folders and files whose name begins with a dot are skipped, as Obsidian does. Symbolic links are never
followed out of the vault, and linked folders are not followed at all, so a loop cannot be entered.
"""

from __future__ import annotations

import errno
import json
import os
import struct
from collections.abc import Iterator
from pathlib import Path

TYPE_CHECKING = False  # as in typing, whose import costs more than finding the files
if TYPE_CHECKING:
    from typing import NewType

    from vaultbp.source import Source

    Stamp = NewType("Stamp", bytes)
else:
    Stamp = bytes
"""``Stamp``: what of a file changes when it is written, its times, size and inode."""

LARGEST = 32 * 1024 * 1024
"""Bytes. A larger note is reported and not read."""

AT_REST = 2_000_000_000
"""Nanoseconds. A file younger than this may change again within the same tick of its clock."""
CONFIGURATION = "vaultbp.toml"

_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
_PLAIN = os.O_RDONLY | _NOFOLLOW | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
"""How files are opened: without the layers of `open`, which cost as much as reading a note."""

_FIELDS = "<qqQQ"
_STAMP = struct.Struct(_FIELDS).pack


_NOTES = (".md", ".MD", ".Md", ".mD")


def is_note(path: str) -> bool:
    return path.endswith(_NOTES)


def find_root(path: Path) -> Path:
    """The vault of a folder or note: the nearest folder, it or above it, with ``.obsidian`` or
    ``vaultbp.toml`` in it; where there is none, the folder itself or the note's own."""
    path = path.resolve()
    folder = path if path.is_dir() else path.parent
    return next((above for above in (folder, *folder.parents) if is_root(above)), folder)


def is_root(folder: Path) -> bool:
    """Whether a folder says that it is a vault."""
    return (folder / ".obsidian").is_dir() or (folder / CONFIGURATION).is_file()


def walk(root: Path, unread: list[str] | None = None) -> Iterator[str]:
    """The paths of all files, relative to ``root``, with forward slashes, folder by folder.

    To ``unread`` are added the folders that cannot be read.
    """
    for prefix, entry in _entries(root, unread):
        yield _text(prefix + entry.name)


def walk_stamped(root: Path, unread: list[str] | None = None) -> dict[str, Stamp | None]:
    """As `walk`, with the stamps of the notes; ``None`` for links, other files and what has gone."""
    found = {}
    for prefix, entry in _entries(root, unread):
        path = prefix + entry.name
        if not path.isascii():
            path = _text(path)
        found[path] = _stamp(entry) if path.endswith(_NOTES) else None
    return found


def _entries(root: Path, unread: list[str] | None) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Every file, with the folder that it is in."""
    folders = [("", str(root))]
    while folders:
        prefix, folder = folders.pop()
        try:
            with os.scandir(folder) as entries:
                found = list(entries)
        except OSError:
            if unread is not None:
                unread.append(_text(prefix.rstrip("/")) or ".")
            continue
        for entry in found:
            name = entry.name
            if name[0] == ".":
                continue
            try:
                if entry.is_file():
                    yield prefix, entry
                elif entry.is_dir(follow_symlinks=False):
                    folders.append((f"{prefix}{name}/", entry.path))
            except OSError:
                continue


def _stamp(entry: os.DirEntry[str]) -> Stamp | None:
    try:
        if entry.is_symlink():
            return None
        state = os.lstat(entry.path)
        return Stamp(_STAMP(state.st_mtime_ns, state.st_ctime_ns, state.st_size, state.st_ino))
    except (OSError, struct.error):  # gone, or an inode of more than 64 bits
        return None


def is_at_rest(stamp: Stamp | None, now: int) -> bool:
    """Whether a file can be told by its stamp, seen at ``now`` (nanoseconds), from all that it may become:
    clocks of file systems are coarse, and one that was just written may have this stamp twice."""
    if stamp is None:
        return False
    mtime, ctime, _, _ = struct.unpack(_FIELDS, stamp)
    return bool(max(mtime, ctime) < now - AT_REST)


def _text(name: str) -> str:
    """A file name as text; bytes that are no UTF-8 are shown escaped."""
    if name.isascii():
        return name
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def file_at(root: Path, path: str) -> str:
    """The file of a path of the vault: of one whose name is no UTF-8, by the bytes that it escapes."""
    file = os.path.join(root, path)  # noqa: PTH118 - ten times faster than Path, once per note
    if "\\x" in path and not os.path.lexists(file):
        import re

        name = re.sub(
            rb"\\x([0-9a-f]{2})", lambda found: bytes.fromhex(found[1].decode()), path.encode()
        )
        return os.path.join(root, os.fsdecode(name))  # noqa: PTH118
    return file


def read_source(root: Path, path: str) -> Source:
    """Read one file of the vault. Never raises: what goes wrong is named in ``damage``."""
    from vaultbp.source import Source  # finding files needs none of what it imports

    file = file_at(root, path)
    try:
        number = _open_plain(file)
        if number is None:
            if not Path(file).resolve().is_relative_to(root):
                message = "is a symbolic link out of the vault: it was not read"
                return Source(path, "", damage=message)
            number = os.open(file, _PLAIN & ~_NOFOLLOW)
        try:
            size = os.fstat(number).st_size
            if size > LARGEST:
                message = f"is larger than {LARGEST // 2**20} MB: it was not read"
                return Source(path, "", damage=message)
            return Source.from_bytes(path, _read(number, size))
        finally:
            os.close(number)
    except OSError as error:
        return Source(path, "", damage=f"could not be read: {error.strerror or error}")


def _open_plain(file: str) -> int | None:
    """A file opened for reading; ``None`` for a symbolic link. Raises OSError."""
    if not _NOFOLLOW and os.path.islink(file):  # noqa: PTH114
        return None
    try:
        return os.open(file, _PLAIN)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EMLINK):  # Linux and macOS; FreeBSD
            return None
        raise


def _read(number: int, size: int) -> bytes:
    """All of an open file, which is ``size`` bytes long unless it is being written."""
    data = os.read(number, size + 1)
    if len(data) != size:
        parts = [data]
        while parts[-1] and sum(map(len, parts)) <= LARGEST:
            parts.append(os.read(number, 1 << 20))
        data = b"".join(parts)
    return data


def ignored_prefixes(root: Path) -> tuple[str, ...]:
    """The folders and files that ``.obsidian/app.json`` hides from the graph.

    Only plain paths are heeded; filters that are regular expressions are left out, since a vault's
    own expression could make any search endless.
    """
    try:
        data = json.loads((root / ".obsidian" / "app.json").read_bytes())
    except (OSError, ValueError, RecursionError):
        return ()
    filters = data.get("userIgnoreFilters") if isinstance(data, dict) else None
    if not isinstance(filters, list):
        return ()
    return tuple(
        item for item in filters if isinstance(item, str) and item and not item.startswith("/")
    )
