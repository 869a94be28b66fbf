"""What a story claims about decisions, each with the check of whether it is so."""

import math
import re

from checking import Reader, count_of, pattern, same_number, same_share, week_of, weeks_of

COURSE = ("strike", "calm")


def decided(reader: Reader, week):
    reader.decision = week_of(week) if "(" in week else int(week)
    return reader.has("decision", None, reader.decision)


def saw(reader: Reader, readings, seen, true=None):
    week, names = reader.decision, []
    for mark, reading, target in re.findall(r"(⟨\w+⟩) at (−?[\d.,]*\d) of ([\d.,]*\d)", readings):
        name = reader.name(mark)
        names.append(name)
        if not same_number(reading, reader.state(week, "leadership", "reading", name)):
            return False
        if not same_number(target, reader.targets[name]):
            return False
    for told, entity, quantity in ((seen, "leadership", "perceived"), (true, "market", "priority")):
        shares = [100 * reader.state(week, entity, quantity, name) for name in names]
        if told is not None and not all(same_number(t, s) for t, s in zip(told.split(" to "), shares, strict=True)):
            return False
    gap = reader.off(week, {name: reader.state(week, "leadership", "perceived", name) for name in reader.targets})
    return (true is None) == (gap < 0.03)


def asked(reader: Reader):
    """Shares of all effort that the targets ask for: by weeks of output, each of which fades, from the reading on."""
    decision = next(decision for decision in reader.life.decisions if decision.week == reader.decision)
    needed = {}
    for goal in reader.scenario.objectives:
        due = math.inf if goal.due is None else round(goal.due)
        weeks = due - reader.decision if reader.decision < due < math.inf else reader.policy.horizon
        keeps = 1.0 if goal.fade == math.inf else 0.0 if goal.fade == 0.0 else 2.0 ** (-1.0 / goal.fade)
        per_unit = weeks if keeps == 1.0 else (1.0 - keeps**weeks) / (1.0 - keeps)
        reading = min(reader.state(reader.decision, "leadership", "reading", goal.name), goal.target)
        output = decision.view.yields[goal.name]
        needed[goal.name] = (goal.target - reading * keeps**weeks) / per_unit / output if output > 1e-12 else 0.0
    return needed


def proposed(reader: Reader, name):
    """What the rule wanted, from how far the strategy went toward it."""
    before, after = strategies(reader, reader.decision, name)
    return before + (after - before) / reader.policy.stride


def asks(reader: Reader, share, names=None, same=None):
    """The targets ask for so much; of the objectives told some were to get nothing, the others less than they ask for."""
    needed = asked(reader)
    if (names or same) and reader.policy.stride > 0.0:
        short = {name for name, part in needed.items() if part - proposed(reader, name) > 0.005 + 1e-9}
        told = reader.let_go if same else (names or "")
        nothing = reader.names(re.split("w(?:as|ere) to get nothing", told)[0]) if "nothing" in told else []
        reader.let_go = told
        if set(reader.names(told)) != short or set(nothing) != {name for name in short if proposed(reader, name) < 0.005}:
            return False
    total = sum(needed.values())
    return total > 1.0 and (total >= 10.0 if share is None else same_share(share, total))


def to_spare(reader: Reader, share):
    return same_share(share, 1.0 - sum(asked(reader).values()))


def moved(reader: Reader, share):
    return reader.has("decision", None, reader.decision, lambda by: same_share(share, by))


def moved_in(reader: Reader, week, share):
    return decided(reader, week) and moved(reader, share)


def shift(reader: Reader, name, old, new):
    before, after = strategies(reader, reader.decision, reader.name(name))
    return same_share(old, before) and same_share(new, after)


def strategies(reader: Reader, week, name):
    """Leadership's own strategy before and after a decision; where a successor came that week, as decided upon."""
    after = reader.state(week, "leadership", "strategy", name)
    succeeded = any(
        effect.on == "leadership" for a in reader.life.history.arrivals if a.week == week
        for effect in reader.shocks[a.shock].effects
    )  # fmt: skip
    if week == 0 or succeeded:
        return next(decision for decision in reader.life.decisions if decision.week == week).before[name], after
    return reader.state(week - 1, "leadership", "strategy", name), after


def stride(reader: Reader, share):
    return same_share(share, reader.policy.stride)


def lesser_decisions(reader: Reader, weeks, share=None, many=None):
    amounts = {event.week: event.amount for event in reader.life.events if event.kind == "decision"}
    small = [week for week in amounts if (amounts[week] < 0.005) == (share is None)]
    told, weeks = weeks, weeks_of(weeks, small)
    if not weeks:  # some of these were told in full: it must be the most of any of them
        first, last = (int(week) for week in re.match(r"(\d+) to (\d+)", told).groups())
        return share is None or any(same_share(share, amounts[week]) for week in small if first <= week <= last)
    most = max(amounts[week] for week in weeks)
    if many is not None and count_of(many.lower()) != len(weeks):
        return False
    return same_share(share, most) if share else most < 0.005


_ASKED = "(?:{share:s} of|many times) the effort there was"
_GIVES = r"(?P<names>⟨[^.:]+(?:nothing|needed)[^.:]*?)"
_SAW = (
    r"(?:The books showed|On the table lay|Leadership read) (?P<readings>.+?)(?:, and leadership took these to be worth"
    r"|; the market was believed to weigh them| and thought that customers reward them) (?P<seen>\d+(?: to \d+)*)"
    r"(?: to the market)? \((?:in truth (?P<true>\d+(?: to \d+)*)|and was about right)\)"
)

OF_DECISIONS = [
    (kinds, pattern(text), check)
    for kinds, text, check in (
        (COURSE, "The decision(?: about [^.]+?)? fell in week {week:w}", decided),
        (COURSE, "In week {week:w} leadership decided", decided),
        (COURSE, "Week {week:w} brought the decision", decided),
        (COURSE, "In week {week:d} a decision was taken", decided),
        (COURSE, "The alarm led to a decision in week {week:d}", decided),
        (COURSE, "leadership decided in week {week:d}", decided),
        (COURSE, "Week {week:d} was time for a review", decided),
        (COURSE, "A review was concluded in week {week:d}", decided),
        (COURSE, _SAW, saw),
        (COURSE, f"targets asked for (?:too much, )?{_ASKED}(?:: {_GIVES})?(?:, because effort buys least there)?[.]", asks),
        (COURSE, f"What was asked for was {_ASKED}: this time {_GIVES}[.]", asks),
        (COURSE, f"Again the targets asked for {_ASKED}(?P<same>, and the same had to give)[.]", asks),
        (COURSE, "could be provided for, and the {share:s} left over went", to_spare),
        (COURSE, "enough for every target, with {share:s} to spare", to_spare),
        (COURSE, "So {share:s} of all effort was moved", moved),
        (COURSE, "The answer was to shift {share:s} of the effort", moved),
        (COURSE, "a new split of effort: {share:s} went", moved),
        (COURSE, "It was decided to take {share:s} of everybody's effort", moved),
        (COURSE, "The decision of week {week:w} moved {share:s} of effort", moved_in),
        (COURSE, "[Ii]n week {week:w} another {share:s} went", moved_in),
        (COURSE, "A further {share:s} was moved in week {week:w}", moved_in),
        (COURSE, r"{name:n} \({old:s} to {new:s}\)", shift),
        (COURSE, "going {share:s} of the way was the habit", stride),
        (COURSE, "The decision of week {weeks:w} left the plan as it was", lesser_decisions),
        (COURSE, "A look at the plan in week {weeks:w} changed nothing", lesser_decisions),
        (COURSE, "In week {weeks:w} leadership saw no reason", lesser_decisions),
        (COURSE, "Decisions in weeks {weeks:ws} left the strategy alone", lesser_decisions),
        (COURSE, "Decisions in weeks {weeks:ws} moved (?:at most )?{share:s} of effort each", lesser_decisions),
        (COURSE, "(?P<many>[A-Z][a-z]+|\\d+) more times, in weeks {weeks:ws}, the plan was looked at", lesser_decisions),
        (COURSE, "There were {many:c} more decisions, in weeks {weeks:ws}, (?:none|neither) of which moved (?:over|as much as) {share:s}", lesser_decisions),
        (COURSE, "In weeks {weeks:ws} the plan was touched up, by (?:at most )?{share:s} each time", lesser_decisions),
    )
]
