"""What running notes gave, kept between runs in one SQLite file.

Only the parent process writes, in transactions of about a hundred notes (write-ahead log). Bodies are
JSON with a checksum, never pickle. A file that cannot be read is set aside and a new one begun. The
file lives in the user's own cache folder: one that came with a vault could claim anything.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import time
import zlib
from pathlib import Path
from typing import Any

SCHEMA = 1
BATCH = 100
KEEP_DAYS = 60
_CHECKED_WHOLE = 16 << 20
"""Files up to this many bytes are checked as a whole when opened; each row always is."""

_TABLES = """
CREATE TABLE IF NOT EXISTS entry (
    key BLOB PRIMARY KEY, checksum BLOB NOT NULL, body BLOB NOT NULL, day INTEGER NOT NULL
) WITHOUT ROWID
"""


def default_path() -> Path:
    """Where results are kept unless told otherwise: below ``XDG_CACHE_HOME`` or ``~/.cache``."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "vaultbp" / "cells.sqlite"


def digest(*parts: bytes | str) -> bytes:
    """128 bits that stand for the parts, each told apart from its neighbours."""
    found = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        found.update(len(data).to_bytes(8, "big") + data)
    return found.digest()


class Cache:
    """Results by key. Use as a context manager. Never raises for a damaged or unwritable file."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or default_path()
        self.notices: list[str] = []
        self._pending: list[tuple[bytes, bytes, bytes, int]] = []
        self._today = int(time.time() // 86_400)
        self._connection = self._open()

    def __enter__(self) -> Cache:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get(self, key: bytes) -> dict[str, Any] | None:
        """The body kept under a key. A row that fails its checksum is no row."""
        if self._connection is None:
            return None
        try:
            query = "SELECT checksum, body FROM entry WHERE key = ?"
            row = self._connection.execute(query, (key,)).fetchone()
        except sqlite3.DatabaseError as error:
            self._set_aside(str(error))
            return None
        if row is None:
            return None
        try:
            if digest(key, row[1]) != row[0]:
                raise ValueError("checksum")
            body: dict[str, Any] = json.loads(zlib.decompress(row[1]))
        except (ValueError, TypeError, zlib.error):
            self._set_aside("a row fails its checksum")
            return None
        return body

    def put(self, key: bytes, body: dict[str, Any]) -> None:
        """Keep a body; it is on disk after the next ``BATCH`` or ``close``."""
        data = zlib.compress(json.dumps(body, separators=(",", ":")).encode(), 1)
        self._pending.append((key, digest(key, data), data, self._today))
        if len(self._pending) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what is pending in one transaction."""
        rows, self._pending = self._pending, []
        if self._connection is None or not rows:
            return
        try:
            with self._connection:
                self._connection.executemany("REPLACE INTO entry VALUES (?, ?, ?, ?)", rows)
        except sqlite3.DatabaseError as error:
            self._give_up(f"results are not kept: {self.path}: {error}")

    def close(self) -> None:
        """Write what is pending, forget rows of long ago, and let go of the file."""
        wrote = bool(self._pending)
        self.flush()
        if self._connection is None:
            return
        if wrote:
            with contextlib.suppress(sqlite3.DatabaseError), self._connection:
                old = self._today - KEEP_DAYS
                self._connection.execute("DELETE FROM entry WHERE day < ?", (old,))
        self._connection.close()
        self._connection = None

    def _open(self) -> sqlite3.Connection | None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            return self._connect()
        except OSError as error:
            self.notices.append(f"results are not kept: {self.path}: {error.strerror}")
        except sqlite3.OperationalError as error:  # busy, read-only, full: not damage
            self.notices.append(f"results are not kept: {self.path}: {error}")
        except sqlite3.DatabaseError as error:
            return self._begin_anew(str(error))
        return None

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=30.0)
        try:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version not in (0, SCHEMA):
                raise sqlite3.DatabaseError(f"its schema is {version}, not {SCHEMA}")
            if version == 0:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute(_TABLES)
                connection.execute(f"PRAGMA user_version = {SCHEMA}")
            elif self.path.stat().st_size <= _CHECKED_WHOLE:
                said = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
                if said != "ok":
                    raise sqlite3.DatabaseError(said)
            connection.execute("PRAGMA synchronous = NORMAL")
        except BaseException:
            connection.close()
            raise
        return connection

    def _set_aside(self, why: str) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = self._begin_anew(why)

    def _begin_anew(self, why: str) -> sqlite3.Connection | None:
        """Rename the file, its log included, and begin an empty one."""
        aside = self.path.with_name(f"{self.path.name}.damaged")
        try:
            self.path.replace(aside)
            for suffix in ("-wal", "-shm"):
                self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
            connection = self._connect()
        except (OSError, sqlite3.Error) as error:
            self._give_up(f"results are not kept: {self.path}: {error}")
            return None
        reason = " ".join(why.split())
        self.notices.append(f"the cache was damaged ({reason}); set aside as {aside}, begun anew")
        return connection

    def _give_up(self, notice: str) -> None:
        self.notices.append(notice)
        if self._connection is not None:
            self._connection.close()
        self._connection = None
