"""Signs and layouts that mean something else than they seem to at first: right notes in which a careless
reader would find mistakes, each beside a note that stays wrong."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claims


def statuses(note: str) -> list[str]:
    return [step.status for claim in claims(note) if claim.kind == "claim" for step in claim.steps]


@pytest.mark.parametrize(
    ("right", "status"),
    [(r"a^\top u", "verified"), (r"u^T a", "verified"), (r"2 a^\top u", "unchecked")],
)
def test_columns_may_be_numbered_from_nought(right: str, status: str) -> None:
    note = rf"Let $u_0 = 1$. Then $$q(u) = \sum_{{k=0}}^m a_k u_k = {right}$$"
    assert statuses(note)[-1] == status


@pytest.mark.parametrize(("sign", "status"), [("", "verified"), ("-", "wrong")])
def test_what_a_cell_was_before_is_no_entry_of_it(sign: str, status: str) -> None:
    note = "Let $c = p c_0 + q g$ with $p = 1/(1 + e^{-u})$, and let the loss $L$ be $c^2$.\n\n"
    step = (
        r"$$\frac{\partial L}{\partial u} = "
        + sign
        + r"\frac{\partial L}{\partial c} c_0 p(1 - p)$$"
    )
    assert statuses(note + step)[-1] == status


def test_columns_are_numbered_from_one_where_nothing_else_is_said() -> None:
    assert statuses(r"$$q(u) = \sum_{k=1}^m a_k u_k = a^\top u$$") == ["verified"]
    assert statuses(r"$$q(u) = \sum_{k=1}^m a_k u_k = 2 a^\top u$$") == ["wrong"]


@pytest.mark.parametrize("mark", ["&", "&&"])
def test_two_equations_may_stand_in_one_row(mark: str) -> None:
    note = (
        rf"$$\begin{{array}}{{lcl}} p(s) = s^2 {mark} p'(s) = 2 s \\"
        rf" q(s) = s^3 {mark} q'(s) = 3 s^3 \end{{array}}$$"
    )
    assert statuses(note) == ["verified", "wrong"]


@pytest.mark.parametrize(
    ("note", "status"),
    [
        (r"$$\frac{d}{ds} s^3 + 5s = 3s^2 + 5$$", "verified"),
        (r"$$\frac{d}{ds} s^3 + 5s = 3s^2 + 5s$$", "verified"),
        (r"$$\frac{d}{ds} s^3 + 5s = 3s^2 + 6$$", "wrong"),
        (r"$$\frac{d}{ds} (s^3) + 5s = 3s^2 + 5$$", "wrong"),
    ],
)
def test_an_operator_without_brackets_may_reach_over_a_sum(note: str, status: str) -> None:
    assert statuses(note) == [status]


@pytest.mark.parametrize(
    ("right", "status"),
    [
        (r"-2 \sin \frac{ms}{2} \sin \frac{s}{2}", "verified"),
        (r"2 \sin \frac{ms}{2} \sin \frac{s}{2}", "wrong"),
    ],
)
def test_an_angle_may_go_on_after_its_first_letter(right: str, status: str) -> None:
    note = rf"$$h(s) = \cos s\frac{{m + 1}}{{2}} - \cos s\frac{{m - 1}}{{2}} = {right}$$"
    assert statuses(note)[-1] == status


@pytest.mark.parametrize(
    ("note", "status"),
    [
        (r"In $\mathbb{Z}_{10}$ we have $4 \times 5 = 0$.", "unchecked"),
        (r"In $\mathbb{Z}_{10}$ we have $4 \times 5 = 1$.", "wrong"),
        (r"Its characteristic is $7$, so $7 \cdot 1 = 0$.", "unchecked"),
        (r"Its characteristic is $7$, so $7 \cdot 1 = 8$.", "wrong"),
        (r"We have $7 \cdot 1 = 0$.", "wrong"),
        (r"$$\left(\frac{5}{19}\right) = 1$$", "unchecked"),
        (r"$$\left(\frac{6}{3}\right) = 1$$", "wrong"),
        (r"$$\left(\frac{5}{19}\right) = 2$$", "wrong"),
    ],
)
def test_whole_numbers_may_be_remainders(note: str, status: str) -> None:
    assert statuses(note) == [status]


@pytest.mark.parametrize(
    ("note", "status"),
    [
        (r"A kernel: $\frac{6 - 3}{2} + 1 = 2$", "unchecked"),
        (r"A kernel: $\frac{6 - 3}{2} + 1 = 4$", "wrong"),
        (r"A sum: $\frac{6 - 3}{2} + 1 = 2$", "wrong"),
        (r"A matrix: $(2 \times 5)(5 \times 7) = 2 \times 7$", "unchecked"),
        (r"A matrix: $(2 \times 5)(5 \times 7) = 350 + 1$", "wrong"),
        (r"We have $18/3(2) = 3$", "unchecked"),
        (r"We have $18/3 \cdot 2 = 3$", "wrong"),
        (r"We have $3 \frac{1}{4} \cdot 4 = 13$", "verified"),
        (r"We have $3 \frac{1}{4} \cdot 4 = 14$", "wrong"),
        (r"We have $\lim_{s \to \infty} \frac{s^{10}}{e^s} = 0$", "unchecked"),
        (r"We have $\lim_{s \to \infty} \frac{s + 3}{2 s} = 1$", "wrong"),
        (r"We have $\int_{-10}^{10} e^{-100 s^2} ds = \frac{\sqrt{\pi}}{10}$", "unchecked"),
        (r"We have $\int_{-1}^{1} e^{-s^2} ds = 3$", "wrong"),
    ],
)
def test_numbers_that_may_be_meant_otherwise(note: str, status: str) -> None:
    assert statuses(note)[-1] == status


def test_a_number_after_a_smaller_one_is_computed_from_nothing() -> None:
    assert "wrong" not in statuses(r"Shifted bits: $1 << 3 = 8$")


@pytest.mark.parametrize(
    "note",
    [
        "~~$4 + 3 = 8$~~",
        "Is $4 + 3 = 8$?",
        "Suppose $4 + 3 = 8$.",
        "If we had $4 + 3 = 8$, nothing would work.",
        "We obtain $4 + 3 = 8$, which is absurd.",
        "Faux : $4 + 3 = 8$.",
        "誤り：$4 + 3 = 8$",
        "Why is $4 + 3 = 8$ impossible?",
        "Of three thirds: $0.33 + 0.33 + 0.33 = 1$.",
        "So many: $(9 - 3 + 1) = 7 \\times 7$.",
    ],
)
def test_what_is_denied_asked_or_supposed_is_no_mistake(note: str) -> None:
    assert "wrong" not in statuses(note)


@pytest.mark.parametrize(
    "note",
    [
        "So $4 + 3 = 8$.",
        "It is $4 + 3 = 8$. Is it?",
        "We obtain $4 + 3 = 8$, which is nice.",
        "Of three thirds: $0.3 + 0.3 + 0.3 = 1$.",
        "So many: $(9 - 3 + 1) = 4 \\times 4$.",
    ],
)
def test_what_is_said_is_a_mistake(note: str) -> None:
    assert "wrong" in statuses(note)


@pytest.mark.parametrize(
    "note",
    [
        r"The subgroup: $$KHK = K(KH) = KH$$",
        r"$$g = Q/s = B_{\text{(Bel)}}$$ and $$[g] = Q/s = B_{\text{(Bel)}}$$",
        r"From $q = a \textbf{a} - k \textbf{c}$ to $$p(t) = m + t \frac{q}{|q|} = m + t k$$",
        r"Its length is $3 + 4 + 4 = 7$ inner $+ 4$ outer $= 11$ in all.",
        r"$$\frac{u_1}{u_2} = \frac{u_1u_2^*}{u_2u_2^*} = \frac{u_1u_2^*}{|u_2|^2}$$",
        r"A divisor: $$\div\left(\frac{-1}{u}\right) = -2\div(-u) = -2\div(u)$$",
        r"The force is $F_P$. $$\omega = 2\pi g = \frac{2\pi}{P}$$",
        "An estimator $$S(X) = \\frac{X + 3}{n + 4}$$\n\n$$ES(X) = \\frac{EX + 3}{n + 4}$$",
        "Let $B = I_k$: $$h(I_k) = M I_k = M$$",
        "Let $U_1 = 2 r$ and $U_2 = 5 r$: $$q = \\Delta U = U_2 - U_1$$",
        "Groups $B_k = \\{i \\in B: i > k\\}$ and $r_k = \\frac{|B_k|}{|B|}$: "
        r"$$G(r) = \sum_{k=1}^K r_k(1 - r_k) = 1 - \sum_{k=1}^K r_k^2$$",
        "Find $\\int (\\frac{1}{\\sqrt{s}} + \\cos s) ds$\n\nHere $\\frac{1}{\\sqrt{s}} = s^{-1/2}$\n\n"
        r"$$= \int s^{-1/2} ds + \int \cos s\, ds$$",
    ],
)
def test_no_mistake_is_seen(note: str) -> None:
    assert "wrong" not in statuses(note)


@pytest.mark.parametrize(
    "note",
    [
        r"A square: $$KH(K + H) = K^2 H + K H = KH(K + 1)$$",
        r"The force is $F_q$. $$\omega = 2\pi g = 2(\pi g + g)$$",
        "Let $B = I_k$: $$h(M) = M (I + M) = M I + 2 M^2$$",
        r"From $q = 2a$ to $$p(t) = m + t q = m + t a$$",
        r"Its length is $3 + 4 + 4 = 12$ inner ones, $4$ outer ones.",
        "$$q = (\\Delta U)^2 + \\Delta U = \\Delta U (\\Delta U + 2)$$",
    ],
)
def test_a_mistake_beside_them_is_seen(note: str) -> None:
    assert "wrong" in statuses(note)


@pytest.mark.parametrize(
    ("note", "status"),
    [
        (r"Matrices: $(R + S)^2 = R^2 + 2RS + S^2$", "unchecked"),
        (r"Matrices: $(R + S)^2 = R^2 + RS + SR + S^2$", "verified"),
        (r"Matrices: $R(S + Q) = RS + QR$", "unchecked"),
        (r"Matrices: $r(S - I) = rS - rI$", "verified"),
        (r"Matrices: $e^{R + S} = e^R e^S$", "unchecked"),
        (r"Matrices: $e^{R + R} = e^R e^R$", "verified"),
        (r"Numbers: $e^{R + S} = e^R e^S$", "verified"),
        (r"Numbers: $(R + S)^2 = R^2 + 2RS + S^2$", "verified"),
        (r"A homomorphism: $(ru)^{-1} = r^{-1}u^{-1}$", "unchecked"),
        (r"A homomorphism: $(ru)^{-1} = u^{-1}r^{-1}$", "verified"),
        (r"Let $K$ be a group: $(ru)^{-1} = r^{-1}u^{-1}$", "unchecked"),
        (r"Let them be a group of pumps: $(ru)^{-1} = r^{-1}u^{-1}$", "verified"),
    ],
)
def test_what_holds_for_numbers_alone_is_not_verified_of_others(note: str, status: str) -> None:
    assert statuses(note) == [status]


@pytest.mark.parametrize(
    "note",
    [
        r"It begins with $u(0) = 0$, and $u = e^{-s}$.",
        r"Say $u = 3 + s$. $$q = u(0) + u = u$$",
        "$\\Omega(p) = a p + b p^2$ here.\n\nAnd $\\Omega(p) = a p + b p^2$ again.",
    ],
)
def test_what_says_nothing_is_not_verified(note: str) -> None:
    assert "verified" not in statuses(note)


@pytest.mark.parametrize(
    "note",
    [
        r"$(R \cap S)^c = R^c \cap S^c$",
        r"$R \cup S = R \cap S$",
        r"$$n = R \cup (S \cap Q) = (R \cup S) \cap Q$$",
        r"$17 \bmod 5 = 85$",
        r"$$n = u \bmod v = u v$$",
        r"$$n = u \ominus v = u v$$",
        r"Let $P(R) = 1/2$. $$n = P(R \cup S) = P(R) + P(S)$$",
    ],
)
def test_signs_of_which_no_number_is_computed_tell_nothing(note: str) -> None:
    assert set(statuses(note)) <= {"unchecked"}


@pytest.mark.parametrize(
    ("note", "status"),
    [
        ("$\\phi(e) = 1$. $$k = \\phi(g) = 1$$", "unchecked"),
        ("$T(p) = v$. $$k = T(q) = v$$", "unchecked"),
        ("$P(R) = 0.5$ and $P(S) = 0.5$. Also $P(Q) = 0.5$.", "unchecked"),
        ("$f(x) = 5$. $$k = f(3) = 5$$", "verified"),
        ("$h(p) = 2 p$. $$k = h(q) = 2 q$$", "verified"),
    ],
)
def test_a_value_at_one_place_says_nothing_of_others(note: str, status: str) -> None:
    assert statuses(note)[-1] == status


@pytest.mark.parametrize(
    ("note", "status"),
    [
        (r"$k = \vec p \times \vec q = \vec q \times \vec p$", "unchecked"),
        (r"$k = \vec p \times \vec q = -\vec q \times \vec p$", "unchecked"),
        (r"$k = |\vec p \times \vec q| = |\vec p| |\vec q|$", "unchecked"),
        (r"$k = (\vec p \cdot \vec q) \vec r = \vec p (\vec q \cdot \vec r)$", "unchecked"),
        (r"$k = (\vec p + \vec q) \cdot \vec r = \vec p \cdot \vec r + \vec r \cdot \vec q$", "verified"),
        (r"$k = \vec p \times 2 (\vec q + \vec r) = 2 \vec p \times (\vec q + \vec r)$", "verified"),
        (r"$k = \det(R + S) = \det R + \det S$", "unchecked"),
        (r"$k = \operatorname{tr}(RS) = \operatorname{tr}(SR)$", "verified"),
        (r"$k = \det(RS) = \det R \det S$", "verified"),
        (r"$k = \operatorname{tr}(RS) = \operatorname{tr}(R) \operatorname{tr}(S)$", "unchecked"),
    ],
)  # fmt: skip
def test_what_holds_for_numbers_is_not_verified_of_vectors(note: str, status: str) -> None:
    assert statuses(note)[-1] == status


def test_one_intersection_says_nothing_of_another() -> None:
    assert statuses(r"Let $R \cap S = \emptyset$. $$n = P \cap Q = U \cap V$$") == ["unchecked"] * 2
    assert "verified" not in statuses(r"Here $17 \bmod 5 = 2$, so $19 \bmod 7 = 2$.")


def test_sets_may_change_places() -> None:
    assert statuses(r"$$n = P(R \cap S) + 1 = 1 + P(S \cap R)$$") == ["verified"]
    assert statuses(r"$$n = 2 \oplus 3 + 1 = 1 + 3 \oplus 2$$") == ["verified"]


def test_one_letter_in_bold_text_is_a_name() -> None:
    assert statuses(r"$$p = m \textbf{m} + m \textbf{m} = 2 m \textbf{m}$$") == ["verified"]
    assert statuses(r"$$p = m \textbf{m} + m \textbf{m} = 3 m \textbf{m}$$") == ["wrong"]


def test_the_nearest_definition_is_not_the_only_one_of_its_section() -> None:
    listed = (
        "* one: $g(s) = \\frac{1}{1 + e^{-s}}$\n* two: $g(s) = \\tanh(s)$\n* three: $g(s) = s^3$\n\n"
        "Then for the first $g'(s) = {}$"
    )
    assert statuses(listed.replace("{}", "g(s)(1 - g(s))")) == ["unchecked"]
    assert statuses(listed.replace("{}", "g(s)(2 - g(s))")) == ["wrong"]


@pytest.mark.parametrize(
    ("step", "status"),
    [
        (r"y(15) = \frac{3}{4} a = a e^{15k}", "unchecked"),
        (r"y(15) = a e^{15k} = \frac{3}{4} a e^{15k}", "wrong"),
    ],
)
def test_a_value_at_a_number_may_be_given_for_another_example(step: str, status: str) -> None:
    note = rf"It grows as $y(t) = a e^{{kt}}$, and here $k = \ln 2$. After 15 years ${step}$."
    assert statuses(note)[-1] == status


@pytest.mark.parametrize(
    ("said", "status"), [("A homomorphism.", "unchecked"), ("Numbers.", "wrong")]
)
def test_the_neutral_element_is_no_number(said: str, status: str) -> None:
    note = f"{said}\n\n$$u = (r s)^2 = r s e r s$$"
    assert statuses(note) == [status]


@pytest.mark.parametrize(
    ("step", "status"), [("u - w + w - v", "unchecked"), ("-w^2 - 1", "wrong")]
)
def test_a_case_resolves_absolute_values(step: str, status: str) -> None:
    note = f"Here $u = v$ and $2u = 2v$.\n\n$$q = |u - w| + |w - v| = {step}$$"
    assert statuses(note)[-1] == status
