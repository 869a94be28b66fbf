"""What a story claims about the course of events, each with the check of whether it is so.

A claim is (kinds of paragraph, or none for all; pattern; check); a check gets the reader and what the pattern caught.
"""

import re
from math import exp

from checking import (
    ORDINALS,
    Reader,
    count_of,
    pattern,
    same_money,
    same_number,
    same_share,
    same_span,
    week_of,
    weeks_of,
)
from claims_at_the_end import AT_THE_END
from claims_of_decisions import OF_DECISIONS

COURSE = ("strike", "calm")
_IN_WEEKS = r"(⟨\w+⟩) in weeks? (\d+(?:(?:, \d+)* and \d+|(?: to \d+)? \((?:twice|[a-z]+ times|[\d,]+ times)\))?)"
HOW = r"(?:, the (?P<ordinal>\w+) time,?)?(?: at severity {severity:x})?\."


# ---- strikes


def blow(reader: Reader, name, when, ordinal, severity):
    reader.shock, reader.week = reader.name(name), week_of(when) if "(" in when else int(when)
    arrivals = reader.arrivals(reader.shock)
    mine = [
        arrival
        for n, arrival in enumerate(arrivals)
        if arrival.week == reader.week
        and (severity is None or same_number(severity, arrival.severity))
        and (ordinal is None or (ORDINALS[n] == ordinal if n < 10 else ordinal == str(n + 1) + ordinal[-2:]))
    ]
    fixed = reader.shocks[reader.shock].severity.dist == "fixed"
    return bool(mine) and fixed == (severity is None)


def effects(reader: Reader, *kinds):
    """Effects of the shock told last, at the severities at which it struck in its week, as they are felt."""
    passes = reader.passes(reader.shock, reader.week)
    return [
        effect.size * arrival.severity * (1.0 if kind in ("demand", "priority") else passes)
        for arrival in reader.arrivals(reader.shock, reader.week)
        for effect in reader.shocks[reader.shock].effects
        for kind in kinds
        if effect.on == kind
    ]


def cost(reader: Reader, amount):
    return any(same_money(amount, size) for size in effects(reader, "cash"))


def brought(reader: Reader, amount):
    return any(same_money(amount, -size) for size in effects(reader, "cash"))


def part(*kinds):
    return lambda reader, share: any(same_share(share, min(size, 1.0)) for size in effects(reader, *kinds))


def demand(reader: Reader, share):
    return any(same_share(share, exp(size) - 1.0) for size in effects(reader, "demand"))


def weights(reader: Reader, moves):
    for mark, old, new in re.findall(r"(⟨\w+⟩) from ((?:less than 1|[\d.]+) %) to ((?:less than 1|[\d.]+) %)", moves):
        was, is_now = (reader.state(w, "market", "priority", reader.name(mark)) for w in (reader.week - 1, reader.week))
        if not (same_share(old, was) and same_share(new, is_now)):
            return False
    return True


def fading(reader: Reader, half_life=None, lasts=None):
    for effect in reader.shocks[reader.shock].effects:
        if half_life is not None and effect.half_life and same_span(half_life, effect.half_life):
            return True
        if lasts is not None and effect.lasts is not None and same_span(lasts, -(-effect.lasts // 1)):
            return True
        if lasts == "a week" and effect.half_life == 0:
            return True
    return False


def absorbed(reader: Reader, plans, share):
    acting = {
        plan for plan in reader.policy.contingencies
        if reader.plans[plan].absorbs.get(reader.shock) and reader.state(reader.week, "organisation", "plan acts", plan)
    }  # fmt: skip
    taken = 1.0 - reader.passes(reader.shock, reader.week)
    return set(reader.names(plans)) == acting and (taken == 1.0 if share == "all" else same_share(share, taken))


# ---- who noticed, and the case


def warned(reader: Reader, week, span):
    return reader.has("warning", reader.shock, int(week), lambda early: same_span(span, early))


def recognised(reader: Reader, week, span):
    return reader.has("recognised", reader.shock, int(week), lambda late: same_span(span, late))


def due(reader: Reader, week):
    known = [e.week for e in reader.life.events if e.kind == "recognised" and e.name == reader.shock]
    known = [at for at in known if reader.week <= at < int(week)]
    later = [event.week for event in reader.life.events if event.kind == "decision"]
    return any(min(at for at in later if at > since) == int(week) for since in known)


def cases(reader: Reader):
    """Cases about strikes of this shock in this week."""
    moments = [
        arrival.time + event.amount
        for arrival in reader.arrivals(reader.shock, reader.week)
        for event in reader.life.events
        if event.kind == "recognised" and event.name == reader.shock
    ]
    return [
        case
        for case in reader.life.cases
        if case.reason == reader.shock and any(abs(case.opened - moment) < 1e-9 for moment in moments)
    ]


def case_waited(reader: Reader, span):
    return any(same_span(span, case.begun - case.opened) for case in cases(reader))


def case_took(reader: Reader, span):
    return any(same_span(span, case.done - case.begun) for case in cases(reader))


def half_way(reader: Reader, goal, leaders=None, people=None):
    name, week = reader.name(goal), reader.week
    target = reader.state(week, "market", "priority", name)
    series = {
        "leaders": [reader.state(w, "leadership", "perceived", name) for w in range(reader.end)],
        "people": [reader.mean_belief(w)[name] for w in range(reader.end)],
    }
    for who, told in (("leaders", leaders), ("people", people)):
        start = series[who][week - 1]
        came = [
            w for w in range(week, reader.end) if (series[who][w] - start) / (target - start or 1e-300) >= 0.5 - 1e-12
        ]
        if (int(told) if told else None) != (came[0] if came else None):
            return False
    return True


# ---- plans


def activated(reader: Reader, name, week, amount=None):
    reader.plan = reader.name(name)
    return reader.has(
        "activated", reader.plan, int(week), lambda cost: same_money(amount, cost) if amount else cost == 0.0
    )


def acts(reader: Reader, first, last=None):
    def acting(week):
        return 0 <= week < reader.end and bool(reader.state(week, "organisation", "plan acts", reader.plan))

    first, last = int(first), reader.end - 1 if last is None else int(last)
    return all(acting(week) for week in range(first, last + 1))


def till_below(reader: Reader, amount):
    levels = (plan.when.cash_below for plan in reader.plans.values())
    return any(level is not None and same_money(amount, level) for level in levels)


def absorbs(reader: Reader, share, name):
    return same_share(share, reader.plans[reader.plan].absorbs[reader.name(name)])


def people(reader: Reader, many, names):
    told = 0.5 if many == "half a" else float(many) if many[0].isdigit() else count_of(many)
    return all(reader.plans[reader.plan].people[name] == told for name in reader.names(names))


def own_strategy(reader: Reader, parts):
    strategy = reader.plans[reader.plan].strategy
    return all(
        same_share(share, strategy[reader.name(mark)] / sum(strategy.values()))
        for share, mark in re.findall(r"((?:less than 1|[\d.]+) %) (⟨\w+⟩)", parts)
    )


def credit_line(reader: Reader, amount):
    return same_money(amount, reader.plans[reader.plan].credit)


# ---- what else happened


def lesser_blows(reader: Reader, blows, severity=None, amount=None):
    there = []
    for mark, weeks in re.findall(_IN_WEEKS, blows):
        told = weeks_of(weeks, [arrival.week for arrival in reader.arrivals(reader.name(mark))])
        for week in sorted(set(told)):
            mine = reader.arrivals(reader.name(mark), week)
            if len(mine) < told.count(week):
                return False
            there += mine
        if not told:  # some of these were told elsewhere: only their number and first and last week can be checked
            return True
    drawn = [arrival.severity for arrival in there if reader.shocks[arrival.shock].severity.dist != "fixed"]
    if severity and not any(same_number(severity, at) for at in drawn):
        return False
    return amount is None or same_money(amount, sum(reader.cash(arrival) for arrival in there)) or many_at_once(there)


def many_at_once(arrivals):
    """Where a shock struck twice in a week, one of both may have been told elsewhere: the sum cannot be checked."""
    return len({(arrival.shock, arrival.week) for arrival in arrivals}) < len(arrivals)


def after_ruin(reader: Reader, blows):
    firsts = [int(re.match(r"\d+", weeks)[0]) for _, weeks in re.findall(_IN_WEEKS, blows)]
    return lesser_blows(reader, blows) and min(firsts) >= reader.end


def happened(reader: Reader, kind, name=None):
    return [e.week for e in reader.life.events if e.kind == kind and name in (None, e.name)]


def in_weeks(kind):
    def check(reader: Reader, weeks, name=None, amount=None):
        there = happened(reader, kind, reader.name(name) if name else None)
        cost = amount is None or same_money(amount, reader.plans[reader.name(name)].cost)
        return cost and set(weeks_of(weeks, there)) <= set(there)

    return check


def alarm(reader: Reader, weeks, span=None):
    return all(
        reader.has("alarm", None, week, None if span is None else lambda took: same_span(span, took))
        for week in weeks_of(weeks, happened(reader, "alarm"))
    )


def found(reader: Reader, name, week, wait=None, used=None, share=None, goal=None):
    chance = next(chance for chance in reader.scenario.opportunities if chance.name == reader.name(name))
    if not reader.has("found", chance.name, int(week)):
        return False
    if share is None:
        return not any(event.kind == "adopted" and event.name == chance.name for event in reader.life.events)
    if not same_share(share, chance.gain) or reader.name(goal) != chance.objective:
        return False
    at = int(used) if used else int(week)
    return reader.has("adopted", chance.name, at) and (wait is None or count_of(wait) == at - int(week))


# ---- value


def fell(reader: Reader, week, before=None, low=None, share=None):
    was, now = reader.value[reader.first - 1], reader.value[int(week)]
    lowest = min(reader.value[reader.first : min(reader.until, reader.first + 26)])
    return (
        now == lowest
        and (before is None or same_number(before, was))
        and (low is None or same_number(low, now))
        and (share is None or same_share(share, 1.0 - now / was))
    )


def dipped(reader: Reader, share):
    lowest = min(reader.value[reader.first : min(reader.until, reader.first + 26)])
    return same_share(share, 1.0 - lowest / reader.value[reader.first - 1])


def back(reader: Reader, week, later):
    at, before, end = int(week), reader.value[reader.first - 1], min(reader.until, reader.first + 26)
    low = reader.first + min(range(end - reader.first), key=lambda n: reader.value[reader.first + n])
    missing = [w for w in range(low, at) if reader.value[w] >= 0.9 * before]
    return count_of(later) == at - reader.first and reader.value[at] >= 0.9 * before and not missing and low <= at


def not_back(reader: Reader, week, name):
    at, before = int(week), reader.value[reader.first - 1]
    return at == reader.until and bool(reader.arrivals(reader.name(name), at)) and reader.value[at - 1] < 0.9 * before


_MOVE = r"⟨\w+⟩ from (?:less than 1|[\d.]+) % to (?:less than 1|[\d.]+) %"
_BLOWS = (
    r"(?:Around it came (?:a lesser blow|lesser blows):|[Aa] lesser blow was|Of less weight was|Lesser blows fell:"
    r"|There was no lack of lesser blows:|What else struck was lesser:) (?P<blows>.+?)"
    r"(?:, at severity {severity:x}(?: at most)?)?(?:, for {amount:m}(?: in all)?)?\."
)
_USE = (
    r"(?: (?:but )?was never put to use| (?:and |was )?put to use (?:on the spot|(?P<wait>[a-z]+|\d+) weeks? later, "
    r"in week {used:w}(?:, when the next decision was taken)?): {share:s} better methods for {goal:n})\."
)

CLAIMS = [
    (kinds, pattern(text), check)
    for kinds, text, check in (
        (("strike",), "[Ii]n week {when:d} came {name:n}" + HOW, blow),
        (("strike",), "[Ww]eek {when:d}: {name:n} struck" + HOW, blow),
        (("strike",), "[Ii]n week {when:d} the organisation was hit by {name:n}" + HOW, blow),
        (("strike",), "[Ii]n week {when:w} {name:n} came on top" + HOW, blow),
        (("strike",), "Hardly had it begun when, in week {when:w}, {name:n} followed" + HOW, blow),
        (("strike",), "Then {name:n}, in week {when:w}" + HOW, blow),
        (("strike",), "cost {amount:m} at once", cost),
        (("strike",), "brought {amount:m} in", brought),
        (("strike",), "set [^.]+? back by {share:s}", part("setback")),
        (("strike",), "made work on [^.]+? {share:s} (?:less|more) productive", part("productivity")),
        (("strike",), "kept [^.]+? from {share:s} of the work", part("capacity")),
        (("strike",), "gave [^.]+? {share:s} more hands", part("capacity")),
        (("strike",), "(?:cut|raised) demand by {share:s}", demand),
        (("strike",), "made {share:s} of the methods for", part("methods")),
        (("strike",), "newcomers in the place of {share:s} of", part("turnover")),
        (("strike",), "view replaced {share:s} of the strategy", part("leadership")),
        (("strike",), f"market's weight of (?P<moves>{_MOVE}(?:(?:, | and ){_MOVE})*)", weights),
        (("strike",), r"\(fading by half every {half_life:t}\)", fading),
        (("strike",), r"\(for {lasts:t}\)", fading),
        (("strike",), r"(?P<plans>⟨\w+⟩(?:(?:, | and )⟨\w+⟩)*) w(?:as|ere) in force and took (?P<share>all|[\d.]+ %) of the blow", absorbed),
        (("strike",), "been warned of it in week {week:w}, {span:t} ahead", warned),
        (("strike",), "The warning had come in week {week:w}, {span:t} before", warned),
        (("strike",), "Leadership recognised it after {span:t}, in week {week:w}", recognised),
        (("strike",), "It took {span:t}, until week {week:w}, before leadership saw it", recognised),
        (("strike",), "What it was became plain in week {week:w}, {span:t} on", recognised),
        (("strike",), "nothing was due to be decided before week {week:w}", due),
        (("strike",), "the case waited {span:t} for a free team", case_waited),
        (("strike",), "which then needed {span:t}", case_took),
        (("strike",), "took it up at once and was done {span:t} later", case_took),
        (("strike",), "a team was free and needed {span:t}", case_took),
        (("strike",), "it kept a team busy for {span:t}", case_took),
        (
            ("strike",),
            "Leadership (?:never came|had come) half of the way to the new truth about {goal:n}(?: by week {leaders:w})?, "
            "(?:nor did the people|the people)[a-z ]+?(?: had)?(?: by week {people:w}| never did)?[.]",
            half_way,
        ),
        (COURSE, r"{name:n} was taken out of the drawer in week {week:w}(?: \({amount:m}\))?", activated),
        (COURSE, r"the plan {name:n} was put into action in week {week:w}(?: \({amount:m}\))?", activated),
        (COURSE, r"week {week:w} saw {name:n} activated(?: \({amount:m}\))?", activated),
        (COURSE, r"{name:n} was called on once more in week {week:w}(?: \({amount:m}\))?", activated),
        (COURSE, r"In week {week:w} {name:n} had to be brought out again(?: \({amount:m}\))?", activated),
        (COURSE, "{name:n} was called on again in weeks {weeks:ws}(?:, for {amount:m} each time)?", in_weeks("activated")),
        (COURSE, "With less than {amount:m} in the till", till_below),
        (COURSE, "absorb {share:s} of {name:n}", absorbs),
        (COURSE, r"put (?P<many>half a|[a-z]+|[\d.]+) (?:person|people) more in (?:each of )?(?P<names>⟨\w+⟩(?:(?:, | and )⟨\w+⟩)*)", people),
        (COURSE, r"a strategy of its own \((?P<parts>[^)]*)\)", own_strategy),
        (COURSE, "open a credit line of {amount:m}", credit_line),
        (COURSE, "In weeks {first:w} to {last:w} it was there", acts),
        (COURSE, "From week {first:w} on it was there", acts),
        (COURSE, "In week (?P<first>(?P<last>\\d+)), and no longer, it was there", acts),
        (COURSE, _BLOWS, lesser_blows),
        (COURSE, "(?:A warning|Warnings) of {name:n} in weeks? {weeks:ws} came to nothing", in_weeks("false alarm")),
        (COURSE, "There was talk of {name:n} in weeks? {weeks:ws}, and it proved false", in_weeks("false alarm")),
        (COURSE, "In week {weeks:w} a warning of {name:n} was heard", in_weeks("warning")),
        (COURSE, "The detector raised the alarm in weeks? {weeks:ws}: [^;.]*(?:; it took {span:t} until)?", alarm),
        (COURSE, "[Ii]n weeks? {weeks:ws} the numbers fell far enough [^;.]*(?:; it took {span:t} until)?", alarm),
        (COURSE, "In week {weeks:w} ⟨[^.]+⟩ joined", in_weeks("joined")),
        (COURSE, "The chance of {name:n} passed unused in week {weeks:w}", in_weeks("closed")),
        (COURSE, "{name:n} was discovered in week {week:w}" + _USE, found),
        (COURSE, "In week {week:w} somebody hit upon {name:n}, which" + _USE, found),
        (("strike",), "Value, {before:x} the week before, sank to {low:x} in week {week:w}", fell),
        (("strike",), "From {before:x} value went down to {low:x} by week {week:w}, {share:s} less", fell),
        (("strike",), "{share:s} of the value of {before:x} was gone at the lowest point, week {week:w}", fell),
        (("strike",), "Value dipped by (?:at most )?{share:s}", dipped),
        (("strike",), "At the worst[a-z ]*, value was {share:s} below", dipped),
        (("strike",), "Value held: at the worst {share:s} of it", dipped),
        (("strike",), "nine tenths of it were back in week {week:w}, {later:c} weeks? after", back),
        (("strike",), "had not come back in week {week:w}, when {name:n} struck", not_back),
        (("ruin",), r"went on without it: (?P<blows>.+?) met nobody", after_ruin),
    )
] + OF_DECISIONS + AT_THE_END
