"""Builds the notebooks: executes each source and writes it beside, with its outputs.

    python notebooks/build.py [01 ...]

A source is a Python file in cells: `# %%` begins code, `# %% [markdown]` text. The notebook is what comes of executing
it from top to bottom in a fresh kernel, so that no output is older than its source.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent


def cells_of(text: str) -> list[tuple[str, str]]:
    """Kind ("markdown" or "code") and text of each cell of a source."""
    cells = []
    for part in ("\n" + text).split("\n# %%")[1:]:
        head, _, body = part.partition("\n")
        lines = body.strip("\n").splitlines()
        if head.strip() == "[markdown]":
            cells.append(
                ("markdown", "\n".join(line.removeprefix("#").removeprefix(" ") for line in lines))
            )
        else:
            cells.append(("code", "\n".join(lines)))
    return cells


def notebook_of(source: Path) -> nbformat.NotebookNode:
    """The notebook of a source, not yet executed; cells are numbered, so that building again changes no names."""
    make = {"markdown": nbformat.v4.new_markdown_cell, "code": nbformat.v4.new_code_cell}
    cells = [
        make[kind](text, id=f"cell-{n}")
        for n, (kind, text) in enumerate(cells_of(source.read_text("utf-8")))
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return nbformat.v4.new_notebook(cells=cells, metadata=kernel)


def execute(source: Path, *, timeout: int = 600) -> nbformat.NotebookNode:
    """The notebook of a source with its outputs; raises where a cell fails."""
    client = NotebookClient(
        notebook_of(source), timeout=timeout, kernel_name="python3", record_timing=False,
        resources={"metadata": {"path": str(source.parent)}},
    )  # fmt: skip
    found = client.execute()
    found.metadata.pop("language_info", None)
    return found


def main(words: list[str]) -> None:
    for source in sorted(HERE.glob("[0-9][0-9]_*.py")):
        if not words or any(source.name.startswith(word) for word in words):
            nbformat.write(execute(source), source.with_suffix(".ipynb"))
            print(source.with_suffix(".ipynb").name)


if __name__ == "__main__":
    main(sys.argv[1:])
