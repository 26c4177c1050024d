"""Training: modes, optimisers, reproducibility, early stop, saving."""

import numpy as np
import pytest

from vaultbp.engine import ShapeError, gradcheck, mean_squared_error, softmax_cross_entropy
from vaultbp.engine.training import (
    SGD,
    Adam,
    Conv2d,
    Dense,
    DivergedError,
    Flatten,
    LayerNorm,
    MaxPool2d,
    Network,
    RMSProp,
    he_normal,
    load,
    save,
    train,
)
from vaultbp.engine.training.saving import LoadError
from vaultbp.engine.trees import leaves

RNG = np.random.default_rng(3)
X = RNG.uniform(-1, 1, (60, 2))
Y = (X[:, :1] - 2.0 * X[:, 1:]) * 0.5 + 0.25
NET = Network(Dense(2, 1))


def loss(params, x, y):
    return mean_squared_error(NET(params, x), y)


RATES = {None: 0.6, 1: 0.1, 7: 0.3, 60: 0.6, 1000: 0.6}


@pytest.mark.parametrize("batch_size", [None, 1, 7, 60, 1000])
def test_one_loop_for_every_mode_finds_the_line(batch_size):
    done = train(
        loss, NET.initial(), (X, Y), SGD(RATES[batch_size]), epochs=60,
        batch_size=batch_size,
    )  # fmt: skip
    per_epoch = {None: 1, 1: 60, 7: 9, 60: 1, 1000: 1}[batch_size]
    assert done.history[-1].updates == 60 * per_epoch
    assert done.losses[-1] < 1e-3
    np.testing.assert_allclose(done.params[0]["b"], [0.25], atol=0.02)


@pytest.mark.parametrize(
    "optimiser",
    [SGD(0.05, momentum=0.9), SGD(0.05, momentum=0.9, nesterov=True), RMSProp(0.01), Adam(0.05)],
    ids=lambda o: f"{type(o).__name__}{'-nesterov' * getattr(o, 'nesterov', False)}",
)
def test_optimisers_lower_the_loss(optimiser):
    done = train(loss, NET.initial(), (X, Y), optimiser, epochs=200)
    assert done.losses[-1] < 1e-3 * done.losses[0]


def test_update_rules_by_hand():
    g = np.array([0.5])
    for optimiser, expected in [
        (SGD(0.1), [0.95, 0.90]),
        (SGD(0.1, momentum=0.5), [0.95, 0.875]),
        (Adam(0.1), [0.9, 0.8]),
    ]:
        p = np.array([1.0])
        for value in expected:
            optimiser.update([p], [g])
            assert p[0] == pytest.approx(value, rel=1e-6)
    p = np.array([1.0])
    RMSProp(0.1, decay=0.75).update([p], [g])
    assert p[0] == pytest.approx(1.0 - 0.1 * 0.5 / np.sqrt(0.25 * 0.25), rel=1e-6)


def test_the_same_seed_gives_the_same_run_and_another_does_not():
    runs = [
        train(loss, NET.initial(1), (X, Y), SGD(0.1), epochs=3, batch_size=5, seed=s).losses
        for s in (0, 0, 1)
    ]
    assert runs[0] == runs[1] != runs[2]
    assert all(
        np.array_equal(a, b)
        for a, b in zip(leaves(NET.initial(4)), leaves(NET.initial(4)), strict=True)
    )


def test_batch_mode_equals_gradient_descent_by_hand():
    start = NET.initial(2)
    done = train(loss, start, (X, Y), SGD(0.1), epochs=5)
    w, b = start[0]["W"].copy(), start[0]["b"].copy()
    for _ in range(5):
        e = X @ w + b - Y
        w, b = w - 0.1 * 2 * X.T @ e / len(X), b - 0.1 * 2 * e.mean(axis=0)
    np.testing.assert_allclose(done.params[0]["W"], w, rtol=1e-12)
    np.testing.assert_allclose(done.params[0]["b"], b, rtol=1e-12)
    np.testing.assert_array_equal(start[0]["b"], [0.0])  # not changed


def test_early_stop_returns_the_best_parameters():
    held_out = X[:10], Y[:10] + 0.5  # contradicts the training data after a while
    done = train(
        loss, NET.initial(), (X[10:], Y[10:]), SGD(0.2), epochs=500, validation=held_out, patience=5
    )
    assert done.stopped_early
    assert len(done.history) < 500
    best = min(done.history, key=lambda e: e.validation)
    assert done.best == best
    assert float(loss(done.params, *held_out)) == pytest.approx(best.validation)


def test_divergence_is_an_error_not_a_result():
    with pytest.raises(DivergedError, match="learning rate"), np.errstate(all="ignore"):
        train(loss, NET.initial(), (X, Y), SGD(1e6), epochs=500)


def test_data_of_unequal_length_is_refused():
    with pytest.raises(ShapeError, match=r"\[60, 59\]"):
        train(loss, NET.initial(), (X, Y[:-1]), SGD(), epochs=1)
    with pytest.raises(ShapeError, match="batch_size"):
        train(loss, NET.initial(), (X, Y), SGD(), epochs=1, batch_size=0)


def test_progress_is_written_to_a_terminal_only(capsys):
    train(loss, NET.initial(), (X, Y), SGD(), epochs=3)
    assert capsys.readouterr() == ("", "")


def test_an_image_network_learns_and_its_gradients_are_right():
    net = Network(Conv2d(1, 3, 3, padding=1), MaxPool2d(2), Flatten(), LayerNorm(12), Dense(12, 2))
    x = RNG.normal(size=(16, 1, 4, 4))
    labels = (x.mean(axis=(1, 2, 3)) > 0).astype(int)

    def loss(params, x, labels):
        return softmax_cross_entropy(net(params, x), labels)

    assert gradcheck(lambda p: loss(p, x[:2], labels[:2]), net.initial(0))
    done = train(loss, net.initial(0), (x, labels), Adam(0.02), epochs=40, batch_size=8)
    assert done.losses[-1] < 0.3 * done.losses[0]


def test_initialisers_have_the_stated_variance():
    w = he_normal(np.random.default_rng(0), (400, 300))
    assert w.var() == pytest.approx(2 / 400, rel=0.02)
    assert abs(w.mean()) < 1e-3


def test_parameters_are_saved_and_loaded(tmp_path):
    params = {"net": NET.initial(7), "pair": (np.array(1.5), np.arange(3))}
    save(tmp_path / "p.npz", params)
    again = load(tmp_path / "p.npz")
    assert isinstance(again["pair"], tuple)
    assert list(again["net"][0]) == ["W", "b"]
    for a, b in zip(leaves(params), leaves(again), strict=True):
        np.testing.assert_array_equal(a, b)


def test_pickles_are_neither_written_nor_read(tmp_path):
    with pytest.raises(LoadError):
        save(tmp_path / "p.npz", [np.array([None], dtype=object)])
    np.savez(tmp_path / "evil.npz", structure=np.array([{}], dtype=object))
    with pytest.raises(LoadError, match="evil"):
        load(tmp_path / "evil.npz")
    np.savez(tmp_path / "other.npz", a=np.ones(2))
    with pytest.raises(LoadError):
        load(tmp_path / "other.npz")
