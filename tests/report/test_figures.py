"""Figures: what they show, and what they must not do."""

import subprocess
import sys

import pytest
from matplotlib.figure import Figure
from report_folder import write_result

from realign.errors import UsageError
from realign.report import Plots, gather
from realign.report.figures import FIGURES
from realign.report.gallery import PLATES, plates
from realign.report.style import COLOURS, colour_of


def drawn(folder, **options):
    evidence = gather(write_result(folder, **options))
    return {plate.name: (plate.draw(evidence), plate.alt(evidence)) for plate in plates(evidence)}


@pytest.mark.parametrize("count", [2, 8, 11])
def test_every_figure_can_be_drawn_for_few_and_many_policies(tmp_path, count):
    policies = tuple(f"Policy {index}" for index in range(count))
    made = drawn(tmp_path, policies=policies, means=[0.5 + 0.01 * index for index in range(count)], futures=60)
    assert set(made) == {plate.name for plate in PLATES}
    for figure, alt in made.values():
        assert figure.png().startswith(b"\x89PNG")
        assert len(alt) > 40


def test_one_policy_has_no_figure_of_differences(tmp_path):
    made = drawn(tmp_path, policies=("Plan",), means=(0.5,), stresses=("baseline",), futures=20)
    assert "difference" not in made and "ranking" in made


def test_a_run_without_weekly_series_still_has_the_other_figures(tmp_path):
    write_result(tmp_path, futures=30)
    (tmp_path / "weekly.parquet").unlink()
    assert [plate.name for plate in plates(gather(tmp_path))] == ["ranking", "difference", "tradeoff"]


def test_names_with_dollar_signs_and_foreign_letters_are_drawn_without_warning(tmp_path):
    made = drawn(
        tmp_path, policies=("$5 and $10^", "麦の計画", "<b> & \\alpha_{1}"), futures=60, stresses=("baseline", "$x$")
    )
    for figure, _ in made.values():
        figure.svg()
        figure.png()


def test_a_policy_keeps_its_colour_whatever_its_rank():
    assert colour_of(["a", "b"]) == {"a": COLOURS[0], "b": COLOURS[1]}


def test_the_alternative_text_tells_the_numbers(tmp_path):
    made = drawn(tmp_path)
    assert "Prepared 0.5" in made["ranking"][1]
    assert "chance of ruin" in made["tradeoff"][1]


def test_the_same_figure_gives_the_same_bytes(tmp_path):
    evidence = gather(write_result(tmp_path, futures=60))
    for plate in plates(evidence):
        assert plate.draw(evidence).svg() == plate.draw(evidence).svg()


def test_plots_of_a_result_are_figures_and_unknown_names_are_refused(tmp_path):
    plots = Plots(write_result(tmp_path, futures=60))
    for figure in (
        plots.compare(),
        plots.fan("cash"),
        plots.survival(),
        plots.difference(stress="Storm"),
        plots.tradeoff(),
    ):
        assert isinstance(figure, Figure)
    assert plots.attainment()._repr_png_().startswith(b"\x89PNG")
    with pytest.raises(UsageError, match="valeu"):
        plots.fan("valeu")
    with pytest.raises(UsageError, match="Strom"):
        plots.fan("value", stress="Strom")


def test_every_figure_is_in_the_registry():
    assert set(FIGURES) == {"ranking", "fan", "survival", "difference", "attainment", "tradeoff"}


def test_neither_pyplot_nor_matplotlib_is_imported_before_a_figure_is_drawn(tmp_path):
    write_result(tmp_path, futures=30)
    program = (
        "import sys, realign.report, realign.report.table\n"
        "assert 'matplotlib' not in sys.modules\n"
        f"realign.report.write_report({str(tmp_path)!r})\n"
        "assert 'matplotlib.figure' in sys.modules and 'matplotlib.pyplot' not in sys.modules\n"
        "assert 'scipy' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
