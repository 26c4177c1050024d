"""What is said about backpropagation, measured: small experiments for notes and tests.

One file is one claim. Each function returns plain data (numbers, rows), prints nothing, and is
seeded; times are CPU seconds and mean something as ratios only.
"""

from vaultbp.engine.experiments.accumulation import AccumulationCost, accumulation_costs
from vaultbp.engine.experiments.cost import GradientCost, gradient_costs
from vaultbp.engine.experiments.depth import gradient_norms
from vaultbp.engine.experiments.line_fit import line_fit_gradient, line_fit_gradient_by_hand
from vaultbp.engine.experiments.mazur import Mazur, mazur_error, mazur_gradient, mazur_step
from vaultbp.engine.experiments.modes import ModeResult, compare_modes, escapes
from vaultbp.engine.experiments.step_function import StepResult, step_against_sigmoid

__all__ = [
    "AccumulationCost",
    "GradientCost",
    "Mazur",
    "ModeResult",
    "StepResult",
    "accumulation_costs",
    "compare_modes",
    "escapes",
    "gradient_costs",
    "gradient_norms",
    "line_fit_gradient",
    "line_fit_gradient_by_hand",
    "mazur_error",
    "mazur_gradient",
    "mazur_step",
    "step_against_sigmoid",
]
