"""What is commonly said about backpropagation, as experiments that can fail."""

import numpy as np
import pytest

from vaultbp.engine.experiments import (
    accumulation_costs,
    compare_modes,
    escapes,
    gradient_costs,
    gradient_norms,
    line_fit_gradient,
    line_fit_gradient_by_hand,
    mazur_error,
    mazur_gradient,
    mazur_step,
    step_against_sigmoid,
)
from vaultbp.engine.experiments.mazur import WEIGHTS, mazur_forward

GRADIENT = [
    0.000438567734, 0.000877135469, 0.000497712735, 0.000995425471,
    0.0821670406, 0.0826676278, -0.0226025405, -0.0227402422,
]  # fmt: skip
AFTER_ONE_STEP = [
    0.14978071613, 0.19956143227, 0.24975114363, 0.29950228726,
    0.35891647972, 0.40866618608, 0.51130127024, 0.56137012111,
]  # fmt: skip


def test_mazur_forward_pass_and_gradient():
    first = mazur_forward(WEIGHTS)
    np.testing.assert_allclose(first.hidden, [0.593269992, 0.596884378], atol=6e-10)
    np.testing.assert_allclose(first.output, [0.751365070, 0.772928465], atol=6e-10)
    error, gradient = mazur_gradient(WEIGHTS)
    assert error == pytest.approx(0.29837110876, abs=1e-11)
    np.testing.assert_allclose(gradient, GRADIENT, atol=6e-11)


def test_mazur_first_step():
    after = mazur_step(WEIGHTS)
    np.testing.assert_allclose(after, AFTER_ONE_STEP, atol=1e-11)
    assert mazur_error(after) == pytest.approx(0.2910277737, abs=1e-10)


def test_mazur_erratum():
    """The published 0.291027924 needs the already updated output weights; it is not backprop."""
    assert mazur_error(mazur_step(WEIGHTS)) != pytest.approx(0.291027924, abs=1e-8)
    slip = mazur_step(WEIGHTS, published_slip=True)
    assert mazur_error(slip) == pytest.approx(0.291027924, abs=5e-10)
    assert mazur_error(slip) == pytest.approx(0.291027923905, abs=1e-12)


def test_mazur_ten_thousand_steps():
    w = WEIGHTS
    for _ in range(10_000):
        w = mazur_step(w)
    last = mazur_forward(w)
    assert last.error == pytest.approx(0.0000351018778, abs=1e-13)
    np.testing.assert_allclose(last.output, [0.015913620, 0.984064274], atol=6e-10)


def test_line_fit_gradient_is_the_mean_over_the_pairs():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=12), rng.normal(size=12)
    assert line_fit_gradient(0.4, -0.3, x, y) == pytest.approx(
        line_fit_gradient_by_hand(0.4, -0.3, x, y), rel=1e-13
    )


def test_one_backward_pass_against_a_difference_per_weight():
    rows = gradient_costs((4, 16, 64))
    assert [row.weights for row in rows] == [72, 288, 1152]
    for row in rows:
        assert row.disagreement < 1e-5
        assert row.backprop_in_passes < 25  # a constant factor, generous for a busy machine
        assert row.differences_in_passes > row.weights / 4
    assert rows[-1].differences_in_passes > 4 * rows[0].differences_in_passes
    assert rows[-1].differences > 20 * rows[-1].backprop


def test_reverse_accumulation_suits_few_outputs_and_forward_few_inputs():
    many_inputs, square, many_outputs = accumulation_costs()
    assert many_inputs.reverse < many_inputs.forward
    assert many_outputs.forward < many_outputs.reverse
    assert max(r.disagreement for r in (many_inputs, square, many_outputs)) < 1e-14


def test_gradients_vanish_through_sigmoids_and_not_through_relu():
    sigmoid = gradient_norms(depth=20)
    relu = gradient_norms(depth=20, activation="relu", initialiser="he_normal")
    assert sigmoid[0] < 1e-9 * sigmoid[-1]
    ratios = np.array(sigmoid[:-1]) / np.array(sigmoid[1:])
    assert np.median(ratios) < 0.5
    assert 0.05 < relu[0] / relu[-1] < 20


def test_three_modes_on_a_noisy_line():
    batch, mini, stochastic = compare_modes(passes=50, samples=50)
    assert (batch.updates, mini.updates, stochastic.updates) == (50, 250, 2500)
    # batch descends without a rise, the others shake
    assert batch.roughness == 0.0
    assert batch.roughness < mini.roughness < stochastic.roughness
    # "batch is faster" does not hold in passes over the data at the same rate
    assert stochastic.passes <= mini.passes < batch.passes
    # the price of noise: stochastic descent does not settle
    assert stochastic.final > mini.final


def test_noise_leaves_a_shallow_minimum_and_batch_descent_does_not():
    assert escapes("batch", runs=4, passes=15) == 0.0
    stochastic = escapes("stochastic", runs=8, passes=15)
    assert stochastic >= 0.25
    # ten samples average most of the noise away
    assert escapes("mini-batch", runs=4, passes=15) < stochastic


def test_a_step_function_cannot_be_trained_through():
    step, sigmoid = step_against_sigmoid()
    assert step.warned
    assert step.moved == 0.0
    assert step.after == step.before
    assert not sigmoid.warned
    assert sigmoid.after < 0.1 < sigmoid.before
