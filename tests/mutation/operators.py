"""Small faults of the kind that people make, everywhere in a file: the mutants of mutation testing.

Each site of a function's body (a sum, a comparison, a number, a statement ...) has one mutant. `survey_of` lists them;
`planted` gives the file's text with chosen ones in it, each behind its number as in `schemata`: the mutated piece has
the rest of the piece as it is, so that only one mutant is at work at a time, however they nest.
"""

import ast
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass

SWAPPED: dict[type, type] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
CALLS = {"min": "max", "max": "min"}


@dataclass(frozen=True)
class Site:
    """One mutant: its number among those of its file, its line, and what becomes of what."""

    file: str
    number: int
    line: int
    old: str
    new: str


def _mutant_of(node: ast.AST) -> ast.AST | None:
    """A node with one fault, or None; statements that are deleted become `pass`."""
    new = deepcopy(node)
    match new:
        case ast.BinOp(op=op) | ast.BoolOp(op=op) if type(op) in SWAPPED:
            new.op = SWAPPED[type(op)]()
        case ast.Compare(ops=[op]) if type(op) in SWAPPED:
            new.ops = [SWAPPED[type(op)]()]
        case ast.UnaryOp(op=ast.USub() | ast.Not(), operand=operand) if not isinstance(operand, ast.Constant):
            return operand
        case ast.Constant(value=value) if type(value) in (int, float):
            new.value = value + 1
        case ast.Call(func=ast.Name(id=name)) if name in CALLS and len(new.args) > 1:
            new.func = ast.Name(CALLS[name], ast.Load())
        case ast.Call(func=ast.Name(id="fused"), args=[a, b, c]):  # a b + c becomes a b - c
            new.args = [a, b, ast.UnaryOp(ast.USub(), c)]
        case ast.AugAssign(op=ast.Add()):
            new.op = ast.Sub()
        case ast.AugAssign() | ast.Continue():
            return ast.Pass()
        case ast.Assign(targets=[ast.Subscript() | ast.Attribute()]):
            return ast.Pass()
        case ast.Expr(value=ast.Call()):
            return ast.Pass()
        case _:
            return None
    return new


class _Planter(ast.NodeTransformer):
    """Walks the bodies of functions; plants the chosen mutants, and lists all sites on the way."""

    def __init__(self, file: str, chosen: Mapping[int, int]) -> None:
        self.file, self.chosen, self.inside = file, chosen, 0
        self.sites: list[Site] = []

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.inside += 1
        has_docstring = ast.get_docstring(node, clean=False) is not None
        kept, rest = node.body[:has_docstring], node.body[has_docstring:]
        node.body = kept + [self.visit(statement) for statement in rest]
        self.inside -= 1
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """Indices stay as they are: the kernel's bounds are not checked, and some must be known when it is compiled."""
        node.value = self.visit(node.value)
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        return node

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        new = _mutant_of(node) if self.inside else None
        if new is None:
            return super().generic_visit(node)
        number = len(self.sites)
        self.sites.append(Site(self.file, number, node.lineno, ast.unparse(node), ast.unparse(new)))  # type: ignore[attr-defined]
        switch = self.chosen.get(number)
        node = super().generic_visit(node)
        if switch is None:
            return node
        on = ast.parse(f"mutant() == {switch}", mode="eval").body
        if isinstance(node, ast.stmt):
            return ast.If(on, [new], [node])  # type: ignore[list-item]
        return ast.IfExp(on, new, node)  # type: ignore[arg-type]


def _walked(text: str, file: str, chosen: Mapping[int, int]) -> tuple[ast.Module, list[Site]]:
    planter = _Planter(file, chosen)
    tree = planter.visit(ast.parse(text))
    return ast.fix_missing_locations(tree), planter.sites


def survey_of(text: str, file: str) -> list[Site]:
    """All sites of a file's text."""
    return _walked(text, file, {})[1]


def planted(text: str, file: str, chosen: Mapping[int, int]) -> str:
    """The text with the sites `chosen` (number -> switch) in it."""
    return ast.unparse(_walked(text, file, chosen)[0]) + "\n"
