"""Random expressions: the true derivative is verified, a changed one is not, whatever the style.

The truth comes from sympy, which shares nothing with the judge. An expression is made as sympy's tree
and printed as LaTeX by a printer of the test's own, so that the reader is tested with it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import sympy  # type: ignore[import-untyped]
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.derivations.notes import claims
from vaultbp.derivations import Claim

FEW = settings(
    max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
A, B, C = symbols = sympy.symbols("a b c")
NAMES = {A: "a", B: "b_1", C: "\\omega"}
VARIABLES = st.sampled_from(symbols)
FUNCTIONS = (sympy.sin, sympy.cos, sympy.exp, sympy.tanh)


@dataclass(frozen=True)
class Style:
    """One way to write the same thing."""

    left: str = "("
    right: str = ")"
    times: str = " "
    fraction: str = "\\frac"
    partial: str = "\\partial"


STYLES = (
    Style(),
    Style("\\left(", "\\right)", " \\cdot ", "\\dfrac"),
    Style("\\bigl[", "\\bigr]", "\\,", "\\tfrac", "\\partial "),
)


def expressions() -> st.SearchStrategy[sympy.Expr]:
    """Small smooth expressions of three symbols, defined everywhere."""
    leaves = st.one_of(VARIABLES, st.integers(2, 5).map(sympy.Integer))

    def grown(inner: st.SearchStrategy[sympy.Expr]) -> st.SearchStrategy[sympy.Expr]:
        return st.one_of(
            st.tuples(inner, inner).map(lambda p: p[0] + p[1]),
            st.tuples(inner, inner).map(lambda p: p[0] * p[1]),
            st.tuples(inner, inner).map(lambda p: p[0] / (p[1] ** 2 + 1)),
            st.tuples(VARIABLES, st.integers(2, 3)).map(lambda p: p[0] ** p[1]),
            st.tuples(st.sampled_from(FUNCTIONS), VARIABLES, inner).map(
                lambda p: p[0](p[1]) * p[2]
            ),
        )

    return st.recursive(leaves, grown, max_leaves=5)


def latex(term: sympy.Expr, style: Style) -> str:
    """The expression in one style."""
    printed: str = sympy.latex(
        term,
        symbol_names=NAMES,
        mul_symbol={" ": "", "\\,": "", " \\cdot ": "dot"}[style.times] or None,
    )
    return printed.replace("\\frac", style.fraction)


def note(formula: sympy.Expr, by: sympy.Symbol, step: sympy.Expr, style: Style) -> str:
    head = f"{style.fraction}{{{style.partial} Y}}{{{style.partial} {NAMES[by]}}}"
    return (
        f"# A quantity\n\nHere $Y = {latex(formula, style)}$, therefore\n\n"
        f"$$\n{head} = {latex(step, style)}\n$$\n"
    )


def verdict(text: str) -> Claim:
    found = [c for c in claims(text) if c.kind == "claim"]
    assert len(found) == 1, text
    return found[0]


def different(one: sympy.Expr, two: sympy.Expr) -> bool:
    """Whether two expressions differ clearly at some ordinary points."""
    for point in ((0.31, 0.83, 1.27), (1.1, -0.47, 0.59), (-0.7, 1.3, -0.9)):
        at = dict(zip(symbols, point, strict=True))
        left, right = complex(one.subs(at)), complex(two.subs(at))
        if abs(left - right) < 1e-3 * max(abs(left), abs(right), 1e-3):
            return False
    return True


@given(formula=expressions(), by=VARIABLES, style=st.sampled_from(STYLES))
@FEW
def test_a_true_derivative_is_verified(formula: sympy.Expr, by: sympy.Symbol, style: Style) -> None:
    truth = sympy.diff(formula, by)
    assume(truth != 0)
    text = note(formula, by, truth, style)
    found = verdict(text)
    assert found.status == "verified", (text, found.reason)


@given(
    formula=expressions(),
    by=VARIABLES,
    change=st.sampled_from(("sign", "twice", "half", "term", "variable", "factor")),
    other=VARIABLES,
    style=st.sampled_from(STYLES),
)
@FEW
def test_a_changed_derivative_is_not_verified_and_an_equal_one_not_wrong(
    formula: sympy.Expr, by: sympy.Symbol, change: str, other: sympy.Symbol, style: Style
) -> None:
    truth = sympy.diff(formula, by)
    assume(truth != 0)
    changed = {
        "sign": -truth,
        "twice": 2 * truth,
        "half": truth / 2,
        "term": truth + other,
        "variable": sympy.diff(formula, other),
        "factor": truth * other,
    }[change]
    assume(changed != 0)
    text = note(formula, by, changed, style)
    found = verdict(text)
    if different(truth, changed):
        assert found.status != "verified", text
    elif sympy.simplify(truth - changed) == 0:
        assert found.status != "wrong", text


@given(formula=expressions(), by=VARIABLES)
@FEW
def test_another_form_of_the_truth_is_never_wrong(formula: sympy.Expr, by: sympy.Symbol) -> None:
    truth = sympy.diff(formula, by)
    assume(truth != 0)
    for form in (sympy.factor(truth), sympy.expand(truth)):
        assert verdict(note(formula, by, form, STYLES[0])).status != "wrong"


@given(
    weights=st.lists(st.integers(1, 4), min_size=1, max_size=3),
    index=st.sampled_from("ijk"),
    sign=st.sampled_from((1, -1)),
)
@FEW
def test_sums_of_powers(weights: list[int], index: str, sign: int) -> None:
    terms = [f"{weight} w_m u_m^{{{power}}}" for power, weight in enumerate(weights, 2)]
    slopes = [
        f"{weight * power} w_{index} u_{index}" + (f"^{{{power - 1}}}" if power > 2 else "")
        for power, weight in enumerate(weights, 2)
    ]
    body, slope = " + ".join(terms), " + ".join(slopes)
    lead = f"-({slope})" if sign < 0 else slope
    text = (
        f"Here $Y = \\sum_{{m=1}}^N ({body})$.\n\n"
        f"$$\\frac{{\\partial Y}}{{\\partial u_{index}}} = {lead}$$\n"
    )
    found = verdict(text)
    assert found.status == ("verified" if sign > 0 else "wrong"), text


PARTS = [
    "## One\n\nLet $s = vu + c$ and $r = \\tanh(s)$.\n\n$$\\frac{dr}{dv} = (1 - r^2) u$$\n\n",
    "## Two\n\nLet $P = \\sum_{k=1}^n (b_k - m)^2$.\n\n$$\\frac{dP}{dm} = 2 \\sum_{k=1}^n b_k$$\n\n",
    "## Three\n\nLet $h = e^{-q}$.\n\n$$\\frac{dh}{dq} = -h$$\n\n$$\\frac{dh}{dq} = h$$\n\n",
]


def seen(text: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {c.source: (c.status, tuple(s.status for s in c.steps)) for c in claims(text)}


def test_the_order_of_sections_and_a_second_time_change_nothing() -> None:
    forward, backward = seen("".join(PARTS)), seen("".join(reversed(PARTS)))
    assert forward == seen("".join(PARTS))
    assert forward == backward


JUDGE = """
import locale, sys
for name in ("de_DE.UTF-8", "ru_RU.UTF-8", "C.UTF-8", "C"):
    try:
        locale.setlocale(locale.LC_ALL, name)
        break
    except locale.Error:
        continue
from tests.derivations.notes import claims
print([(c.status, c.reason, [s.counterexample for s in c.steps]) for c in claims(sys.argv[1])])
"""


@pytest.mark.parametrize("seed", ["0", "1"])
def test_another_process_locale_and_hash_seed_give_the_same_words(seed: str) -> None:
    text = "".join(PARTS)
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": "C", "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-X", "utf8", "-c", JUDGE, text],
        capture_output=True, text=True, encoding="utf-8", env=environment, cwd=root, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    own = [(c.status, c.reason, [s.counterexample for s in c.steps]) for c in claims(text)]
    assert done.stdout.strip() == repr(own)
    assert done.stderr == ""
