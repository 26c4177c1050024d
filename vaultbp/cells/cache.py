"""What running notes gave, kept between runs in one SQLite file.

Only the parent process writes, in transactions of about a hundred notes (write-ahead log). Bodies are
JSON with a checksum, never pickle. A file that cannot be read is set aside and a new one begun. The
file lives in the user's own cache folder: one that came with a vault could claim anything.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import time
import zlib
from pathlib import Path

from vaultbp.store import Store, cache_folder

TYPE_CHECKING = (
    False  # as in typing: importing it costs more than all of a run that knows its answer
)
if TYPE_CHECKING:
    from typing import Any

SCHEMA = 1
BATCH = 100
KEEP_DAYS = 60
_TABLES = """
PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS entry (
    key BLOB PRIMARY KEY, checksum BLOB NOT NULL, body BLOB NOT NULL, day INTEGER NOT NULL
) WITHOUT ROWID;
"""


_GENERATION = b"generation"


def default_path() -> Path:
    """Where results are kept unless told otherwise."""
    return cache_folder() / "cells.sqlite"


try:  # as in hashlib, whose import loads all of OpenSSL
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b


def digest(*parts: bytes | str) -> bytes:
    """128 bits that stand for the parts, each told apart from its neighbours."""
    found = blake2b(digest_size=16)
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        found.update(len(data).to_bytes(8, "big") + data)
    return found.digest()


class Cache:
    """Results by key. Use as a context manager. Never raises for a damaged or unwritable file."""

    def __init__(self, path: Path | None = None) -> None:
        self._store = Store(path or default_path(), SCHEMA, _TABLES)
        self._pending: list[tuple[bytes, bytes, bytes, int]] = []
        self._today = int(time.time() // 86_400)
        self.replacing = False
        """Whether rows are put that may be there already, with another body."""

    @property
    def path(self) -> Path:
        return self._store.path

    @property
    def notices(self) -> list[str]:
        """What a person should know."""
        return self._store.notices

    def __enter__(self) -> Cache:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get(self, key: bytes) -> dict[str, Any] | None:
        """The body kept under a key. A row that fails its checksum is no row."""
        data = self.get_bytes(key)
        if data is None:
            return None
        try:
            body: dict[str, Any] = json.loads(data)
        except ValueError:
            self._store.set_aside("a row is no JSON")
            return None
        return body

    def get_bytes(self, key: bytes) -> bytes | None:
        """As ``get``, for a body that is no JSON."""
        connection = self._store.connection
        if connection is None:
            return None
        try:
            query = "SELECT checksum, body FROM entry WHERE key = ?"
            row = connection.execute(query, (key,)).fetchone()
        except sqlite3.DatabaseError as error:
            self._store.set_aside(str(error))
            return None
        if row is None:
            return None
        try:
            if digest(key, row[1]) != row[0]:
                raise ValueError("checksum")
            return zlib.decompress(row[1])
        except (ValueError, TypeError, zlib.error):
            self._store.set_aside("a row fails its checksum")
            return None

    def put(self, key: bytes, body: dict[str, Any]) -> None:
        """Keep a body; it is on disk after the next ``BATCH`` or ``close``."""
        self.put_bytes(key, json.dumps(body, separators=(",", ":")).encode())

    def put_bytes(self, key: bytes, body: bytes) -> None:
        """As ``put``, for a body that is no JSON."""
        self._pending.append(self._row(key, body))
        if len(self._pending) >= BATCH:
            self.flush()

    def _row(self, key: bytes, body: bytes) -> tuple[bytes, bytes, bytes, int]:
        data = zlib.compress(body, 1)
        return key, digest(key, data), data, self._today

    def generation(self) -> bytes:
        """Of what is made of several rows, a part of the key: it is another after rows were replaced."""
        return self.get_bytes(_GENERATION) or b""

    def flush(self) -> None:
        """Write what is pending in one transaction."""
        rows, self._pending = self._pending, []
        connection = self._store.connection
        if connection is None or not rows:
            return
        if self.replacing:
            rows.append(self._row(_GENERATION, os.urandom(8)))
        try:
            with connection:
                connection.executemany("REPLACE INTO entry VALUES (?, ?, ?, ?)", rows)
        except sqlite3.DatabaseError as error:
            self._store.give_up(str(error))

    def close(self) -> None:
        """Write what is pending, forget rows of long ago, and let go of the file."""
        wrote = bool(self._pending)
        self.flush()
        connection = self._store.connection
        if connection is None:
            return
        if wrote:
            with contextlib.suppress(sqlite3.DatabaseError), connection:
                old = self._today - KEEP_DAYS
                connection.execute("DELETE FROM entry WHERE day < ?", (old,))
        self._store.close()
