"""The keys of shocks: arrivals, severities, warnings, causes and effects.

Stage: scenario. In: nothing. Out: the tables of `[[shock]]`, with ranges and meanings.
Idea: a row per key, see `keys`. A severity's keys follow from its `dist`, an effect's from what it is `on`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import pairwise
from typing import Any

from realign.scenario.desk import Desk, shown
from realign.scenario.kinds import Choice, Duration, Name, Number, Reference, Text
from realign.scenario.positions import Path
from realign.scenario.records import Cause, Clustering, Effect, Severity, Shock, WarningSign
from realign.scenario.shapes import Either, Key, Listing, Table, Tables, Variants, Weights

AMOUNT = Number(low=0)
POSITIVE = Number(low=0, low_open=True)
ANY = Number()
SHARE = Number(low=0, high=1)


def _rising(given: Mapping[str, Any], at: Path, desk: Desk, *, keys: tuple[str, ...]) -> None:
    """Rule: low <= mode <= high."""
    for lower, upper in pairwise(keys):
        if lower in given and upper in given and given[lower] > given[upper]:
            message = f"must not be below {lower} = {shown(given[lower])}; swap them?"
            desk.fault((*at, upper), message, found=shown(given[upper]))


def _severity(dist: str, meaning: str, keys: tuple[Key, ...], *, rising: tuple[str, ...] = ()) -> Table:
    """The table of one distribution; its parameters are stored in the order of its keys."""
    optional = {"location": 0.0}

    def build(values: dict[str, Any]) -> Severity:
        numbers = tuple(values.get(key.name, optional.get(key.name, 1.0)) for key in keys if key.name != "values")
        cap = {"max": values["max"]} if "max" in values else {}
        return Severity(dist=dist, parameters=numbers, values=values.get("values", ()), **cap)

    cap = Key("max", Number(low=0, infinite=True), "No severity is above this cap.")
    return Table(
        meaning=meaning,
        record=Severity,
        keys=(Key("dist", Choice([dist]), "The distribution."), *keys, cap),
        rules=(partial(_rising, keys=rising),) if rising else (),
        build=build,
        required=("dist", *(key.name for key in keys if key.name not in optional)),
    )


SEVERITY = Variants(
    by="dist",
    noun="distribution",
    tables={
        "fixed": _severity("fixed", "Always the same.", (Key("value", AMOUNT, "The severity."),)),
        "uniform": _severity(
            "uniform", "Evenly between two bounds.",
            (Key("low", AMOUNT, "The lowest severity."), Key("high", AMOUNT, "The highest severity.")),
            rising=("low", "high"),
        ),
        "triangular": _severity(
            "triangular", "Between two bounds, most likely at a mode.",
            (
                Key("low", AMOUNT, "The lowest severity."),
                Key("mode", AMOUNT, "The most likely severity."),
                Key("high", AMOUNT, "The highest severity."),
            ),
            rising=("low", "mode", "high"),
        ),
        "lognormal": _severity(
            "lognormal", "Its logarithm is normal.",
            (
                Key("median", POSITIVE, "Half of the severities are below this."),
                Key("sigma", Number(low=0, high=10), "Standard deviation of the logarithm."),
            ),
        ),
        "exponential": _severity("exponential", "Exponential.", (Key("mean", POSITIVE, "The mean severity."),)),
        "pareto": _severity(
            "pareto", "A heavy tail: the chance of more than s falls as (min/s)^alpha.",
            (
                Key("min", POSITIVE, "The lowest severity."),
                Key("alpha", POSITIVE, "Tail index: the lower, the heavier; at 1 or below the mean is infinite."),
            ),
        ),
        "gpd": _severity(
            "gpd", "Generalised Pareto, the law of exceedances over a high threshold.",
            (
                Key("location", AMOUNT, "The lowest severity; 0 where not given."),
                Key("scale", POSITIVE, "The scale."),
                Key("shape", Number(low=-10, high=10), "Above 0: heavy tail; 0: exponential; below 0: bounded."),
            ),
        ),
        "empirical": _severity(
            "empirical", "One of the values that were observed, each as likely as the others.",
            (Key("values", Listing(AMOUNT, most=100_000, least=1), "The observed severities."),),
        ),
    },
)  # fmt: skip

FELT = ("capacity", "productivity", "priority", "demand", "clarity")
_LOSS = Number(low=0, high=1000)
_SIZES = {
    "capacity": (_LOSS, "Share of the units' people who cannot work."),
    "productivity": (_LOSS, "Share of the output on the objectives that is lost."),
    "setback": (_LOSS, "Share of the objectives' level that is lost at once."),
    "priority": (ANY, "Added to the logarithm of the objectives' true priority."),
    "demand": (ANY, "Added to the logarithm of demand: -0.25 takes about 22 %."),
    "cash": (ANY, "Money lost at once; below 0 it is money gained."),
    "clarity": (AMOUNT, "Noise added to each step of the communication cascade."),
    "methods": (_LOSS, "Share of the quality of methods that is lost at once."),
    "turnover": (_LOSS, "Share of the units' people who are replaced by newcomers."),
    "leadership": (_LOSS, "How far strategy and perception are reset to the successor's own view (1: wholly)."),
}
_UNITS = Key(
    "units",
    Either(text=Choice(["all", "one"]), array=Listing(Reference("unit"), most=2000, least=1, distinct=True)),
    'Which units are hit: "all", "one" (at random, by people), or a list of names.',
)
_FUNCTIONS = Either(
    text=Reference("function"), array=Listing(Reference("function"), most=2000, least=1, distinct=True)
)
_OBJECTIVES = Key(
    "objectives",
    Either(text=Choice(["all"]), array=Listing(Reference("objective"), most=200, least=1, distinct=True)),
    'Which objectives are hit: "all", or a list of names.',
)


def _one_way_to_fade(given: Mapping[str, Any], at: Path, desk: Desk) -> None:
    """Rule: a felt effect fades with a half-life, or lasts a number of weeks."""
    if not desk.sound(*at):
        return
    if "half_life" in given and "lasts" in given:
        desk.fault((*at, "lasts"), "give either half_life or lasts, not both; remove one", at_key=True)
    elif "half_life" not in given and "lasts" not in given:
        what = given.get("on", "")
        message = f"an effect on {what} needs half_life (it fades) or lasts (it ends); add one of them, in weeks"
        desk.fault(at, message, at_key=True)


def _one_way_to_name_units(given: Mapping[str, Any], at: Path, desk: Desk) -> None:
    """Rule: units are named one by one, or by their function."""
    ways = [key for key in ("units", "function", "functions") if key in given]
    if len(ways) > 1:
        desk.fault((*at, ways[-1]), f"give only one of {' and '.join(ways)}; remove the others", at_key=True)


def _effect(on: str) -> Table:
    """The table of effects on one thing."""
    size, meaning = _SIZES[on]
    keys = [Key("on", Choice([on]), "What is hit."), Key("size", size, f"{meaning} Times the severity.")]
    rules = []
    if on in ("capacity", "turnover"):
        keys += [_UNITS, Key("function", _FUNCTIONS, "The units of this function, or of these, are hit.")]
        keys += [Key("functions", _FUNCTIONS, "The same as function.")]
        rules.append(_one_way_to_name_units)
    if on in ("productivity", "setback", "priority", "methods"):
        keys.append(_OBJECTIVES)
    if on in FELT:
        keys.append(Key("half_life", Duration(infinite=True), "The effect fades with this half-life."))
        keys.append(Key("lasts", Duration(low_open=True, infinite=True), "The effect lasts this long, then ends."))
        rules.append(_one_way_to_fade)
    if on == "leadership":
        view = Weights("objective", AMOUNT, filled=True)
        keys.append(Key("believes", view, "The successor's own view; all objectives alike where not given."))
    return Table(
        meaning=f"An effect on {on}.", record=Effect, keys=tuple(keys), rules=tuple(rules), build=_build_effect,
        required=("on", "size"),
    )  # fmt: skip


def _build_effect(values: dict[str, Any]) -> Effect:
    """`function` may be one name, and "all" objectives are stored as none named."""
    values = {"on": None, "size": 0.0} | values  # stand-ins after a fault
    functions = values.pop("function", values.pop("functions", ()))
    if isinstance(functions, str):
        functions = (functions,)
    if values.get("objectives") == "all":
        del values["objectives"]
    return Effect(functions=functions, **values)


EFFECT = Variants(by="on", noun="effect", tables={on: _effect(on) for on in _SIZES})

CLUSTERING = Table(
    meaning="Arrivals come in clusters: each one makes further ones likelier for a while.",
    record=Clustering,
    keys=(
        Key("branching", Number(low=0, high=1, high_open=True), "Further arrivals expected per arrival, below 1."),
        Key("half_life", Duration(low_open=True), "Half-life of the heightened rate."),
    ),
)
WARNING = Table(
    meaning="Some arrivals are announced.",
    record=WarningSign,
    keys=(
        Key("lead", Duration(low=1, high=5200, whole=True), "Weeks between warning and arrival."),
        Key("chance", SHARE, "Chance that an arrival is announced, at monitoring 1."),
        Key("false_alarms", Number(low=0, high=52), "Warnings a year that nothing follows."),
    ),
)
CAUSE = Table(
    meaning="Another shock that this one may bring on.",
    record=Cause,
    keys=(
        Key("shock", Reference("shock"), "The other shock."),
        Key("chance", SHARE, "Chance that an arrival brings it on."),
        Key("delay", Duration(low=1, high=5200, whole=True), "Weeks in between."),
    ),
)
SHOCK = Table(
    meaning="A disruption: how it arrives, how hard it hits, how soon it is noticed and what it does.",
    record=Shock,
    keys=(
        Key("name", Name(), "Name of the shock."),
        Key("summary", Text(), "What it is, in a sentence."),
        Key("rate", Number(low=0, high=5200), "Arrivals a year."),
        Key("chance", SHARE, "Chance that it strikes once, in a uniformly drawn week."),
        Key("weeks", Listing(Number(low=0, high=5199, whole=True), most=5200, distinct=True), "Scheduled weeks."),
        Key("clustering", CLUSTERING, CLUSTERING.meaning),
        Key("severity", SEVERITY, "How hard it hits; always 1 where not given."),
        Key("recognised_after", Duration(), "Mean weeks until leadership recognises it, at monitoring 1."),
        Key("warning", WARNING, WARNING.meaning),
        Key("causes", Tables(table=CAUSE, most=500), "Other shocks that this one may bring on."),
        Key("effects", Tables(table=EFFECT, most=200), "What it does."),
    ),
)
