"""How figures look: colours, fonts, and a Figure that shows itself in a notebook.

Stage: report. In: nothing. Out: the palette, matplotlib settings, `Picture`.
Idea: matplotlib's object interface only, so that no window is touched; settings hold while a figure is made and
saved, not beyond. A policy has the same colour in every figure: its place in the scenario decides. The
colours are those of Okabe and Ito, told apart with any colour vision, less the yellow lost on paper.
Ink, grid and paper are fixed colours that the page replaces by its own, so that figures follow light and dark.
Source: M. Okabe, K. Ito, Color Universal Design, 2002.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Sequence
from functools import wraps
from io import BytesIO
from typing import Any, NamedTuple, ParamSpec, TypeVar, cast

from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from realign.report.words import FONTS, cells_wide, short

INK, MUTED, RULE, PAPER = "#1f2a33", "#5c6873", "#d8dee4", "#fefefe"
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c6d46", "#7a7a7a")
DASHES: tuple[Any, ...] = ("-", (0, (5, 1.5)), (0, (1.5, 1.2)), (0, (5, 1.5, 1.5, 1.5)))
MARKERS = "osD^vPX<>hdp"

_SPACES = re.compile(r"(?<=[^\s>])   (?=[^\s<])")  # between words of a text; elsewhere they are layout of the file
_BETWEEN = 0.52  # inches between rows of panels
SETTINGS: Any = {
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same widths on every machine
    "font.size": 9,
    "text.parse_math": False,  # a dollar sign in a name is a dollar sign
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "axes.facecolor": "none",
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.unicode_minus": True,
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.major.size": 3,
    "ytick.left": False,
    "ytick.major.size": 0,  # and so no room for them
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "svg.hashsalt": "realign",  # the same figure gives the same bytes
    "svg.fonttype": "none",  # letters, not their outlines: a third of the size
    "path.simplify_threshold": 0.3,
}

_P = ParamSpec("_P")
_R = TypeVar("_R")


class Picture(Figure):
    """A Figure on an Agg canvas that carries its settings along and shows itself in a notebook."""

    def __init__(self, width: float, height: float) -> None:
        super().__init__(figsize=(width, height))
        FigureCanvasAgg(self)

    def savefig(self, fname: Any, **options: Any) -> None:
        """As matplotlib's, under the settings above; characters that the font lacks are drawn as boxes."""
        with rc_context(SETTINGS), warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Glyph .* missing from")
            super().savefig(fname, **options)

    def _repr_png_(self) -> bytes:
        return self.png()

    def png(self, *, dpi: int = 120) -> bytes:
        """The bytes of a PNG file."""
        into = BytesIO()
        self.savefig(into, format="png", dpi=dpi, metadata={"Software": None}, pil_kwargs={"compress_level": 1})
        return into.getvalue()

    def svg(self) -> str:
        """The text of an SVG file; no date in it.

        Its letters stay text, to be found, copied and read aloud; several spaces are kept apart as on paper.
        """
        into = BytesIO()
        self.savefig(into, format="svg", metadata={"Date": None, "Creator": None})
        text = into.getvalue().decode("utf-8").replace("'DejaVu Sans'", FONTS)
        return _SPACES.sub(lambda spaces: "\u00a0" * (len(spaces[0]) - 1) + " ", text)


def rehearse() -> None:
    """Make a picture of nothing much, so that fonts and writers are there when the first one is wanted."""
    picture = Picture(1, 1)
    picture.text(0, 0, "0")
    picture.svg()
    picture.png()


def styled(draw: Callable[_P, _R]) -> Callable[_P, _R]:
    """Draws under the settings above."""

    @wraps(draw)
    def under_settings(*args: _P.args, **options: _P.kwargs) -> _R:
        with rc_context(SETTINGS):
            return draw(*args, **options)

    return under_settings


def colour_of(policies: Sequence[str]) -> dict[str, str]:
    """Policy -> its colour, by its place in the scenario."""
    return {policy: COLOURS[index % len(COLOURS)] for index, policy in enumerate(policies)}


def dash_of(policies: Sequence[str]) -> dict[str, Any]:
    """Policy -> its line: neighbours differ in dashes too, for print without colour."""
    return {policy: DASHES[(index + index // len(COLOURS)) % len(DASHES)] for index, policy in enumerate(policies)}


class Look(NamedTuple):
    """How a policy looks in every figure: its place in the scenario decides."""

    place: int
    colour: str
    dash: Any
    marker: str


def look_of(policies: Sequence[str]) -> dict[str, Look]:
    """Policy -> its look; no two of the first 24 are alike, and neighbours differ without colour too."""
    colours, dashes = colour_of(policies), dash_of(policies)
    return {
        policy: Look(index, colours[policy], dashes[policy], MARKERS[index % len(MARKERS)])
        for index, policy in enumerate(policies)
    }


def layout(
    figure: Figure, *, left: float, right: float = 0.2, top: float = 0.75, bottom: float = 0.55, wspace: float = 0.2,
    rows: int = 1, hspace: float | None = None,
) -> None:  # fmt: skip
    """Margins in inches: fast and steady, where an automatic layout would measure every text twice.

    Between rows of panels there is room for ticks, a label and a title, unless hspace (in panel heights) says more.
    """
    width, height = figure.get_size_inches()
    panel = (height - top - bottom - _BETWEEN * (rows - 1)) / rows
    figure.subplots_adjust(
        left=left / width, right=1 - right / width, top=1 - top / height, bottom=bottom / height, wspace=wspace,
        hspace=_BETWEEN / panel if hspace is None else hspace,
    )  # fmt: skip
    for axes in figure.axes:
        for text in axes.get_children():
            if isinstance(text, Text) and text not in axes.texts and text.get_fontweight() == "bold":
                _fit(text, 1.05 * axes.get_position().width * width)  # the panel's title


def _fit(text: Text, inches: float) -> None:
    """Shortens a title to the panel that it stands above."""
    canvas = cast(FigureCanvasAgg, text.get_figure(root=True).canvas)  # type: ignore[union-attr]
    words = text.get_text()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        wide = canvas.get_renderer().get_text_width_height_descent(words, text.get_fontproperties(), False)[0]
    room = inches * canvas.figure.dpi / wide if wide > 0 else 1.0
    if room < 1:
        text.set_text(short(words, max(int(room * cells_wide(words)), 8)))


def headed(figure: Figure, title: str, subtitle: str = "") -> None:
    """What one sees, in words, and below it what is shown; both at the left edge."""
    width, height = figure.get_size_inches()
    title, subtitle = _cut(title, int(width * 9.6)), _cut(subtitle, int(width * 14.5))
    figure.text(0.12 / width, 1 - 0.1 / height, title, va="top", size=11.5, weight="bold")
    figure.text(0.12 / width, 1 - 0.34 / height, subtitle, va="top", size=8.5, color=MUTED)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"
