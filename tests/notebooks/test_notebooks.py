"""The notebooks: each is what its source gives, none failed, and all still run from top to bottom."""

import sys
from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
nbformat = pytest.importorskip("nbformat", reason="pip install '.[dev]'")
pytest.importorskip("nbclient", reason="pip install '.[dev]'")
sys.path.insert(0, str(NOTEBOOKS))
from build import cells_of, execute  # noqa: E402

SOURCES = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.py"))
LARGEST = 600_000  # bytes of a notebook with its outputs: they are kept light


def test_there_are_six_of_them():
    assert [source.name[:2] for source in SOURCES] == ["01", "02", "03", "04", "05", "06"]


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_a_notebook_is_its_source_executed_without_a_fault(source):
    kept = nbformat.read(source.with_suffix(".ipynb"), as_version=4)
    assert [(c.cell_type, c.source) for c in kept.cells] == cells_of(source.read_text("utf-8")), (
        "python notebooks/build.py makes it anew"
    )
    code = [cell for cell in kept.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    for cell in code:
        for output in cell.outputs:
            assert output.output_type != "error" and output.get("name") != "stderr", output
    assert source.with_suffix(".ipynb").stat().st_size < LARGEST


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom(source):
    execute(source, timeout=900)
