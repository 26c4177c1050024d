"""The fork server: one preloaded, single-threaded process, and one more for each note at a time.

It is started with one end of a Unix socket as its standard input. The first message holds the settings;
the answer says which layers were reached. Each later message names a slot and carries one end of
another socket: a fork of the server serves that slot from then on (``Slot``), in place of the one that
served it before, which is ended with its child. End of input ends everything.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import marshal
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

from vaultbp.cells import confine, frames, harness, kernel
from vaultbp.cells.slot import Slot, end, end_orphans

PRELOAD = ("random", "numpy", "numpy.random", "vaultbp.engine", "matplotlib.pyplot")
"""Modules that the parent may ask to have loaded before the first fork; never a note's own."""


def main() -> None:
    """Serve until the other end closes."""
    kernel.die_with_parent()
    control = socket.socket(fileno=os.dup(0))
    body = frames.receive(control)[0]
    if body is None:
        return
    settings = marshal.loads(body)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.close(nothing)
    scratch = [Path(settings["scratch"], str(slot)) for slot in range(settings["slots"])]
    for folder in scratch:
        folder.mkdir()
    trials = confine.Trials(scratch, settings["layers"])
    _preload(settings["preload"])
    _warm(_REHEARSALS if settings["many"] else 0)
    confinement = trials.enter()
    confinement.ready()
    ready = {"layers": confinement.layers, "missing": confinement.missing}
    frames.send(control, json.dumps(ready).encode())
    _serve(control, confinement)


def _serve(control: socket.socket, confinement: confine.Confinement) -> None:
    """Begin slots, and begin them anew, until the input ends; then end them all."""
    processes: dict[int, int] = {}
    while (message := frames.receive(control))[0] is not None:
        slot = int(message[0])
        if slot in processes:
            end(processes.pop(slot))
            end_orphans(processes.values())
            confinement.renew(slot)
        process = os.fork()
        if process == 0:
            control.close()
            Slot(slot, socket.socket(fileno=message[1][0]), confinement).live()
        processes[slot] = process
        os.close(message[1][0])
    for process in processes.values():
        end(process)
    end_orphans(())


def _preload(names: list[str]) -> None:
    """Import what the notes will want. A module that cannot be imported is the note's own problem."""
    for name in names:
        if name in PRELOAD:
            with contextlib.suppress(Exception):
                importlib.import_module(name)
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed(0)


_SAMPLE = """
import numpy as np
x = np.linspace(0.0, 1.0, 4)
assert np.allclose(x, x) and float(x @ x) >= 0 and x.sum() < 9
text = f"{x} {x.mean():.3f}" + repr(x * 2 + x ** 2 - x.reshape(2, 2).T.ravel())
print("sample")
"""
_REHEARSALS = 12
"""As often as it takes until the interpreter has specialized what it executes."""


def _warm(rehearsals: int) -> None:
    """Do what most notes do, so that children share what the first times leave behind: each page of
    memory that a child writes to is copied."""
    harness.prepare()
    if rehearsals:
        _rehearse(rehearsals)
        gc.collect()
    gc.freeze()


def _rehearse(times: int) -> None:
    cell = {"path": "", "line": 1, "indents": (), "raises": None, "isolated": False, "plot": False}
    cells = [
        cell | {"code": _SAMPLE if "numpy" in sys.modules else "print(1)"},
        cell | {"code": ""},
    ]
    task = marshal.dumps({"token": "", "explained": False, "cells": cells})
    with _silence():
        for _ in range(times):
            harness.run_cells(marshal.loads(task))


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Have standard output and error lead nowhere."""
    kept = [(descriptor, os.dup(descriptor)) for descriptor in (1, 2)]
    nothing = os.open(os.devnull, os.O_WRONLY)
    for descriptor, _ in kept:
        os.dup2(nothing, descriptor)
    os.close(nothing)
    try:
        yield
    finally:
        for descriptor, copy in kept:
            os.dup2(copy, descriptor)
            os.close(copy)


if __name__ == "__main__":
    main()
