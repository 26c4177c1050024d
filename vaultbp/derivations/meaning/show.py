"""Terms in readable Unicode, for assumptions and messages."""

from __future__ import annotations

import math
import unicodedata

from vaultbp.derivations.meaning.terms import (
    Add,
    Call,
    Deriv,
    Diff,
    Div,
    Fn,
    Fold,
    Grad,
    Idx,
    Mul,
    Neg,
    Num,
    Pow,
    Sym,
    Term,
    Transposed,
)

_ACCENTS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "vec": "\u20d7", "dot": "\u0307"}
_LOOSE, _PRODUCT, _TIGHT = 0, 1, 2


def show(term: Term) -> str:
    """A term as a person would write it on one line."""
    return _show(term, _LOOSE)


def name(key: str) -> str:
    """A symbol's key with its accents put on the letter."""
    base, *rest = key.split("^")
    tail = ""
    for part in rest:
        accent, _, label = part.partition("_")
        if accent in _ACCENTS:
            base = unicodedata.normalize("NFC", base + _ACCENTS[accent])
            tail += f"_{label}" if label else ""
        else:
            tail += f"^{part}"
    return base + tail


def _number(value: float) -> str:
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return str(int(value)) if value.is_integer() else f"{value:g}"


def _show(term: Term, around: int) -> str:
    match term:
        case Num(value=value, text=text):
            return text or _number(value)
        case Idx(name=index):
            return index
        case Sym(key=key, slots=slots):
            subs = ",".join(show(s.index) for s in slots if s.place == "_")
            sups = ",".join(show(s.index) for s in slots if s.place == "^")
            return name(key) + _script("_", subs) + (f"^({sups})" if sups else "")
        case Add(terms=terms):
            text = _show(terms[0], _LOOSE)
            for each in terms[1:]:
                minus = isinstance(each, Neg)
                body = each.body if isinstance(each, Neg) else each
                text += (" − " if minus else " + ") + _show(body, _PRODUCT)
            return f"({text})" if around > _LOOSE else text
        case Neg(body=body):
            text = "−" + _show(body, _PRODUCT)
            return f"({text})" if around > _PRODUCT else text
        case Mul(factors=factors):
            text = "·".join(_show(f, _PRODUCT) for f in factors)
            return f"({text})" if around > _PRODUCT else text
        case Div(num=num, den=den):
            text = f"{_show(num, _PRODUCT)}/{_show(den, _TIGHT)}"
            return f"({text})" if around > _PRODUCT else text
        case Pow(base=base, exponent=exponent):
            return f"{_show(base, _TIGHT)}^{_show(exponent, _TIGHT)}"
        case Fn(name=function, args=args):
            function = "log" if function == "logb" else function
            return f"{function}({', '.join(map(show, args))})"
        case Call(func=func, args=args, order=order):
            return f"{show(func)}{chr(39) * order}({', '.join(map(show, args))})"
        case Deriv(of=of, wrt=wrt):
            return f"∂{_show(of, _TIGHT)}/" + "".join(f"∂{_show(w, _TIGHT)}" for w in wrt)
        case Diff(body=body):
            return f"d{_show(body, _TIGHT)}"
        case Grad(of=of, wrt=by):
            return f"∇{'' if by is None else '_' + show(by)} {_show(of, _TIGHT)}"
        case Fold(op=op, index=index, body=body):
            return f"{op}{_script('_', index)} {_show(body, _PRODUCT)}"
        case Transposed(body=body):
            return f"{_show(body, _TIGHT)}ᵀ"
        case _:
            return type(term).__name__.lower()


def _script(mark: str, text: str) -> str:
    if not text:
        return ""
    return f"{mark}{text}" if len(text) == 1 else f"{mark}{{{text}}}"
