"""Steps that hold whatever the derivatives are that a note does not explain, and names of such."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim

UNITS = r"""
Here $a_t = \sigma(s_t)$ with the sigmoid σ, $g_t = \frac{\partial q_t}{\partial a_t}$ is known, and
$u$ is a rate.

$${STEP}$$
"""


@pytest.mark.parametrize(
    ("step", "status"),
    [
        (
            r"\frac{\partial q_t}{\partial a_t} \frac{\partial a_t}{\partial s_t} = "
            r"\frac{\partial q_t}{\partial a_t} a_t (1 - a_t)",
            "verified",
        ),
        (
            r"\frac{\partial q_t}{\partial a_t} \frac{\partial a_t}{\partial s_t} = "
            r"\frac{\partial q_t}{\partial a_t} a_t (1 + a_t)",
            "unverified",
        ),
        (r"v - u \frac{\partial q_t}{\partial a_t} a_t = v - u\, g_t a_t", "verified"),
        (r"v - u \frac{\partial q_t}{\partial a_t} a_t = v + u\, g_t a_t", "unverified"),
        (r"v - u \frac{\partial q_t}{\partial s_t} a_t = v - u\, g_t a_t", "unverified"),
        (
            r"\sum_t \frac{\partial q_t}{\partial a_t} a_t u = "
            r"u \sum_t g_t a_t",
            "verified",
        ),
        (
            r"\sum_t \frac{\partial q_t}{\partial a_t} a_t u = "
            r"u \sum_t g_t \sum_t a_t",
            "unverified",
        ),
        (
            r"\frac{\partial q_1}{\partial a_1} + \frac{\partial q_2}{\partial a_2} = "
            r"2 \frac{\partial q_1}{\partial a_1}",
            "unverified",
        ),
    ],
)
def test_what_holds_for_any_value_of_a_derivative(step: str, status: str) -> None:
    found = claim(UNITS.replace("{STEP}", step), step)
    assert (found.status == "verified") == (status == "verified"), found


NAMES = r"""
The error of a unit is $d_i = \frac{\partial Q}{\partial r_i} \frac{\partial r_i}{\partial s_i}$.

$${STEP}$$
"""


@pytest.mark.parametrize(
    ("step", "status"),
    [
        (
            r"\frac{\partial Q}{\partial v_{ij}} = d_i \frac{\partial s_i}{\partial v_{ij}}",
            "verified",
        ),
        (
            r"\frac{\partial Q}{\partial x_j} = \sum_i d_i \frac{\partial s_i}{\partial x_j}",
            "verified",
        ),
        (
            r"\frac{\partial Q}{\partial v_{ij}} = -d_i \frac{\partial s_i}{\partial v_{ij}}",
            "unverified",
        ),
        (
            r"\frac{\partial Q}{\partial v_{ij}} = d_j \frac{\partial s_i}{\partial v_{ij}}",
            "unverified",
        ),
        (
            r"\frac{\partial Q}{\partial v_{ij}} = d_i \frac{\partial r_i}{\partial v_{ij}}",
            "unverified",
        ),
        (
            r"\frac{\partial Q}{\partial v_{ij}} = \sum_i d_i \frac{\partial s_i}{\partial v_{ij}}",
            "unverified",
        ),
        (
            r"\frac{\partial Q}{\partial r_i} \frac{\partial r_i}{\partial v_{ij}} = "
            r"\frac{\partial Q}{\partial r_j} \frac{\partial r_j}{\partial v_{ij}}",
            "unverified",
        ),
        (
            r"\frac{\partial Q}{\partial s_j} \frac{\partial s_j}{\partial v_{ij}} = "
            r"d_i \frac{\partial s_i}{\partial v_{ij}}",
            "unverified",
        ),
        (
            r"\frac{\partial Q}{\partial x_j} = \sum_i d_j \frac{\partial s_i}{\partial x_j}",
            "unverified",
        ),
    ],
)
def test_a_name_is_the_link_of_a_chain_that_it_stands_for(step: str, status: str) -> None:
    found = claim(NAMES.replace("{STEP}", step), step)
    assert (found.status == "verified") == (status == "verified"), found
