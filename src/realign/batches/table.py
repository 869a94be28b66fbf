"""The overview in the terminal.

Stage: batch. In: groups of scenarios. Out: text.
Idea: a line for each case and policy with value, tail, ruin and regret, and below each group the robust choice. Where
that would be too long to read, the lines are left to the page and each policy is shown as it fares at worst.
"""

from __future__ import annotations

from collections.abc import Sequence

from realign.batches.overview import Group, robust_sentence
from realign.report.table import cut, wrapped
from realign.report.words import cells_wide, number, percent, printable, quoted, short

_MOST_LINES = 60  # of a group: more cannot be compared by eye
_LONGEST = 32  # cells of a name
_GAP = "  "


def render_overview(groups: Sequence[Group], *, width: int) -> str:
    """All groups; `width`: columns of the terminal."""
    return "\n\n".join(_group(group, width) for group in groups) + "\n"


def _group(group: Group, width: int) -> str:
    several = len(group.scenarios) > 1
    if len(group.rows) <= _MOST_LINES:
        heads = [*(["scenario"] if several else []), "stress test", "policy", "value", "worst 5 %", "ruin", "regret"]
        rows = [
            [
                *([str(row["scenario"])] if several else []), str(row["stress"]), str(row["policy"]),
                number(row["value"]), number(row["expected_shortfall"]), percent(row["ruined"]), number(row["regret"]),
            ]
            for row in group.rows.to_dict("records")
        ]  # fmt: skip
    else:
        heads = ["policy at worst", "best in", "value", "worst 5 %", "ruin", "regret"]
        rows = [
            [
                fare.policy, f"{fare.first_in} of {group.cases}", number(fare.value[0]), number(fare.tail[0]),
                percent(fare.ruin[0]), number(fare.regret[0]),
            ]
            for fare in group.fares
        ]  # fmt: skip
    title = ", ".join(group.scenarios)
    lines = [cut(printable(title), width), *_table(heads, rows, names=len(heads) - 4 if several or rows else 2)]
    return "\n".join([*lines, wrapped(robust_sentence(group, quoted, number), width)])


def _table(heads: list[str], rows: list[list[str]], *, names: int) -> list[str]:
    """Names to the left, numbers to the right; a name that is that of the line before is left out."""
    shown, last = [], [""] * len(heads)
    for row in rows:
        cells = [short(cell, _LONGEST) if n < names else cell for n, cell in enumerate(row)]
        same = 0
        while same < names - 1 and row[same] == last[same]:
            cells[same] = ""
            same += 1
        shown.append(cells)
        last = row
    widths = [max(cells_wide(row[n]) for row in [heads, *shown]) for n in range(len(heads))]
    return [_line(row, widths, names) for row in [heads, *shown]]


def _line(cells: list[str], widths: list[int], names: int) -> str:
    pads = [" " * (width - cells_wide(cell)) for cell, width in zip(cells, widths)]
    texts = [cell + pad if n < names else pad + cell for n, (cell, pad) in enumerate(zip(cells, pads))]
    return _GAP.join(texts).rstrip()
