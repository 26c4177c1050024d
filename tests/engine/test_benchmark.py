"""The benchmark's tasks: the engine, plain and fused, against gradients written by hand."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "bench_engine.py"


@pytest.fixture(scope="module")
def bench():
    spec = spec_from_file_location("bench_engine", SCRIPT)
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.mark.parametrize("name", ["chain", "mlp", "small", "logistic", "rnn", "attention", "e3"])
def test_every_engine_gives_the_gradients_written_by_hand(bench, name):
    task = bench.TASKS[name]()
    runs = bench.engines(task)
    assert {"by hand", "vaultbp", "value_and_grad"} <= set(runs)
    assert ("fused" in runs) == (name in ("mlp", "small"))
    bench.verify(task, runs)


def test_a_wrong_engine_is_refused(bench):
    task = bench.TASKS["small"]()
    runs = bench.engines(task)
    value, gradients = runs["by hand"]()
    with pytest.raises(SystemExit, match="off by"):
        bench.verify(
            task, {**runs, "wrong": lambda: (value, (gradients[0] * 1.001, *gradients[1:]))}
        )


def test_the_table_has_a_row_for_every_task(bench):
    text = bench.table(["small"], rounds=1, memory=False)
    assert text.splitlines()[2].startswith("| MLP 4-16-8-3, batch 8 |")
    assert "<= 1.6" in text
