"""Asserts that say what they compared: the tree of a cell, rewritten before it is compiled.

``assert loss < 0.1`` becomes ``if not ((@0 := loss) < 0.1): raise AssertionError(…)``: every operand
is evaluated once and in its own order, its value kept under a name no source can spell, and shown
when the assert fails.
"""

from __future__ import annotations

import ast
import types
from typing import Any

EXPLAIN = "@explain"
"""The name under which the harness offers ``explain`` to rewritten cells (as a builtin)."""
_UNSET = "@unset"
_LONGEST = 300
_DESCEND = (ast.Compare, ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Call)
_SHOW = (ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.BinOp)


def rewrite_asserts(tree: ast.Module) -> ast.Module:
    """The same module with every assert explaining itself. Changes ``tree`` in place."""
    rewritten: ast.Module = _Rewriter().visit(tree)
    return rewritten


def explain(test: str, values: dict[str, Any], *message: object) -> str:
    """The message of a failed assert: the author's own, the test, and what its operands were."""
    lines = [str(message[0])] if message else []
    lines.append(f"assert {test}")
    for written, value in values.items():
        if not (isinstance(value, str) and value == _UNSET) and _is_worth_showing(value):
            lines.append(f"  {written} = {_shown(value)}")
    return "\n".join(lines)


class _Rewriter(ast.NodeTransformer):
    """Turns assert statements into ``if not …: raise``; leaves everything else as it is."""

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        """Leave asserts right in a class body alone: kept values would become its attributes."""
        for part in node.body:
            if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                self.visit(part)
        return node

    def visit_Assert(self, node: ast.Assert) -> list[ast.stmt]:
        if isinstance(node.test, ast.Tuple):
            return [node]  # always true: the compiler's own warning says so best
        text = ast.unparse(node.test)
        operands = _Operands()
        test = operands.capture(node.test, top=True)
        names = list(operands.texts)
        arguments = [
            ast.Constant(text),
            ast.Dict(
                [ast.Constant(operands.texts[name]) for name in names],
                [ast.Name(name, ast.Load()) for name in names],
            ),
        ]
        if node.msg is not None:
            arguments.append(node.msg)
        message = ast.Call(ast.Name(EXPLAIN, ast.Load()), arguments, [])
        error = ast.Call(ast.Name("AssertionError", ast.Load()), [message], [])
        check = ast.If(ast.UnaryOp(ast.Not(), test), [ast.Raise(error, None)], [])
        start: list[ast.stmt] = [
            ast.Assign([ast.Name(name, ast.Store())], ast.Constant(_UNSET)) for name in names
        ]
        return [_place(statement, node) for statement in (*start, check)]


class _Operands:
    """Wraps the operands of one test in assignments and remembers how each was written."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def capture(self, node: ast.expr, *, top: bool = False) -> ast.expr:
        text = ast.unparse(node) if isinstance(node, _SHOW) else ""
        if isinstance(node, _DESCEND):
            self._descend(node)
        if (top and isinstance(node, ast.Call)) or not text or text in self.texts.values():
            return node
        name = f"@{len(self.texts)}"
        self.texts[name] = text
        return ast.NamedExpr(ast.Name(name, ast.Store()), node)

    def _descend(self, node: ast.expr) -> None:
        """Only where the parts are evaluated once, in this scope."""
        if isinstance(node, ast.Compare):
            node.left = self.capture(node.left)
            node.comparators = [self.capture(part) for part in node.comparators]
        elif isinstance(node, ast.BoolOp):
            node.values = [self.capture(part, top=True) for part in node.values]
        elif isinstance(node, ast.BinOp):
            node.left, node.right = self.capture(node.left), self.capture(node.right)
        elif isinstance(node, ast.UnaryOp):
            node.operand = self.capture(node.operand)
        elif isinstance(node, ast.Call):
            node.args = [self.capture(part) for part in node.args]
            for keyword in node.keywords:
                keyword.value = self.capture(keyword.value)


def _place(statement: ast.stmt, origin: ast.Assert) -> ast.stmt:
    """Give the new nodes the assert's own place, so that tracebacks point at it."""
    ast.copy_location(statement, origin)
    return ast.fix_missing_locations(statement)


def _is_worth_showing(value: object) -> bool:
    return not isinstance(
        value, types.ModuleType | types.FunctionType | types.BuiltinFunctionType | type
    )


def _shown(value: object) -> str:
    try:
        text = repr(value)
    except Exception as error:  # a repr of the note's own may do anything
        text = f"<repr raised {type(error).__name__}>"
    text = text.replace("\n", "\n    ")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
