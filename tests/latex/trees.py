"""Random expression trees such as people write, for property tests."""

from __future__ import annotations

from hypothesis import strategies as st

from vaultbp.latex.tree import (
    Abs,
    Apply,
    BigOp,
    Derivative,
    Label,
    MaybeCall,
    Name,
    Neg,
    Node,
    Norm,
    Number,
    Power,
    Product,
    Quotient,
    Relation,
    Root,
    Sum,
    Superscript,
    Transpose,
    Wrt,
)

LETTERS = "abcghkmnpqrstuvwxyzABCDEFGHJKLMNPQRSUVWXYZαβγεηθλμξρτφψωΓΘΛΦΨΩ"

numbers = st.one_of(
    st.integers(0, 200).map(lambda n: Number(str(n))),
    st.integers(1, 99).map(lambda n: Number(f"0.{n:02d}")),
)
indices = st.one_of(
    st.just(()),
    st.sampled_from("ijkt").map(lambda c: (Name(c),)),
    st.sampled_from(["ij", "jk", "ki"]).map(lambda s: (Name(s[0]), Name(s[1]))),
    st.integers(0, 12).map(lambda n: (Number(str(n)),)),
    st.just((Label("total"),)),
    st.just((Sum((Name("t"), Neg(Number("1")))),)),
)
layers = st.one_of(
    st.just(()),
    st.just(()),
    st.just(()),
    st.just((Superscript(Name("l"), "("),)),
    st.just((Superscript(Number("2"), "["),)),
    st.just((Superscript(Sum((Name("L"), Neg(Number("1")))), ""),)),
)
names = st.builds(
    Name,
    base=st.sampled_from(LETTERS),
    accents=st.sampled_from([(), (), (), ("hat",), ("bar",), ("tilde",)]),
    style=st.sampled_from(["", "", "", "bold"]),
    sub=indices,
    sup=layers,
    primes=st.sampled_from([0, 0, 0, 0, 1]),
)
plain_names = st.builds(Name, base=st.sampled_from(LETTERS), sub=indices)
functions = st.sampled_from(["sin", "cos", "exp", "log", "ln", "tanh", "softmax", "ReLU"])


def factors(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """What stands in a product without brackets of its own."""
    return st.one_of(
        names,
        st.builds(
            Power, plain_names, st.one_of(st.integers(2, 5).map(lambda n: Number(str(n))), inner)
        ),
        st.builds(Quotient, inner, inner).filter(_is_no_derivative),
        st.builds(lambda f, x: Apply(Name(f), (x,)), functions, inner),
        st.builds(lambda f, x: MaybeCall(f, (x,)), plain_names, inner),
        st.builds(Root, inner),
        st.builds(lambda x: Transpose(Name(x, style="bold")), st.sampled_from("wxW")),
        st.builds(Abs, inner),
        st.builds(Norm, inner, st.sampled_from([None, Number("2")])),
        derivatives(),
    )


def _is_no_derivative(node: Quotient) -> bool:
    return True


def derivatives() -> st.SearchStrategy[Node]:
    of = st.one_of(
        plain_names, st.builds(lambda f, x: MaybeCall(f, (x,)), plain_names, plain_names)
    )
    first = st.builds(
        lambda kind, f, x: Derivative(kind, f, (Wrt(x),)), st.sampled_from("∂d"), of, plain_names
    )
    second = st.builds(
        lambda f, x, y: Derivative("∂", f, (Wrt(x), Wrt(y)), 2), of, plain_names, plain_names
    )
    return st.one_of(first, first, second)


def products(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    @st.composite
    def build(draw: st.DrawFn) -> Node:
        parts = [draw(st.one_of(numbers, factors(inner)))]
        ops = []
        for _ in range(draw(st.integers(1, 3))):
            part = draw(factors(inner))
            ops.append(draw(st.sampled_from(["", "", "·", "×", "*", "⊙"])))
            parts.append(part)
        return Product(tuple(parts), tuple(ops))

    return build()


def sums(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    term = st.one_of(numbers, factors(inner), products(inner))
    signed = st.one_of(term, term.map(Neg))
    return st.lists(signed, min_size=2, max_size=4).map(lambda terms: Sum(tuple(terms)))


def big(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    lower = st.one_of(
        st.just((Relation("=", Name("i"), Number("1")),)),
        st.just((Name("k"),)),
        st.just((Relation("≠", Name("j"), Name("i")),)),
    )
    body = st.one_of(factors(inner), products(inner))
    return st.builds(BigOp, st.sampled_from("ΣΠ"), lower, st.sampled_from([None, Name("n")]), body)


def extend(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(
        sums(inner),
        products(inner),
        factors(inner),
        big(inner),
        st.one_of(factors(inner), products(inner)).map(Neg),
    )


expressions = st.recursive(st.one_of(numbers, names), extend, max_leaves=12)
