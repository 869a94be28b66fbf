"""Figures: what they show, and what they must not do."""

import subprocess
import sys
from itertools import combinations

import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from report_folder import write_result

from realign.errors import UsageError
from realign.report import Plots, alternatives, gather
from realign.report.figures import FIGURES, panels
from realign.report.gallery import PLATES, plates
from realign.report.style import COLOURS, colour_of, look_of


def drawn(folder, **options):
    evidence = gather(write_result(folder, **options))
    return {plate.name: (plate.draw(evidence), plate.alt(evidence)) for plate in plates(evidence)}


@pytest.mark.parametrize("count", [2, 8, 11])
def test_every_figure_can_be_drawn_for_few_and_many_policies(tmp_path, count):
    policies = tuple(f"Policy {index}" for index in range(count))
    made = drawn(tmp_path, policies=policies, means=[0.5 + 0.01 * index for index in range(count)], futures=60)
    assert set(made) == {plate.name for plate in PLATES if not plate.name.startswith(("worth_", "audit_"))}
    for figure, alt in made.values():
        assert figure.png().startswith(b"\x89PNG")
        assert len(alt) > 40


def test_one_policy_has_no_figure_of_differences(tmp_path):
    made = drawn(tmp_path, policies=("Plan",), means=(0.5,), stresses=("baseline",), futures=20)
    assert "difference" not in made and "ranking" in made


def test_a_run_without_weekly_series_still_has_the_other_figures(tmp_path):
    write_result(tmp_path, futures=30)
    (tmp_path / "weekly.parquet").unlink()
    assert [plate.name for plate in plates(gather(tmp_path))] == [
        "ranking", "gaps", "heat", "spread", "difference", "tradeoff",
    ]  # fmt: skip


def test_names_with_dollar_signs_and_foreign_letters_are_drawn_without_warning(tmp_path):
    made = drawn(
        tmp_path, policies=("$5 and $10^", "麦の計画", "<b> & \\alpha_{1}"), futures=60, stresses=("baseline", "$x$")
    )
    for figure, _ in made.values():
        figure.svg()
        figure.png()


def test_titles_of_panels_with_long_names_do_not_reach_into_each_other(tmp_path):
    policies = tuple(f"A policy with so long a name that no panel could ever hold all of it: {n}" for n in range(12))
    stresses = ("baseline", *(f"A stress test which is called by a long sentence as well: {n}" for n in range(8)))
    made = drawn(tmp_path, policies=policies, means=[0.5] * 12, futures=60, stresses=stresses)
    for name, (figure, _) in made.items():
        figure.canvas.draw()
        titles = {
            text: text.get_window_extent()
            for axes in figure.axes
            for text in axes.get_children()
            if isinstance(text, Text) and text not in axes.texts and text.get_text() and axes.get_visible()
        }
        for one, other in combinations(titles, 2):
            assert not titles[one].overlaps(titles[other]), (name, one.get_text(), other.get_text())
        assert all(box.x1 <= figure.bbox.x1 for box in titles.values()), name
        for legend in figure.legends:
            assert legend.get_window_extent().y0 >= 0, name


def test_with_many_stress_tests_each_policy_shows_only_the_one_that_lowers_it_most(tmp_path):
    stresses = ("baseline", *(f"Storm {n}" for n in range(6)))
    figure, _ = drawn(tmp_path, stresses=stresses, futures=60)["tradeoff"]
    shown = [text.get_text() for text in figure.legends[0].get_texts()]
    assert [name for name in shown if name.startswith("Storm")] == ["Storm 5"]  # each lowers value more than the last


def test_policies_whose_worst_stress_tests_differ_are_drawn_together():
    rows = [
        {"stress": stress, "policy": policy, "value": value, "ruined": 0.1, "rank": 1, "value_low": value,
         "value_high": value, "ruined_low": 0.0, "ruined_high": 0.2}
        for policy, values in {"A": (1, 0.5, 0.6, 0.7, 0.8), "B": (1, 0.6, 0.5, 0.7, 0.8)}.items()
        for stress, value in zip(("baseline", "1", "2", "3", "4"), values)
    ]  # fmt: skip
    shown = [text.get_text() for text in FIGURES["tradeoff"](pd.DataFrame(rows)).legends[0].get_texts()]
    assert shown == ["A", "B", "1", "2"]


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
        plots.gaps(),
        plots.spread(),
        plots.recovery(),
        plots.alignment(stress="Storm"),
    ):
        assert isinstance(figure, Figure)
    assert plots.attainment()._repr_png_().startswith(b"\x89PNG")
    with pytest.raises(UsageError, match="valeu"):
        plots.fan("valeu")
    with pytest.raises(UsageError, match="Strom"):
        plots.fan("value", stress="Strom")


def test_every_figure_is_in_the_registry():
    assert set(FIGURES) == {
        "ranking", "gaps", "heat", "tradeoff", "spread", "difference", "fan", "survival", "recovery", "alignment",
        "attainment",
    }  # fmt: skip


def test_panels_draw_on_axes_that_are_given_and_give_them_back(tmp_path):
    evidence = gather(write_result(tmp_path, futures=60))
    looks = look_of(evidence.policies)
    first = evidence.summary[evidence.summary["stress"] == "baseline"]
    value = evidence.weekly.query("series == 'value' and stress == 'baseline'")
    tables = {
        panels.ranked: (first, {"looks": looks}),
        panels.gaps: (first, {"looks": looks}),
        panels.fan: (value[value["policy"] == "Plan"], {"look": looks["Plan"]}),
        panels.lines: (value, {"looks": looks}),
        panels.cumulative: (evidence.curves.query("stress == 'baseline'"), {"looks": looks}),
        panels.ridges: (evidence.bins, {"looks": looks}),
        panels.tail: (evidence.tails, {"looks": looks}),
        panels.heat: (first.pivot(index="policy", columns="stress", values="value"), {"colour": "#0b4f8a"}),
    }
    for draw, (table, options) in tables.items():
        axes = Figure().subplots()
        before = len(axes.get_children())
        assert draw(table, axes, **options) is axes
        assert len(axes.get_children()) > before


def test_no_two_of_two_dozen_policies_look_alike():
    looks = look_of([str(n) for n in range(24)]).values()
    assert len({(look.colour, look.marker) for look in looks}) == 24
    assert all(a.dash != b.dash and a.marker != b.marker for a, b in zip(list(looks), list(looks)[1:]))


def test_colours_of_neighbours_differ_in_grey_or_by_dash_and_marker():
    looks = list(look_of([str(n) for n in range(8)]).values())
    for a in looks:
        for b in looks:
            assert a is b or abs(grey(a.colour) - grey(b.colour)) > 0.05 or (a.dash, a.marker) != (b.dash, b.marker)


def grey(colour):
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_heat_map_shows_value_and_distance_to_the_best(tmp_path):
    evidence = gather(write_result(tmp_path, futures=60))
    left, right = Plots(evidence).heat().axes
    shown = [text.get_text() for text in left.texts]
    assert len(shown) == len(right.texts) == 3 * 2
    assert {text.get_text() for text in right.texts if text.get_text() == "0.000"} == {"0.000"}
    assert "stress" in alternatives.heat(evidence) and "behind" in alternatives.heat(evidence)


def test_every_axis_of_every_figure_has_a_label_or_names_for_ticks(tmp_path):
    for name, (figure, _) in drawn(tmp_path, futures=60).items():
        seen = [axes for axes in figure.axes if axes.get_visible()]
        assert any(axes.get_xlabel() for axes in seen) or name == "heat"
        labels = [text.get_text() for axes in seen for text in axes.get_yticklabels()]
        assert any(axes.get_ylabel() for axes in seen) or any(label in labels for label in ("Plan", "Prepared"))


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
