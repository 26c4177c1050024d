"""``vaultbp.toml``: what a vault asks for. Everything has a default; nothing is needed.

The file stands in the vault's root. An unknown key is an error that names the nearest known one, so
that a misspelt option is never silently without effect.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

from vaultbp.errors import ConfigError
from vaultbp.vault.disk import CONFIGURATION

if TYPE_CHECKING:
    from vaultbp.diagnostics import Severity


class CellOptions(NamedTuple):
    """``[cells]``: how code cells run."""

    timeout: float = 30.0
    """Seconds of wall time for each cell."""
    sandbox: Literal["require", "best", "off"] = "best"
    """``require``, ``best`` or ``off``."""


class MathOptions(NamedTuple):
    """``[math]``: how derivations are read and judged."""

    define: tuple[str, ...] = ()
    """Definitions that hold in every note, as formulas."""
    conventions: Mapping[str, str] = MappingProxyType({})
    """``[math.conventions]``: a symbol and what it stands for where a note leaves it undefined."""


class Config(NamedTuple):
    """The configuration of one vault."""

    select: tuple[str, ...] = ()
    """Rules or groups to run besides the default ones; with ``ignore = ["all"]`` only these."""
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = MappingProxyType({})
    per_path_ignores: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    exclude: tuple[str, ...] = ()
    """Globs of notes that are not checked (links to them still resolve)."""
    error_on_warning: bool = False
    inline_fields: bool = False
    """Read Dataview's ``key:: [[x]]`` as a typed relation."""
    strict_relations: bool = False
    """Every frontmatter key that holds a link must be a known relation."""
    relations: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
    cells: CellOptions = CellOptions()
    math: MathOptions = MathOptions()
    path: Path | None = None


def load_config(root: Path) -> Config:
    """Read ``vaultbp.toml`` in ``root``; the default configuration if there is none.

    Raises ConfigError if it is not TOML, has an unknown key, or a value of the wrong kind.
    """
    path = root / CONFIGURATION
    try:
        written = path.read_bytes()
    except FileNotFoundError:
        return Config()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None
    import tomllib  # only for a vault that has such a file

    try:
        data = tomllib.loads(written.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from None
    return parse_config(data, path)


def parse_config(data: Mapping[str, Any], path: Path | None = None) -> Config:
    """Check the kinds and names of the parsed file; see `load_config`."""
    read = _Reader(str(path or CONFIGURATION))
    read.known(data, _TOP, "")
    cells = read.table(data, "cells")
    read.known(cells, ("timeout", "sandbox"), "cells.")
    math = read.table(data, "math")
    read.known(math, ("define", "conventions"), "math.")
    return Config(
        select=read.strings(data, "select"),
        ignore=read.strings(data, "ignore"),
        severity=read.severities(read.table(data, "severity")),
        per_path_ignores={
            glob: read.strings(read.table(data, "per-path-ignores"), glob)
            for glob in read.table(data, "per-path-ignores")
        },
        exclude=read.strings(data, "exclude"),
        error_on_warning=read.flag(data, "error-on-warning"),
        inline_fields=read.flag(data, "inline-fields"),
        strict_relations=read.flag(data, "strict-relations"),
        relations={
            name: read.table(read.table(data, "relations"), name)
            for name in read.table(data, "relations")
        },
        cells=CellOptions(
            timeout=read.number(cells, "timeout", 30.0),
            sandbox=cast(
                Literal["require", "best", "off"],
                read.choice(cells, "sandbox", ("require", "best", "off"), "best"),
            ),
        ),
        math=MathOptions(
            define=read.strings(math, "define"),
            conventions={
                key: read.string(read.table(math, "conventions"), key)
                for key in read.table(math, "conventions")
            },
        ),
        path=path,
    )


_TOP = (
    "select",
    "ignore",
    "severity",
    "per-path-ignores",
    "exclude",
    "error-on-warning",
    "inline-fields",
    "strict-relations",
    "relations",
    "cells",
    "math",
)


class _Reader:
    """Takes typed values out of parsed TOML; every complaint names the file and the key."""

    def __init__(self, where: str) -> None:
        self.where = where

    def fail(self, key: str, message: str) -> ConfigError:
        return ConfigError(f"{self.where}: {key}: {message}")

    def known(self, table: Mapping[str, Any], names: tuple[str, ...], prefix: str) -> None:
        for key in table:
            if key not in names:
                import difflib

                near = difflib.get_close_matches(key, names, 1, 0.5)
                hint = f"did you mean {near[0]!r}?" if near else "known: " + ", ".join(names)
                raise self.fail(prefix + key, f"unknown key; {hint}")

    def table(self, table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        value = table.get(key, {})
        if not isinstance(value, dict):
            raise self.fail(key, "should be a table")
        return value

    def strings(self, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.fail(key, "should be a list of strings")
        return tuple(value)

    def string(self, table: Mapping[str, Any], key: str) -> str:
        value = table[key]
        if not isinstance(value, str):
            raise self.fail(key, "should be a string")
        return value

    def flag(self, table: Mapping[str, Any], key: str) -> bool:
        value = table.get(key, False)
        if not isinstance(value, bool):
            raise self.fail(key, "should be true or false")
        return value

    def number(self, table: Mapping[str, Any], key: str, default: float) -> float:
        value = table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            raise self.fail(key, "should be a positive number")
        return float(value)

    def choice(
        self, table: Mapping[str, Any], key: str, names: tuple[str, ...], default: str
    ) -> str:
        value = table.get(key, default)
        if value not in names:
            raise self.fail(key, f"should be one of {', '.join(names)}")
        return str(value)

    def severities(self, table: Mapping[str, Any]) -> dict[str, Severity]:
        from vaultbp.diagnostics import Severity

        names = tuple(Severity)
        return {key: Severity(self.choice(table, key, names, "error")) for key in table}
