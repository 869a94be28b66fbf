"""What a story claims at its beginning and at its end, each with the check of whether it is so."""

import re

import numpy as np
from checking import Reader, count_of, pattern, same_money, same_number, same_share, same_span, week_of

from realign.model import build_plan, play_block


def normalised(weights):
    return {name: weight / sum(weights.values()) for name, weight in weights.items()}


# ---- title and opening


def title(reader: Reader, future, number=None, mean=None):
    if int(future) != reader.life.future:
        return False
    return mean is None or same_number(mean, float(np.mean(values(reader, int(number.replace(",", ""))))))


def values(reader: Reader, futures, policy=None):
    """Value in the first futures, by the kernel."""
    scenario, life = reader.story.facts.scenario, reader.life
    plan = build_plan(
        scenario.under(life.stress), force=scenario.stress(life.stress).force, policies=[policy or life.policy]
    )  # fmt: skip
    block = play_block(plan, seed=life.seed, first=0, count=futures)
    return block.outcomes[0, plan.measures.index("value")]


def part_most(reader: Reader, number, one, here, other, there):
    futures = int(number.replace(",", ""))
    first, second = (values(reader, futures, reader.name(mark)) for mark in (one, other))
    at = reader.life.future
    return (
        same_number(here, float(first[at]))
        and same_number(there, float(second[at]))
        and abs(first[at] - second[at]) == np.abs(first - second).max()
    )


def first_plan(reader: Reader, gives):
    strategy = reader.policy.strategy or reader.scenario.organisation.strategy
    shares = normalised(strategy or {goal.name: goal.weight for goal in reader.scenario.objectives})
    told = re.findall(r"((?:less than 1|[\d.]+) %)(?: of all effort)? to (⟨\w+⟩)", gives)
    nothing = reader.names(gives.partition("nothing to ")[2])
    return (
        len(told) + len(nothing) == len(reader.targets)
        and all(same_share(share, shares.get(reader.name(mark), 0.0)) for share, mark in told)
        and all(shares.get(name, 0.0) == 0.0 for name in nothing)
    )


def rewards(reader: Reader, weights):
    shares = normalised({goal.name: goal.weight for goal in reader.scenario.objectives})
    strategy = reader.policy.strategy or reader.scenario.organisation.strategy or shares
    order = sorted(shares, key=lambda name: -normalised(strategy).get(name, 0.0))
    return sorted(weights.split(" to ")) == sorted(f"{100 * shares[name]:.0f}" for name in order)


def in_hand(reader: Reader, amount, debts=None):
    terms = reader.scenario.organisation
    return (same_money(amount, terms.cash) if amount else terms.cash == 0.0) and (debts is None or same_money(debts, terms.credit))


def first_value(reader: Reader, value):
    return same_number(value, reader.value[0])


# ---- ruin


def the_end(reader: Reader, when, amount):
    week = week_of(when)
    return week == reader.out["ruin_week"] and same_money(amount, reader.life.weekly["cash"][week])


def payroll(reader: Reader, weeks):
    """Person-weeks that are paid: whoever is there, and whom plans add where somebody is."""
    people = 0.0
    for week in weeks:
        for unit in reader.scenario.units:
            there = reader.state(week, unit.name, "people")
            more = sum(
                reader.plans[plan].people.get(unit.name, 0.0) * reader.state(week, "organisation", "plan acts", plan)
                for plan in reader.policy.contingencies
            )
            people += there + (more if there > 0.0 else 0.0)
    return people


def drained(reader: Reader, span, before, earned, value, flows, brought=None):
    week, terms, cash = int(reader.out["ruin_week"]), reader.scenario.organisation, reader.life.weekly["cash"]
    first = max(week - 25, 0)
    lived = reader.value[first : week + 1]
    opening = terms.cash if first == 0 else cash[first - 1]
    told = re.findall(r"(−?[\d,.]+(?: million| billion)? ¤) for ([a-z ]+?)(?=,| and |\.|$)", flows)
    out = {what: amount for amount, what in told}
    struck = [a for a in reader.life.history.arrivals if first <= a.week <= week]
    known = {
        "wages": terms.wage * payroll(reader, range(first, week + 1)),
        "fixed cost": terms.fixed_cost * len(lived),
        "shocks": sum(reader.cash(arrival) for arrival in struck),
    }  # fmt: skip
    # what went out and is told explains what was there and came in, but for the little that is not told
    gifts = max(-known["shocks"], 0.0)
    whole = opening - cash[week] + terms.revenue * sum(lived) + gifts
    return (
        (same_money(brought, gifts) if brought else gifts < 0.5)
        and (same_span(span.lower(), len(lived)) if span else first == 0)
        and same_money(before, opening)
        and same_number(value, sum(lived) / len(lived))
        and same_money(earned, terms.revenue * sum(lived))
        and all(same_money(amount, known[what]) for what, amount in out.items() if what in known)
        and abs(sum(number_of(amount) for amount in out.values()) - whole) <= 0.03 * abs(whole) + 1.0
    )  # fmt: skip


def number_of(told):
    digits, *scale = told.removesuffix(" ¤").split(" ")
    factor = {"million": 1e6, "billion": 1e9}.get(scale[0] if scale else "", 1.0)
    return float(digits.replace("−", "-").replace(",", "")) * factor


def shocks_alone(reader: Reader, share):
    week, terms, cash = int(reader.out["ruin_week"]), reader.scenario.organisation, reader.life.weekly["cash"]
    first = max(week - 25, 0)
    opening = terms.cash if first == 0 else cash[first - 1]
    taken = sum(reader.cash(a) for a in reader.life.history.arrivals if first <= a.week <= week)
    return same_share(share, min(taken / (opening - cash[week]), 1.0)) and taken > 0.5 * (opening - cash[week])


def needed(reader: Reader, value, along=None):
    """The value at which what came in would have met wages, fixed cost and running costs."""
    week, terms = int(reader.out["ruin_week"]), reader.scenario.organisation
    first = max(week - 25, 0)
    people = payroll(reader, range(first, week + 1))
    weeks = week + 1 - first
    upkeep = reader.policy.monitoring * reader.policy.monitoring_cost
    upkeep += sum(reader.plans[plan].upkeep for plan in reader.policy.contingencies)
    due = terms.wage * people + weeks * (terms.fixed_cost + upkeep)
    true = due / (terms.revenue * weeks)
    below = sum(at < true for at in reader.value[first : week + 1])
    taken = sum(reader.cash(arrival) for arrival in reader.life.history.arrivals if first <= arrival.week <= week)
    cash = reader.life.weekly["cash"]
    lost = (terms.cash if first == 0 else cash[first - 1]) - cash[week]
    return (
        same_number(value, true)
        and true > sum(reader.value[first : week + 1]) / weeks
        and (along is None or (below >= 0.9 * weeks and taken <= 0.25 * lost))
    )


def since_the_blow(reader: Reader, name, week, before, after):
    at, end = int(week), reader.end
    return (
        bool(reader.arrivals(reader.name(name), at))
        and same_number(before, reader.value[at - 1])
        and same_number(after, sum(reader.value[at:end]) / (end - at))
    )


# ---- plans


def saved(reader: Reader, name, when):
    return reader.other_life(without=reader.name(name)).outcomes["ruin_week"] == week_of(when)


def ruined_sooner(reader: Reader, name, span, way):
    other = reader.other_life(without=reader.name(name)).outcomes
    if abs(other["final_cash"]) < 1e-9:  # at the edge of no credit rounding decides in which week it falls off
        return True
    won = reader.out["ruin_week"] - other["ruin_week"]
    return same_span(span, abs(won)) and (won > 0) == (way == "sooner")


def paid(reader: Reader, name, amount=None, way=None, value=None, which=None):
    other = reader.other_life(without=reader.name(name)).outcomes
    cash, gain = reader.out["final_cash"] - other["final_cash"], reader.out["value"] - other["value"]
    return (
        (same_money(amount, abs(cash)) and (cash > 0.0) == (way == "more") if amount else abs(cash) <= 0.5)
        and (same_number(value, abs(gain)) and (gain > 0.0) == (which == "more") if value else abs(gain) <= 5e-4)
    )  # fmt: skip


def idle(reader: Reader, amount):
    used = {event.name for event in reader.life.events if event.kind == "activated"}
    upkeep = sum(reader.plans[plan].upkeep for plan in reader.policy.contingencies if plan not in used)
    return same_money(amount, upkeep * reader.end)


# ---- minds


def apart(reader: Reader, when, share, goal, believed, true, unit=None, away=None):
    week, name = week_of(when), reader.name(goal)
    gaps = reader.gaps()
    mean, target = reader.mean_belief(week), reader.state(week, "market", "priority", name)
    return (
        gaps[week] == max(gaps.values()) and same_share(share, gaps[week])
        and same_share(believed, mean[name]) and same_share(true, target)
        and (unit is None or same_share(away, off_unit(reader, week, reader.name(unit))))
        and abs(mean[name] - target) >= max(
            abs(mean[other] - reader.state(week, "market", "priority", other)) for other in mean
        ) - 1e-12
    )  # fmt: skip


def off_unit(reader: Reader, week, unit):
    return reader.off(week, {name: reader.state(week, unit, "belief", name) for name in reader.targets})


def picture(reader: Reader, share, last):
    gaps = reader.gaps()
    week = max(gaps, key=lambda w: gaps[w])
    perceived = {name: reader.state(week, "leadership", "perceived", name) for name in reader.targets}
    return same_share(share, reader.off(week, perceived)) and same_share(last, gaps[max(gaps)])


# ---- the end, against the kernel


def kernel_outcomes(reader: Reader):
    scenario, life = reader.story.facts.scenario, reader.life
    plan = build_plan(
        scenario.under(life.stress), force=scenario.stress(life.stress).force, policies=[life.policy]
    )  # fmt: skip
    block = play_block(plan, seed=life.seed, first=life.future, count=1)
    return dict(zip(plan.measures, block.outcomes[0, :, 0]))


def averaged(reader: Reader, value, span=None):
    out = kernel_outcomes(reader)
    return same_number(value, out["value"]) and (same_span(span, len(reader.value)) if span else len(reader.value) == 1)


def till(reader: Reader, amount, least=None, week=None):
    out, cash = kernel_outcomes(reader), reader.life.weekly["cash"]
    return same_money(amount, out["final_cash"]) and (
        least is None or (same_money(least, min(cash)) and cash[int(week)] == min(cash))
    )


def ended(reader: Reader, name, level, target, met=None):
    goal, out = reader.name(name), kernel_outcomes(reader)
    due = next(objective.due for objective in reader.scenario.objectives if objective.name == goal)
    hit = None if due is None else ", reached in time" if out[f"hit[{goal}]"] else ", its date missed"
    return same_number(level, out[f"level[{goal}]"]) and same_number(target, reader.targets[goal]) and hit == met


def counts(reader: Reader, strikes, decisions, plans, late=None):
    out = kernel_outcomes(reader)
    after = sum(arrival.week >= reader.end for arrival in reader.life.history.arrivals)
    if after != (count_of(late) if late else 0):
        return False
    told = [count_of(many) for many in (strikes, decisions, plans)]
    return told == [out["shocks"], out["decisions"], out["activations"]]


# ---- the rival


def ways(reader: Reader, when, here, there, since=None):
    other = reader.other_life(policy=reader.story.facts.rival.policy)
    gaps = [abs(a - b) for a, b in zip(reader.value, other.weekly["value"])]
    week, began = week_of(when), next(n for n, gap in enumerate(gaps) if gap > 0.01)
    return (
        gaps[week] == max(gaps) and began == int(since or 0)
        and same_number(here, reader.value[week]) and same_number(there, other.weekly["value"][week])
    )  # fmt: skip


def instead(reader: Reader, there, here):
    other = reader.other_life(policy=reader.story.facts.rival.policy).outcomes
    return same_number(there, other["value"]) and same_number(here, reader.out["value"])


def rival_ruin(reader: Reader, when):
    return reader.other_life(policy=reader.story.facts.rival.policy).outcomes["ruin_week"] == week_of(when)


def rival_till(reader: Reader, there, here=None):
    other = reader.other_life(policy=reader.story.facts.rival.policy).outcomes
    return same_money(there, other["final_cash"]) and (here is None or same_money(here, reader.out["final_cash"]))


def rival_decisions(reader: Reader, many, here):
    other = reader.other_life(policy=reader.story.facts.rival.policy).outcomes
    return (count_of(many), count_of(here)) == (other["decisions"], reader.out["decisions"])


_PAID = r"(?:{amount:m} (?P<way>more|less) in the end)?(?: and )?(?:{value:x} (?P<which>more|less) of value on average)?"

AT_THE_END = [
    (kinds, pattern(text), check)
    for kinds, text, check in (
        (
            ("title",),
            r"future {future:w}(?: \(the [a-z]+ of the first (?P<number>[\d,]+) for this policy, by value; the average of "
            r"them has {mean:x}\))?",
            title,
        ),
        (
            ("title",),
            r"of the first (?P<number>[\d,]+) the one in which {one:n} \(value {here:x}\) and {other:n} \({there:x}\) part",
            part_most,
        ),
        (("opening",), r"On the first day the plan gives (?P<gives>[^%].*?)\.(?= )", first_plan),
        (("opening",), r"The market rewards them (?P<weights>\d+(?: to \d+)*)\.", rewards),
        (("opening",), "There (?:are {amount:m}|is no money) in hand(?:, and ruin comes when debts exceed {debts:m})?", in_hand),
        (("opening",), "Value in the first week is {value:x}, where 1 is every target", first_value),
        (("ruin",), "Week {when:d} was the end: with {amount:m} in the till", the_end),
        (
            ("ruin",),
            r"(?:(?i:(?<=\. ){span:t}) earlier there had still been|At the start there had been) {before:m}\. Since then {earned:m} had come in, at an "
            r"average value of {value:x}(?: and shocks had brought in {brought:m})?, against (?P<flows>.+? for [a-z ]+)\.",
            drained,
        ),
        (("ruin",), "The shocks alone account for {share:s}", shocks_alone),
        (("ruin",), "needed a value of {value:x}(?P<along>: it was not one blow)?", needed),
        (("ruin",), "Before {name:n} struck in week {week:w} it had {before:x}, from then on {after:x} on average", since_the_blow),
        (("plans",), "without {name:n} in week {when:d}", saved),
        (("plans",), "Without {name:n} ruin would have come {span:t} (?P<way>sooner|later)", ruined_sooner),
        (("plans",), "{name:n} (?:paid|did not pay for itself), with " + _PAID, paid),
        (("plans",), "(?:so|nor) did {name:n}, with " + _PAID, paid),
        (("plans",), "stayed in the drawer, at {amount:m} of upkeep", idle),
        (
            ("minds",),
            "furthest apart in week {when:d}, when {share:s} of the weights people carried in their heads were in the wrong "
            "place: they gave {goal:n} {believed:s} where the market gave it {true:s}[.]"
            r"(?: Furthest away were the people of {unit:n} \({away:s} of their weights\))?",
            apart,
        ),
        (("minds",), "its own picture was {share:s} off. In the last week of the story people were {last:s} off", picture),
        (("end",), "(?:Over the (?:whole )?(?P<span>[\\w ]+?)|In this one week)(?:, the time after ruin included,)? value averaged {value:x}[.]", averaged),
        (("end",), "The till held {amount:m} at the end(?:, after {least:m} at the lowest in week {week:w})?", till),
        (("end",), "{name:n} at {level:x} of {target:x}(?P<met>, reached in time|, its date missed)?", ended),
        (("end",), r"The count is {strikes:c} strikes?(?: \({late:c} of them after ruin\))?, {decisions:c} decisions? and {plans:c} activated plans?", counts),
        (
            ("rival",),
            "different ways from (?:the first week|week {since:w}) on, and were furthest apart in week {when:d}, when value "
            "was {here:x} here and {there:x} there",
            ways,
        ),
        (("rival",), r"averaged {there:x} instead of {here:x}(?=[., ])", instead),
        (("rival",), "ruin came in week {when:d}", rival_ruin),
        (("rival",), "the till held {there:m} at the end", rival_till),
        (("rival",), "with {there:m} in the till at the end instead of {here:m}", rival_till),
        (("rival",), "taken {many:c} decisions?.*? where here it took {here:c}", rival_decisions),
    )
]
