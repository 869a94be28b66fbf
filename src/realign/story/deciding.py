"""A decision in words: what leadership read and believed, how it reckoned, what moved and by how much.

Stage: story. In: a life, a decision. Out: sentences.
Idea: numbers are given for the objectives between which effort moved, three at most: more cannot be heard. A decision
that moved next to nothing confirms the course, and that is what is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from realign.report.words import listed
from realign.story.phrases import LEAST, MANY, NOTHING, Voice, at_most, count, level, named, share, weeks_listed
from realign.story.reading import distance, policy_of, shares_of
from realign.story.reasons import because, reckoned
from realign.twin.leadership import Decision
from realign.twin.life import Life

_TOLD = 3  # objectives
WEIGHTY = 0.04  # of effort: a decision worth telling in full


def moved_words(life: Life, decision: Decision) -> str:
    """from Bread (65 % to 53 %) to Orders (10 % to 22 %)."""
    old, new = decision.before, decision.strategy
    change = {name: new[name] - old[name] for name in sorted(new)}
    ups = _largest({name: by for name, by in change.items() if by > 0.0})
    downs = _largest({name: -by for name, by in change.items() if by < 0.0})
    if not ups or not downs:
        return "between the objectives"
    shifts = {name: (share(old[name]), share(new[name])) for name in (*ups, *downs)}
    downs, ups = ([name for name in names if name == names[0] or len(set(shifts[name])) > 1] for names in (downs, ups))
    said = {
        name: f"{named(name)} ({was} to {is_now})" if was != is_now else named(name)
        for name, (was, is_now) in shifts.items()
    }
    return f"from {listed([said[name] for name in downs])} to {listed([said[name] for name in ups])}"


def _largest(change: Mapping[str, float]) -> list[str]:
    """The two largest, without those that hardly count."""
    order = sorted(change, key=lambda name: -change[name])[:2]
    return [name for name in order if change[name] >= 0.25 * change[order[0]]]


def _told(life: Life, decision: Decision) -> list[str]:
    """The objectives that are worth naming: where most moved, in the order of the file."""
    old, new = decision.before, decision.strategy
    order = sorted(new, key=lambda name: -abs(new[name] - old[name]))[:_TOLD]
    return [objective.name for objective in life.scenario.objectives if objective.name in order]


def saw_words(life: Life, decision: Decision, voice: Voice) -> str:
    """What the rule saw: readings, and priorities as perceived beside the true ones."""
    names = _told(life, decision)
    view = decision.view
    targets = {objective.name: objective.target for objective in life.scenario.objectives}
    readings = listed([f"{named(name)} at {level(view.readings[name])} of {level(targets[name])}" for name in names])
    seen = _to_one_another(view.perceived, names)
    true = shares_of(life, decision.week, "market", "priority")
    off = distance(view.perceived, true)
    in_truth = f"in truth {_to_one_another(true, names)}" if off >= 0.03 else "and was about right"
    return voice.turn(
        "saw",
        f"The books showed {readings}, and leadership took these to be worth {seen} to the market ({in_truth})",
        f"On the table lay {readings}; the market was believed to weigh them {seen} ({in_truth})",
        f"Leadership read {readings} and thought that customers reward them {seen} ({in_truth})",
    )


def read_words(life: Life, decision: Decision) -> str:
    """All that the rule saw: each reading, and the priority perceived beside the true one."""
    view, true = decision.view, shares_of(life, decision.week, "market", "priority")
    return "; ".join(
        f"{named(goal.name)} at {level(view.readings[goal.name])} of {level(goal.target)}, "
        f"believed to be worth {share(view.perceived[goal.name])} (in truth {share(true[goal.name])})"
        for goal in life.scenario.objectives
    )


def _to_one_another(shares: Mapping[str, float], names: list[str]) -> str:
    return " to ".join(f"{100 * shares[name]:.0f}" for name in names)


def decision_words(life: Life, decision: Decision, voice: Voice) -> list[str]:
    """A weighty decision, told in full."""
    stride = policy_of(life).stride
    if stride == 1.0 or not isfinite(stride):
        partly = ""
    else:
        partly = f"; going {share(stride)} of the way was the habit of the house" if voice.once("stride") else ""
    moved = share(decision.moved)
    form = voice.turn(
        "moved",
        f"So {moved} of all effort was moved {moved_words(life, decision)}",
        f"The answer was to shift {moved} of the effort {moved_words(life, decision)}",
        f"Out of that came a new split of effort: {moved} went {moved_words(life, decision)}",
        f"It was decided to take {moved} of everybody's effort {moved_words(life, decision)}",
    )
    saw = f"{saw_words(life, decision, voice)}."
    return [saw, *reckoned(life, decision, voice), f"{form}{because(life, voice)}{partly}."]


def brief_words(life: Life, decisions: list[Decision], voice: Voice) -> str:
    """Several lesser decisions in one sentence, each with its week."""
    weeks = weeks_listed([decision.week for decision in decisions])
    most = max(decision.moved for decision in decisions)
    if len(decisions) == 1:
        only = decisions[0]
        if only.moved < NOTHING:
            return voice.turn(
                "one idle",
                f"The decision of {weeks} left the plan as it was.",
                f"A look at the plan in {weeks} changed nothing.",
                f"In {weeks} leadership saw no reason to change course.",
            )
        plain = f"The decision of {weeks} moved {share(only.moved)} of effort, {moved_words(life, only)}."
        if only.moved < 0.01:
            return plain
        return voice.turn(
            "one brief",
            plain,
            f"In {weeks} another {share(only.moved)} went {moved_words(life, only)}.",
            f"A further {share(only.moved)} was moved in {weeks}, {moved_words(life, only)}.",
        )
    if len(decisions) > MANY:
        did = "left the strategy alone" if most < NOTHING else f"moved {at_most(most)} of effort each"
        return f"Decisions in {weeks} {did}."
    if most < NOTHING:
        return voice.turn(
            "idle",
            f"Decisions in {weeks} left the strategy alone.",
            f"{count(len(decisions)).capitalize()} more times, in {weeks}, the plan was looked at and kept.",
        )
    none = "neither" if len(decisions) == 2 else "none"
    over = f"moved over {share(most)}" if most >= LEAST else "moved as much as 1 %"
    return voice.turn(
        "brief",
        f"Decisions in {weeks} moved {at_most(most)} of effort each.",
        f"There were {count(len(decisions))} more decisions, in {weeks}, {none} of which {over}.",
        f"In {weeks} the plan was touched up, by {at_most(most)} each time.",
    )
