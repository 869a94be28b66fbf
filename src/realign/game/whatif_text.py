"""A what-if as text: the ranked table of options, and fans of two of them.

Stage: game. In: a what-if. Out: lines of at most `width` columns.
Idea: a table that fits a terminal of 80 columns; below it, for the best option and for the first, how value may go, as
the fan's median and band some weeks ahead. The fans themselves are `WhatIf.plot`.
"""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from realign.game.text import Ink

if TYPE_CHECKING:
    from realign.game.whatif import WhatIf

FEW = 30  # effective candidates; below it a warning is due
SPANS = (4, 13, 26, 52, 104)  # weeks ahead
_NAME, _BAND = 20, 19  # columns
_COLUMNS = 56  # that a line of the table takes beside the name of its option


def whatif_text(found: WhatIf, *, width: int = 100, colour: bool = False) -> str:
    """The ranked table of options, and the fans of the best and of the first."""
    ink, table, first = Ink(colour=colour), found.table, found.options[0]
    size = min(max(max(len(name) for name in table["option"]), 6), max(width - _COLUMNS, 12))
    head = f"   {'option':<{size}} {'value':>6}  {f'against {first.lower()} ±95%':<17} {'better':>6} {'ruin':>6}"
    lines = [
        ink.bold(f"What if, from week {found.first} to {found.last}: {found.value.shape[1]:,} continuations of each"),
        ink.dim(f"{head} {'final cash':>12}"),
    ]
    for rank, row in table.iterrows():
        gain = "—"
        if row["option"] != first:
            gain = f"{row['gain']:+.4f} ± {(row['gain_high'] - row['gain_low']) / 2:.4f}"
        gain = f"{gain:<17}"
        sure = ink.good(gain) if row["gain_low"] > 0 else ink.bad(gain) if row["gain_high"] < 0 else gain
        lines.append(
            f"{rank:>2} {_cut(row['option'], size):<{size}} {row['value']:>6.3f}  {sure} {row['better']:>6.0%} "
            f"{row['ruined']:>6.1%} {row['final_cash']:>12,.0f}"
        )
    lines += _fans(found, width, ink)
    lines.append(ink.dim(_caveat(found)))
    return "\n".join(lines)


def _cut(name: str, size: int) -> str:
    return name if len(name) <= size else name[: size - 1] + "…"


def _fans(found: WhatIf, width: int, ink: Ink) -> list[str]:
    """How value may go under the best option and under the first: median, and the band of 90 % of continuations."""
    spans = [span for span in SPANS if found.first + span <= found.last][: max((width - _NAME) // _BAND, 1)]
    bands = found.fan("value", shares=(0.05, 0.5, 0.95))
    lines = [ink.dim(f"{'   value in':<{_NAME}}" + "".join(f"{f'{span} wk':>{_BAND}}" for span in spans))]
    for name in dict.fromkeys([str(found.table["option"].iloc[0]), found.options[0]]):
        band = bands[list(found.options).index(name)]
        cells = (f"{band[1, s - 1]:.2f} ({band[0, s - 1]:.2f}–{band[2, s - 1]:.2f})" for s in spans)
        lines.append(f"   {_cut(name, _NAME - 3):<{_NAME - 3}}" + "".join(f"{cell:>{_BAND}}" for cell in cells))
    return lines if spans else []


def _caveat(found: WhatIf) -> str:
    if isnan(found.effective):
        return "From the true present, which only the facilitator knows; the future is open."
    doubt = " Few fit, so the present is known less well than this looks." if found.effective < FEW else ""
    doubt = f" No candidate fitted at {found.lost} weighings: be careful." if found.lost else doubt
    return f"From what this seat knows: {found.effective:,.0f} effective candidates for the present.{doubt}"
