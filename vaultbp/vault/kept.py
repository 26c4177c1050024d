"""Notes kept between runs: a file that did not change on disk is not read again.

One SQLite file for each vault, in the user's own cache folder. For each note it holds a card, which is
read in every run; the findings of rules that look at one note alone; and the whole note, which is read
only where somebody asks for it. Each has a checksum over its file's times, size and inode too, and is
taken only if the file has those still. It is written only if the file was at rest when it was read: two
seconds old, since clocks of file systems are coarse.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import sys
import time
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, overload
from zlib import adler32, crc32

import msgspec

from vaultbp import __version__
from vaultbp.notes import Note, read
from vaultbp.store import Store, cache_folder, code_state
from vaultbp.vault.cards import Card, card_of
from vaultbp.vault.disk import Stamp, is_at_rest, read_source
from vaultbp.vault.spread import MANY, cores, spread

ENOUGH = 200
"""Notes from which on keeping them saves more than it costs."""
KEEP_DAYS = 60
SCHEMA = 1

_TABLES = """
PRAGMA page_size = 16384;
PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS drawer (
    number INTEGER PRIMARY KEY, checksum INTEGER NOT NULL, cards BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS note (
    path TEXT PRIMARY KEY, checksum INTEGER NOT NULL, note BLOB NOT NULL
);
"""


class Kept(msgspec.Struct, array_like=True, gc=False):
    """What is kept of one note, but for the note itself."""

    state: bytes
    """What it was made from: the file as it was, and the code."""
    card: Card
    found: bytes | None = None


Drawer = dict[str, Kept]
DRAWERS = 64
"""A vault's notes are spread over so many rows: few are read fast, and one is written fast."""

Row = tuple[object, ...]
_PUT_NOTE = "REPLACE INTO note VALUES (?, ?, ?)"

_drawer = msgspec.msgpack.Decoder(Drawer)
_card = msgspec.msgpack.Decoder(Card)
_both = msgspec.msgpack.Decoder(tuple[msgspec.Raw, msgspec.Raw])
_note = msgspec.msgpack.Decoder(Note)
_encode = msgspec.msgpack.Encoder().encode


class KeptNotes(Sequence[Note]):
    """A vault's notes in the order of their paths, each read when somebody asks for it.

    ``stamps`` are the notes' files, in order; ``None`` for one that is not to be kept. ``file`` is where
    they are kept, if not in the usual place. Never raises for a damaged or unwritable file.
    """

    def __init__(
        self, root: Path, stamps: Mapping[str, Stamp | None], file: Path | None = None
    ) -> None:
        self.paths = tuple(stamps)
        self.kept: dict[str, Kept] = {}
        """Every note's, those that were read just now included."""
        self._root = root
        salt = _salt()
        self._states = {path: stamp and stamp + salt for path, stamp in stamps.items()}
        """What a row must have been made from to hold: the file as it is, and this very code."""
        self._read: dict[str, Note] = {}
        self._inside: dict[int, dict[str, None]] = {}
        """The paths of the notes in each drawer."""
        self._store = Store(file or _default_file(root), SCHEMA, _TABLES, checked=False)
        weakref.finalize(self, self._store.close)
        gone = self._load()
        now = time.time_ns()
        fresh = [path for path in self.paths if path not in self.kept]
        self._young = {path for path in fresh if not is_at_rest(stamps[path], now)}
        """Those that are not to be kept."""
        jobs = cores() if len(fresh) >= MANY else 1
        if jobs > 1:
            with contextlib.suppress(OSError):  # no more processes: this one does it
                self._write({_PUT_NOTE: self._read_spread(fresh, jobs)})
        alone = [path for path in fresh if path not in self.kept]
        for path in alone:
            note = self._read[path] = read(read_source(root, path))
            self.kept[path] = Kept(self._states[path] or b"", card_of(note))
        self.cards = {path: kept.card for path, kept in self.kept.items()}
        if fresh or gone:
            old = [(path,) for path in gone]
            work = {_PUT_NOTE: self._rows(alone), "DELETE FROM note WHERE path = ?": old}
            self._write(work | self._drawers((*fresh, *gone)))

    @property
    def by_path(self) -> Mapping[str, Note]:
        return _ByPath(self)

    def __len__(self) -> int:
        return len(self.paths)

    @overload
    def __getitem__(self, index: int) -> Note: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Note]: ...
    def __getitem__(self, index: int | slice) -> Note | Sequence[Note]:
        if isinstance(index, slice):
            return [self.at(path) for path in self.paths[index]]
        return self.at(self.paths[index])

    def __iter__(self) -> Iterator[Note]:
        if len(self._read) < len(self.paths) // 2:
            for row in self._select("SELECT path, checksum, note FROM note"):
                self._take(*row)
        return map(self.at, self.paths)

    def at(self, path: str) -> Note:
        """The note at one of ``paths``."""
        if path not in self._read:
            query = "SELECT path, checksum, note FROM note WHERE path = ?"
            for row in self._select(query, path):
                self._take(*row)
        if path not in self._read:
            self._read[path] = read(read_source(self._root, path))
        return self._read[path]

    def keep_found(self, found: Mapping[str, bytes]) -> None:
        """Keep findings about notes, by path. What the bytes mean is the caller's own affair."""
        for path, data in found.items():
            self.kept[path].found = data
        lasting = [path for path in found if path not in self._young]
        if lasting:
            self._write(self._drawers(lasting))

    def forget(self, paths: Iterable[str]) -> None:
        """Let go of notes that can be had again from where they are kept."""
        if self._store.connection is not None:
            for path in paths:
                if path not in self._young:
                    self._read.pop(path, None)

    def _load(self) -> set[str]:
        """Take all that still holds; the paths of notes whose file is gone."""
        states, gone = self._states, set()
        for number, check, data in self._select("SELECT number, checksum, cards FROM drawer"):
            try:
                if crc32(data, number) != check:
                    raise ValueError("a row fails its checksum")
                drawer = _drawer.decode(data)
            except (TypeError, ValueError) as error:
                self._store.set_aside(str(error))
                break
            self._inside[number] = dict.fromkeys(drawer)
            for path, kept in drawer.items():
                if states.get(path) == kept.state:
                    self.kept[path] = kept
                elif path not in states:
                    gone.add(path)
        return gone

    def _read_spread(self, paths: Sequence[str], jobs: int) -> Iterator[Row]:
        """Read notes in several processes; those that are to be kept, as rows, are let go of."""

        def work(path: str) -> bytes:
            note = read(read_source(self._root, path))
            return _encode((note, card_of(note)))

        for path, data in spread(paths, work, jobs):
            note, card = map(bytes, _both.decode(data))  # copies: neither holds the other
            kept = self.kept[path] = Kept(self._states[path] or b"", _card.decode(card))
            if path in self._young:
                self._read[path] = _note.decode(note)
            else:
                yield path, crc32(note, crc32(kept.state)), note

    def _rows(self, paths: Sequence[str]) -> Iterator[Row]:
        """What keeps notes that were read in this process."""
        for path in paths:
            if path not in self._young:
                note = _encode(self._read[path])
                yield path, crc32(note, crc32(self.kept[path].state)), note

    def _take(self, path: str, check: int, data: bytes) -> None:
        """Take a note as it is kept, if it is the one that its card is of."""
        state = self._states.get(path)
        if state is not None and path not in self._read and crc32(data, crc32(state)) == check:
            with contextlib.suppress(msgspec.MsgspecError):
                self._read[path] = _note.decode(data)

    def _drawers(self, paths: Iterable[str]) -> dict[str, Iterable[Row]]:
        """What writes anew the drawers that notes at these paths are in."""
        changed: dict[int, Drawer] = {}
        for path in paths:
            number = _number(path)
            changed[number] = {}
            self._inside.setdefault(number, {})[path] = None
        for number, drawer in changed.items():
            for path in self._inside[number]:
                if path in self.kept and path not in self._young:
                    drawer[path] = self.kept[path]
        encoded = ((number, _encode(drawer)) for number, drawer in changed.items())
        rows = ((number, crc32(data, number), data) for number, data in encoded)
        return {"REPLACE INTO drawer VALUES (?, ?, ?)": rows}

    def _select(self, query: str, *values: str) -> Iterator[Any]:
        if self._store.connection is None:
            return
        try:
            yield from self._store.connection.execute(query, values)
        except sqlite3.OperationalError as error:  # busy: not damage
            self._store.give_up(str(error))
        except sqlite3.DatabaseError as error:
            self._store.set_aside(str(error))

    def _write(self, work: Mapping[str, Iterable[Row]]) -> None:
        """All of it or nothing."""
        connection = self._store.connection
        if connection is None:
            return
        try:
            with connection:
                for query, rows in work.items():
                    connection.executemany(query, rows)
        except (
            sqlite3.DatabaseError,
            ValueError,
        ) as error:  # ValueError: a name that is no Unicode
            self._store.give_up(str(error))
        else:
            _forget_old(self._store.path.parent)


def _number(path: str) -> int:
    """Which drawer a note's card is in."""
    return crc32(path.encode("utf-8", "surrogatepass")) % DRAWERS


class _ByPath(Mapping[str, Note]):
    """The notes by path. Whether there is one is known without reading it."""

    def __init__(self, notes: KeptNotes) -> None:
        self._notes = notes

    def __getitem__(self, path: str) -> Note:
        if path not in self._notes.kept:
            raise KeyError(path)
        return self._notes.at(path)

    def __contains__(self, path: object) -> bool:
        return path in self._notes.kept

    def __iter__(self) -> Iterator[str]:
        return iter(self._notes.paths)

    def __len__(self) -> int:
        return len(self._notes.paths)


def _default_file(root: Path) -> Path:
    return cache_folder() / "notes" / f"{_digest(os.fsencode(root)).hex()}.sqlite"


def _forget_old(folder: Path) -> None:
    """Remove what no run has written for long; a vault that is only read is begun anew then."""
    oldest = time.time() - KEEP_DAYS * 86_400
    with contextlib.suppress(OSError):
        stores: dict[str, list[Path]] = {}
        for file in folder.iterdir():
            stores.setdefault(file.name.split(".", 1)[0], []).append(file)
        for files in stores.values():
            if max(file.stat().st_mtime for file in files) < oldest:
                for file in sorted(files, reverse=True):  # a log goes before what it is the log of
                    file.unlink()


def _salt() -> bytes:
    """What stands for the code that reads notes and finds what is wrong with one."""
    code = code_state("", "notes", "vault", "rules", "cells")
    return _digest("\n".join((__version__, sys.version, *code)).encode())


def _digest(data: bytes) -> bytes:
    """64 bits that differ for what differs by accident; cheaper than importing a better one."""
    return crc32(data).to_bytes(4, "big") + adler32(data).to_bytes(4, "big")
