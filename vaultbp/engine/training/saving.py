"""Parameters in a .npz file: arrays and their names, never pickled objects."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from vaultbp.engine.errors import EngineError
from vaultbp.engine.tensor import values

STRUCTURE = "structure"


class LoadError(EngineError, ValueError):
    """The file does not hold parameters written by `save`."""


def save(path: str | Path, params: Any) -> None:
    """Write nested lists and dicts of arrays to `path` (a .npz file)."""
    arrays: dict[str, Any] = {}
    structure = describe(params, "", arrays)
    with Path(path).open("wb") as file:
        arrays[STRUCTURE] = np.array(json.dumps(structure))
        np.savez(file, **arrays)


def describe(tree: Any, place: str, arrays: dict[str, Any]) -> Any:
    """The form of a tree as JSON; its arrays are put into `arrays` under their place."""
    if isinstance(tree, dict):
        parts = {str(k): describe(v, f"{place}/{k}", arrays) for k, v in tree.items()}
        return {"dict": parts}
    if isinstance(tree, list | tuple):
        kind = "list" if isinstance(tree, list) else "tuple"
        return {kind: [describe(v, f"{place}/{k}", arrays) for k, v in enumerate(tree)]}
    name = f"array{place}"
    arrays[name] = np.asarray(values(tree))
    if arrays[name].dtype == object:
        raise LoadError(f"{place or 'the parameters'} is not an array of numbers")
    return name


def load(path: str | Path) -> Any:
    """The parameters that `save` wrote. Raises LoadError for any other file."""
    try:
        with np.load(path, allow_pickle=False) as file:
            structure = json.loads(str(file[STRUCTURE]))
            return restored(structure, {name: file[name] for name in file.files})
    except (KeyError, ValueError, json.JSONDecodeError) as error:
        raise LoadError(f"{path} does not hold parameters written by save: {error}") from error


def restored(structure: Any, arrays: dict[str, Any]) -> Any:
    if isinstance(structure, str):
        return arrays[structure]
    if "dict" in structure:
        return {k: restored(v, arrays) for k, v in structure["dict"].items()}
    if "list" in structure:
        return [restored(v, arrays) for v in structure["list"]]
    return tuple(restored(v, arrays) for v in structure["tuple"])
