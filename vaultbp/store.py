"""A SQLite file in the user's own cache folder that may be damaged or unwritable: never an error.

A file that cannot be read is set aside and a new one begun; one that cannot be written costs time and
nothing else. It is not in the vault: one that came with a vault could claim anything. Written ahead of
the file (WAL) in transactions, so that neither ``kill -9`` nor two runs at once can do harm.
"""

from __future__ import annotations

import os
import sqlite3
from operator import attrgetter
from pathlib import Path

_CHECKED_WHOLE = 16 << 20
"""Files up to this many bytes are checked as a whole when opened, if that is asked for."""


def cache_folder() -> Path:
    """Where vaultbp keeps what it can make anew: below ``XDG_CACHE_HOME`` or ``~/.cache``."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "vaultbp"


def code_state(*rooms: str) -> list[str]:
    """What stands for our own code in parts of the package: its files with their sizes and times. Of
    ``""``, which is the package itself, only the files in it."""
    package = Path(__file__).parent
    folders = [package / room for room in rooms]
    found = []
    for folder in folders:
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=attrgetter("name")):
                if entry.name.endswith(".py"):
                    state = entry.stat()
                    found.append(f"{entry.name} {state.st_size} {state.st_mtime_ns}")
                elif folder != package and entry.name[0] != "_" and entry.is_dir():
                    folders.append(folder / entry.name)
    return found


class Store:
    """A file and the connection to it, which is ``None`` where nothing can be kept.

    ``schema`` is a number above 0, ``tables`` what makes an empty file of it, in WAL mode. With
    ``checked`` a small file is checked as a whole when it is opened; every row needs a checksum anyway.
    """

    def __init__(self, path: Path, schema: int, tables: str, *, checked: bool = True) -> None:
        self.path = path
        self.notices: list[str] = []
        """What a person should know."""
        self._schema = schema
        self._tables = tables
        self._checked = checked
        self.connection = self._open()

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def set_aside(self, why: str) -> None:
        """The file is damaged: keep it under another name, and begin an empty one."""
        self.close()
        self.connection = self._begin_anew(why)

    def give_up(self, why: str) -> None:
        """Keep nothing from now on."""
        self.notices.append(f"results are not kept: {self.path}: {why}")
        self.close()

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
            if version not in (0, self._schema):
                raise sqlite3.DatabaseError(f"its schema is {version}, not {self._schema}")
            if version == 0:
                connection.executescript(self._tables)
                connection.execute(f"PRAGMA user_version = {self._schema}")
            elif self._checked and self.path.stat().st_size <= _CHECKED_WHOLE:
                said = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
                if said != "ok":
                    raise sqlite3.DatabaseError(said)
            connection.execute("PRAGMA synchronous = NORMAL")
        except BaseException:
            connection.close()
            raise
        return connection

    def _begin_anew(self, why: str) -> sqlite3.Connection | None:
        """Rename the file, its log included, and begin an empty one."""
        aside = self.path.with_name(f"{self.path.name}.damaged")
        try:
            self.path.replace(aside)
            for suffix in ("-wal", "-shm"):
                self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
            connection = self._connect()
        except (OSError, sqlite3.Error) as error:
            self.give_up(str(error))
            return None
        reason = " ".join(why.split())
        self.notices.append(f"the cache was damaged ({reason}); set aside as {aside}, begun anew")
        return connection
