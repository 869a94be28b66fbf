"""Data moves one way: scenario -> arrays -> kernel -> runs -> comparison -> figures -> report; shells stand on top."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "realign"
STAGES = {  # a module imports its own stage and earlier ones; equal numbers do not know each other
    "errors": 0, "scenario": 1, "model": 2, "twin": 3, "running": 4, "compare": 4, "report": 5, "verify": 5,
    "terminal": 1, "beside": 5.5, "rare": 5, "margins": 5.5, "alignment": 5.5, "result": 6, "lives": 6, "story": 6,
    "batches": 6.5, "full": 6.5, "game": 7, "cli": 8, "__main__": 9, "__init__": 9,
}  # fmt: skip
KNOWN_TO_EQUALS = {("running", "compare")}  # `--until` asks the comparison whether it is sure enough
THE_USERS = {"realign.model.own_rule"}  # a rule of the user's own is the user's code, and the same for kernel and twin
PURE = {"numpy", "numba", "llvmlite"}  # all that the kernel may lean on besides the standard library
MODULES = sorted(SOURCE.rglob("*.py"))


def stage_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports_of(path: Path) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            names.append(node.module or "")
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_module_imports_only_from_its_own_and_earlier_stages(path):
    own = stage_of(path)
    for name in imports_of(path):
        if name.startswith("realign."):
            other = name.split(".")[1]
            allowed = own == other or STAGES[other] < STAGES[own] or (own, other) in KNOWN_TO_EQUALS
            assert allowed, f"{own} imports {name}"


def test_the_kernel_leans_on_numpy_and_numba_alone():
    import sys

    for path in MODULES:
        if stage_of(path) == "model":
            outside = {name.split(".")[0] for name in imports_of(path)} - set(sys.stdlib_module_names) - {"realign"}
            assert outside <= PURE, f"{path.name} imports {outside - PURE}"


def test_the_twin_shares_no_line_with_the_kernel():
    for path in MODULES:
        if stage_of(path) == "twin":
            names = [name for name in imports_of(path) if name.startswith("realign.") and name not in THE_USERS]
            others = {name.split(".")[1] for name in names}
            assert others <= {"errors", "scenario", "twin"}, f"{path.name} imports {others}"


def test_no_kernel_step_uses_a_hidden_generator_a_clock_or_a_file():
    for path in MODULES:
        if stage_of(path) == "model" and path.name not in ("compiled.py",):
            text = path.read_text(encoding="utf-8")
            for forbidden in ("np.random", "import time", "open(", "print(", "fastmath=True"):
                assert forbidden not in text, f"{path.name} has {forbidden}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_file_holds_one_idea_in_at_most_400_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_module_says_in_at_most_25_lines_what_it_is_for(path):
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert text, f"{path} has no docstring"
    assert len(text.splitlines()) <= 25
