"""The figures: one function per question.

Stage: report. In: frames (the summary, the weekly series, the curves). Out: a matplotlib Figure each.
Idea: which policy is ahead in each stress test (`ranking`), how far and how surely (`gaps`)? Where does it break
(`heat`)? What does value cost in ruin (`tradeoff`)? How is it spread over futures (`spread`), and its difference to the
best (`difference`)? How does a quantity move over the weeks (`fan`)? Who is alive when (`survival`)? How deep is the
fall under stress, and when is it made good (`recovery`)? Who understands the strategy (`alignment`)? What has been
attained (`attainment`)? Each is a page of panels; the panels are plain functions, a table and Axes in, Axes out
(`realign.report.figures.panels`), for notebooks. Titles say what is seen; nothing here decides anything.
To add a figure: write the function and name it in `FIGURES`.
"""

from collections.abc import Callable

from matplotlib.figure import Figure

from realign.report.figures.distribution import difference, spread
from realign.report.figures.ranked import gaps, heat, ranking, tradeoff
from realign.report.figures.weeks import alignment, attainment, fan, recovery, survival

FIGURES: dict[str, Callable[..., Figure]] = {
    "ranking": ranking,
    "gaps": gaps,
    "heat": heat,
    "tradeoff": tradeoff,
    "spread": spread,
    "difference": difference,
    "fan": fan,
    "survival": survival,
    "recovery": recovery,
    "alignment": alignment,
    "attainment": attainment,
}

__all__ = [
    "FIGURES", "alignment", "attainment", "difference", "fan", "gaps", "heat", "ranking", "recovery", "spread",
    "survival", "tradeoff",
]  # fmt: skip
