"""Notes kept between runs: a file that did not change on disk is not read again.

One file for each vault, in the user's own cache folder: one that came with a vault could claim anything.
It holds the notes as `read` gave them, in msgpack, with a checksum before it. A note is taken from it
only if its file has the times, the size and the inode that it had, and was already at rest when it was
read: two seconds old, since clocks of file systems are coarse. A damaged file is set aside and begun
anew; one that cannot be written costs time and nothing else.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import sys
import time
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from vaultbp import __version__
from vaultbp.notes import Note, read
from vaultbp.vault.disk import read_source

ENOUGH = 200
"""Notes from which on keeping them saves more than it costs."""
AT_REST = 2_000_000_000
"""Nanoseconds. A file younger than this may change again within the same tick of its clock."""
KEEP_DAYS = 60


class Stamp(NamedTuple):
    """What of a file changes when it is written."""

    mtime: int
    ctime: int
    size: int
    inode: int


Kept = dict[str, tuple[Stamp, Note]]


def read_changed(root: Path, paths: Iterable[str], file: Path | None = None) -> list[Note]:
    """The notes of a vault, of which only those not kept are read now.

    ``file`` is where they are kept, if not in the usual place.
    """
    file = file or _default_file(root)
    kept = _load(file)
    notes: list[Note] = []
    known: Kept = {}
    fresh = 0
    youngest = time.time_ns() - AT_REST
    for path in paths:
        stamp = _stamp(root, path)
        found = kept.get(path)
        if found is None or stamp is None or found[0] != stamp:
            note = read(read_source(root, path))
            found = (stamp, note) if stamp and max(stamp.mtime, stamp.ctime) < youngest else None
            fresh += found is not None
        else:
            note = found[1]
        notes.append(note)
        if found is not None:
            known[path] = found
    if fresh or len(known) < len(kept):
        _save(file, known)
    return notes


def _stamp(root: Path, path: str) -> Stamp | None:
    """``None`` for a file that is not to be kept: a link, or one that is gone."""
    try:
        state = os.lstat(os.path.join(root, path))  # noqa: PTH118 - once per note
    except OSError:
        return None
    if not stat.S_ISREG(state.st_mode):
        return None
    return Stamp(state.st_mtime_ns, state.st_ctime_ns, state.st_size, state.st_ino)


def _default_file(root: Path) -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    name = hashlib.blake2b(os.fsencode(root), digest_size=12).hexdigest()
    return Path(base) / "vaultbp" / "notes" / f"{name}.msgpack"


def _load(file: Path) -> Kept:
    try:
        data = file.read_bytes()
    except OSError:
        return {}
    salt = _salt()
    if not data.startswith(salt):  # of another version: as good as none
        return {}
    check, body = data[len(salt) : len(salt) + 4], memoryview(data)[len(salt) + 4 :]
    if zlib.crc32(body).to_bytes(4, "big") == check:
        with contextlib.suppress(msgspec.MsgspecError):
            return msgspec.msgpack.decode(body, type=Kept)
    with contextlib.suppress(OSError):
        file.replace(file.with_suffix(".damaged"))
    return {}


def _save(file: Path, kept: Mapping[str, tuple[Stamp, Note]]) -> None:
    """Write all or nothing: beside the file, then in its place."""
    with contextlib.suppress(OSError, ValueError):  # ValueError: a name that is no Unicode
        body = msgspec.msgpack.encode(kept)
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_name(f"{file.name}.{os.getpid()}")
        beside.write_bytes(_salt() + zlib.crc32(body).to_bytes(4, "big") + body)
        beside.replace(file)
        _forget_old(file.parent)


def _forget_old(folder: Path) -> None:
    """Remove what no run has written for long; a vault that is only read is begun anew then."""
    oldest = time.time() - KEEP_DAYS * 86_400
    for file in folder.iterdir():
        if file.stat().st_mtime < oldest:
            file.unlink()


def _salt() -> bytes:
    """What stands for the code that reads notes: its files with their sizes and times."""
    package = Path(__file__).parents[1]
    files = [package / "source.py", *sorted((package / "notes").glob("*.py"))]
    states = [(file.name, file.stat()) for file in files]
    parts = [f"{name} {state.st_size} {state.st_mtime_ns}" for name, state in states]
    text = "\n".join([__version__, sys.version, *parts])
    return hashlib.blake2b(text.encode(), digest_size=16).digest()
