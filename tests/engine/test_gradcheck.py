"""gradcheck: accepts what is right, finds what is wrong, and names the entry and the op."""

import numpy as np
import pytest

from vaultbp.engine import GradientError, custom_op, gradcheck, relu, softmax_cross_entropy

RNG = np.random.default_rng(5)

wrong_cube = custom_op(
    lambda x: x**3, name="wrong_cube", x=lambda g, x: g * (3.0 * x**2 + 0.01 * (x > 1.0))
)
right_cube = custom_op(lambda x: x**3, name="right_cube", x=lambda g, x: g * (3.0 * x**2))


def test_right_derivatives_pass_to_third_order():
    assert gradcheck(lambda x: np.sum(right_cube(x) * np.sin(x)), RNG.normal(size=4), order=3)


def test_names_the_entry_and_the_op_at_fault():
    x = np.array([0.2, 1.5, 0.4])

    def f(x, w):
        return np.sum(np.tanh(wrong_cube(x * 1.0) * w))

    with pytest.raises(GradientError) as caught:
        gradcheck(f, x, np.ones(3))
    text = str(caught.value)
    assert "input 0, entry [1]" in text
    assert "entry [0]" not in text
    assert "op at fault: wrong_cube, operation 2 of 5, its rule for 'x'" in text
    assert "test_gradcheck.py:" in text


def test_a_report_instead_of_an_error():
    report = gradcheck(lambda x: np.sum(wrong_cube(x)), np.array([2.0]), raises=False)
    assert not report
    assert report.mismatches[0].engine == pytest.approx(12.01)
    assert report.mismatches[0].numeric == pytest.approx(12.0)


def test_chooses_the_complex_step_only_where_it_is_right():
    assert gradcheck(np.sin, 0.3).method == "complex step"
    assert gradcheck(np.abs, 0.3).method == "Richardson differences"
    conjugating = custom_op(lambda x: np.real(x * np.conj(x)), x=lambda g, x: g * 2 * x)
    assert gradcheck(conjugating, 0.3).method == "Richardson differences"


def test_a_wrong_rule_is_not_excused_by_the_complex_step():
    halved = custom_op(np.sin, name="halved", x=lambda g, x: g * 0.5 * np.cos(x))
    with pytest.raises(GradientError, match="halved"):
        gradcheck(halved, 0.3)


def test_kinks_are_reported_not_blamed():
    report = gradcheck(lambda x: np.sum(np.abs(x)), np.array([0.0, 1.0]))
    [kink] = report.kinks
    assert (kink.entry, kink.engine) == ((0,), 0.0)
    assert kink.left == pytest.approx(-1.0)
    assert kink.right == pytest.approx(1.0)
    assert "kink" in str(report)
    report = gradcheck(lambda x: relu(x), 0.0)
    assert report.kinks[0].engine == 0.0


def test_a_derivative_outside_the_two_slopes_is_wrong_even_at_a_kink():
    odd = custom_op(np.abs, name="odd_abs", x=lambda g, x: g * np.where(x == 0, 3.0, np.sign(x)))
    with pytest.raises(GradientError):
        gradcheck(odd, 0.0)


@pytest.mark.parametrize("distance", [1e-2, 3e-3, 1e-3, 1e-4])
def test_right_derivatives_beside_a_kink_pass(distance):
    assert gradcheck(lambda x: np.abs(x) * np.exp(x), distance)
    assert gradcheck(lambda x: np.maximum(x, 0.5), 0.5 - distance)


def test_large_inputs_are_projected_per_tensor_and_single_wrong_entries_found():
    spoilt = custom_op(
        lambda x: np.sin(x), name="spoilt",
        x=lambda g, x: g * np.cos(x) * (1.0 + 0.01 * (np.arange(x.size) == 1234)),
    )  # fmt: skip
    x, w = RNG.normal(size=2500), RNG.normal(size=(3, 2))
    report = gradcheck(lambda x, w: np.sum(spoilt(x)) * np.sum(w), x, w, raises=False)
    assert report.projected
    assert not report
    assert {m.input for m in report.mismatches} == {0}
    assert report.op_at_fault.startswith("spoilt")
    assert gradcheck(lambda x: np.sum(np.sin(x)), x).projected


def test_many_outputs_and_nested_arguments():
    labels = RNG.integers(0, 4, 30)

    def f(params, x):
        h = np.tanh(x @ params["W"] + params["b"])
        return [h, softmax_cross_entropy(h, labels)]

    params = {"W": RNG.normal(size=(3, 4)), "b": RNG.normal(size=4)}
    assert gradcheck(f, params, RNG.normal(size=(30, 3)), order=2)


def test_zero_derivatives_are_not_blamed_for_rounding():
    assert gradcheck(lambda x: np.sum(x - x) + np.sin(x[0]) ** 2 + np.cos(x[0]) ** 2, np.ones(3))


def test_a_forgotten_dependence_is_found():
    lossy = custom_op(lambda x: x * x, name="lossy", x=lambda g, x: g * x)
    with pytest.raises(GradientError, match="lossy"):
        gradcheck(lambda x: lossy(x) + 1.0, 3.0)


def test_an_op_of_plain_python_numbers():
    cube = custom_op(lambda x: float(x) ** 3, name="cube", x=lambda g, x: g * 3 * x**2)
    assert gradcheck(cube, 1.5, order=2)
