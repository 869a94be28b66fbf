"""What the words mean, by which methods, and how the run was made.

Stage: report. In: `run.json`. Out: pairs of a name and a text, for the page.
Idea: a number without its definition invites the wrong decision, and one without its origin cannot be repeated.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realign.report.words import number

WORDS = (
    (
        "mean value",
        "The value of a week is what the market rewards of what has been attained, times demand: 1 means every "
        "objective attained at normal demand, 0 nothing attained or ruined. It is averaged over the weeks of a future "
        "and then over futures. Below it: its 95 % interval, which says how well the mean is known, not how much "
        "futures vary.",
    ),
    (
        "against the best",
        "The mean difference to the policy ranked first, future by future: every policy met the same worlds, so luck "
        "that strikes both cancels. An interval that reaches 0 means that the two cannot be told apart. The intervals "
        "of one table hold all at once with 95 %; shaded rows are the policies that are, or may be, the best.",
    ),
    ("best in", "The share of futures in which no other policy has a higher value; ties are split evenly."),
    (
        "worst 5 %",
        "The mean value of the unluckiest twentieth of futures (expected shortfall): what bad luck leaves of a policy.",
    ),
    ("ruined", "The share of futures in which cash fell below the credit line; from then on value counts as 0."),
    (
        "strategic alignment",
        "How closely effort follows what the market truly rewards, weighted by people: 1 is perfect, averaged over "
        "weeks and futures.",
    ),
    (
        "regret",
        "What a policy loses, on average, against the one that turned out best in each future: the price of not "
        "knowing the future.",
    ),
    (
        "minimax regret",
        "The largest distance behind the best policy over all stress tests: small for a policy that is a good choice "
        "whichever of them comes true.",
    ),
    (
        "kept, broken, open",
        "A requirement is kept where the share of futures that meet it surely reaches the wanted one, broken where it "
        "surely does not, and open where its interval holds the wanted share.",
    ),
    (
        "stress test",
        "The same futures with something forced upon them: a shock, or a changed parameter.",
    ),
    (
        "cannot be told apart",
        "The futures played do not show which is better. It does not mean that they are equal: more may show it.",
    ),
)

METHODS = (
    (
        "Differences",
        "Student's interval of the paired differences. The best policy is found by the same futures that measure the "
        "distance to it, so intervals are widened until those of all pairs of policies hold at once with 95 %, by as "
        "much as the policies' dependence asks (max-t over draws from their joint law); each stress test is its own.",
    ),
    (
        "Worst 5 %",
        "The mean of the lowest twentieth, with the interval that follows from its form as a maximum of means "
        "(Rockafellar and Uryasev), each mean's limits after Hall's correction for skewness and for small and heavy "
        "tails; none below 400 futures. Ruin rarer than five of the futures it may miss.",
    ),
    (
        "Ruin",
        "The exact interval of a share (Clopper and Pearson). Safer is said only where intervals do not overlap.",
    ),
    (
        "Change under stress",
        "Student's interval of the differences between the two tests of the same policy, on the same futures.",
    ),
    (
        "Chances and requirements",
        "Exact intervals of shares (Clopper and Pearson), each by itself.",
    ),
    (
        "Who may lead",
        "By the mean: whoever's difference to the best has an interval that reaches 0, as in the tables. By other "
        "attitudes: whoever's interval reaches that of the leader, which rules out fewer.",
    ),
    (
        "Dominance",
        "First and second order, by the test of Barrett and Donald with the paired covariance of the curves.",
    ),
    (
        "Bands over time",
        "Quantiles of all futures, week by week: a band is not the path of one future, and ruined futures stay in it.",
    ),
)

_PLAIN = (
    ("command", "command"),
    ("scenario", "name"),
    ("scenario hash", "scenario_hash"),
    ("seed", "seed"),
    ("futures", "futures"),
    ("futures asked for", "futures_wanted"),
    ("weeks", "weeks"),
    ("platform", "platform"),
    ("threads", "threads"),
)


def facts(info: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What `run.json` says about the run, as far as it does, in reading order."""
    told = [(label, _plain(info[key])) for label, key in _PLAIN if info.get(key) not in (None, "")]
    for label, key, unit in (("time", "seconds", "s"), ("speed", "unit_weeks_per_second", "unit-weeks a second")):
        amount = info.get(key)
        if isinstance(amount, int | float) and not isinstance(amount, bool):
            told.append((label, f"{number(float(amount), digits=0 if amount >= 100 else 1)} {unit}"))
    versions = info.get("versions")
    if isinstance(versions, Mapping):
        told.append(("versions", ", ".join(f"{name} {version}" for name, version in versions.items())))
    if info.get("interrupted"):
        told.append(("interrupted", "yes: what was finished is shown"))
    if told:
        told.append(
            (
                "data",
                "outcomes.parquet (every future), weekly.parquet (bands), summary.csv, scenario.toml, run.json",
            )
        )
    return told


def _plain(value: Any) -> str:
    """Whole numbers with thousands set apart, except where they are names: a seed is copied, not read."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10_000_000:
        return f"{value:,}"
    return str(value)
