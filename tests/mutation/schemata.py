"""A copy of the engine with many mutations in it, of which one at a time is switched on while it runs.

A mutation replaces a piece of one function by another. In the copy every such piece stands beside what it replaces,

    x = (a - b) if mutant() == 7 else (a + b)

so that the kernel is compiled once for all its mutants ("mutant schemata", Untch, Offutt and Harrold 1993), not once
for each. `mutant()` reads a word of memory, in Python and in compiled code alike; 0 is the engine as it is.

    build([Mutation("model/work.py", "produce", "loss > 0.0", "loss > 1.0")], folder)
    # then, with `folder` first on the path: realign.mutant.switch_to(1)
"""

import ast
import os
import shutil
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "realign"
SWITCH = '''"""Which mutation is on; 0: none."""

import ctypes

import numba
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic, overload

_NUMBER = ctypes.c_int64(0)
_ADDRESS = ctypes.addressof(_NUMBER)


def mutant():
    return _NUMBER.value


def switch_to(number):
    _NUMBER.value = number


if not numba.config.DISABLE_JIT:

    @intrinsic
    def _load(context):
        def generate(context, builder, signature, arguments):
            word = builder.inttoptr(ir.Constant(ir.IntType(64), _ADDRESS), ir.IntType(64).as_pointer())
            return builder.load_atomic(word, "monotonic", 8)  # atomic: never moved out of a loop, which would copy it

        return types.int64(), generate

    @overload(mutant)
    def _mutant():
        return lambda: _load()
'''


@dataclass(frozen=True)
class Mutation:
    """In `function` of `file`, which has `old` once, `new` in its place: both expressions, or both statements.

    `new` of "" skips a statement.
    """

    file: str  # below src/realign
    function: str  # a method as Class.method; empty: anywhere in the file
    old: str
    new: str


def _function(tree: ast.Module, name: str) -> ast.AST:
    found: ast.AST = tree
    for part in name.split(".") if name else []:
        places = [node for node in ast.walk(found) if isinstance(node, ast.FunctionDef | ast.ClassDef)]
        (found,) = [node for node in places if node.name == part]
    return found


def place_of(mutation: Mutation, text: str) -> tuple[int, int]:
    """Where `old` stands in a file's text; raises ValueError where it is not there exactly once."""
    lines = text.splitlines(keepends=True)
    function = _function(ast.parse(text), mutation.function)
    first, last = (function.lineno - 1, function.end_lineno) if mutation.function else (0, len(lines))  # type: ignore[attr-defined]
    begin, end = sum(map(len, lines[:first])), sum(map(len, lines[:last]))
    if text.count(mutation.old, begin, end) != 1:
        number = text.count(mutation.old, begin, end)
        raise ValueError(f"{mutation.file}, {mutation.function}: {mutation.old!r} is there {number} times")
    at = text.index(mutation.old, begin, end)
    return at, at + len(mutation.old)


def _is_statement(text: str, begin: int, end: int) -> bool:
    """Whether whole lines are replaced, which hold statements of their own."""
    before, after = text[text.rfind("\n", 0, begin) + 1 : begin], text[end : text.find("\n", end)]
    try:
        ast.parse(textwrap.dedent(before + text[begin:end]))
    except SyntaxError:
        return False
    return not before.strip() and not after.split("  #")[0].strip()


def _with_choice(text: str, mutation: Mutation, number: int, begin: int, end: int) -> str:
    """The text with the choice between old and new at a place."""
    if not _is_statement(text, begin, end):
        choice = f"(({mutation.new}) if mutant() == {number} else ({text[begin:end]}))"
        return text[:begin] + choice + text[end:]
    start = text.rfind("\n", 0, begin) + 1
    indent = text[start:begin]

    def block(code: str) -> str:
        return textwrap.indent(textwrap.dedent(indent + code), indent + "    ")

    stop = text.find("\n", end)
    choice = f"{indent}if mutant() == {number}:\n{block(mutation.new or 'pass')}\n"
    return text[:start] + choice + f"{indent}else:\n{block(text[begin:end])}" + text[stop:]


def importing(text: str) -> str:
    """The text with the switch imported behind its own imports."""
    imports = [node for node in ast.parse(text).body if isinstance(node, ast.Import | ast.ImportFrom)]
    docstring = ast.parse(text).body[0]
    at = imports[-1].end_lineno if imports else docstring.end_lineno
    lines = text.splitlines(keepends=True)
    assert at is not None
    return "".join([*lines[:at], "from realign.mutant import mutant\n", *lines[at:]])


def mutated(text: str, numbered: Sequence[tuple[int, Mutation]]) -> str:
    """A file's text with all its mutations in it; places that overlap are given the innermost choice first."""
    places = [(place_of(mutation, text), number, mutation) for number, mutation in numbered]
    by_place: dict[tuple[int, int], list[tuple[int, Mutation]]] = {}
    for place, number, mutation in places:
        by_place.setdefault(place, []).append((number, mutation))
    kept = sorted(by_place)
    for one, other in pairwise(kept):
        if other[0] < one[1]:
            raise ValueError(f"mutations overlap: {by_place[one][0][1]} and {by_place[other][0][1]}")
    for begin, end in reversed(kept):
        stop = end
        for number, mutation in by_place[begin, end]:
            before = len(text)
            text = _with_choice(text, mutation, number, begin, stop)
            stop += len(text) - before
    return text


def build(mutations: Sequence[Mutation], folder: Path) -> None:
    """A copy of the package in `folder`, with mutation n behind switch n + 1."""
    by_file: dict[str, list[tuple[int, Mutation]]] = {}
    for number, mutation in enumerate(mutations, start=1):
        by_file.setdefault(mutation.file, []).append((number, mutation))
    copy(folder)
    for file, numbered in by_file.items():
        path = folder / "realign" / file
        path.write_text(importing(mutated(path.read_text(encoding="utf-8"), numbered)), encoding="utf-8")


def copy(folder: Path) -> None:
    """A copy of the package in `folder`, with the switch in it; each process compiles its kernel anew."""
    target = folder / "realign"
    shutil.copytree(SOURCE, target, ignore=shutil.ignore_patterns("__pycache__"))
    (target / "mutant.py").write_text(SWITCH, encoding="utf-8")
    compiling = target / "model" / "compiled.py"
    text = compiling.read_text(encoding="utf-8")
    assert "cache=CACHE_IS_WRITABLE" in text
    # a word of memory of this process is in the code
    compiling.write_text(text.replace("cache=CACHE_IS_WRITABLE", "cache=False"), encoding="utf-8")


def copy_twin(folder: Path) -> None:
    """A copy of the twin alone, with the switch beside it: the kernel stays the one that is compiled already."""
    target = folder / "realign"
    shutil.copytree(SOURCE / "twin", target / "twin", ignore=shutil.ignore_patterns("__pycache__"))
    (target / "mutant.py").write_text(SWITCH, encoding="utf-8")


def environment(folder: Path) -> dict[str, str]:
    """Environment variables under which Python imports the copy, and what it lacks from the source."""
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), str(SOURCE.parent)])}
