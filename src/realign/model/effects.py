"""Step 2, strike: what arriving shocks do, to the world and to each policy's organisation.

Felt effects last. Each is kept before absorption, as it would be felt by an organisation without plans,

    I_e(t) = I_e(t - 1) 2^(-1 / half-life) + sum of size x severity of this week's arrivals,

or as the plain sum over the arrivals of the last `lasts` weeks. What an organisation feels in a week is I_e times
(1 - absorbed) by the contingencies active *in that week*: a plan activated after the strike eases what is left of it.
One-off effects act once, times (1 - absorbed) at the strike. Priority and demand belong to the world: never absorbed.
"""

import numpy as np

from realign.model.compiled import compiled

KINDS = (
    "capacity", "productivity", "clarity", "priority", "demand",
    "setback", "cash", "methods", "turnover", "leadership",
)  # fmt: skip
CAPACITY, PRODUCTIVITY, CLARITY, PRIORITY, DEMAND, SETBACK, CASH, METHODS, TURNOVER, LEADERSHIP = range(10)
FELT = DEMAND  # kinds up to this one are felt, the others are one-off


@compiled
def feel(tables, state, strikes, week):
    """Fade what was felt, add this week's arrivals. Returns whether any effect struck this week in any lane."""
    effects = tables.effects
    lanes = state.next_strike.shape[0]
    for e in range(effects.kind.shape[0]):
        if effects.kind[e] <= FELT and state.felt_any[e]:
            _fade(effects, state, e)
    struck = False
    for lane in range(lanes):
        at = state.next_strike[lane]
        while at < strikes.count[lane] and strikes.week[lane, at] == week:
            struck = True
            shock = strikes.shock[lane, at]
            for e in range(effects.start[shock], effects.start[shock + 1]):
                if effects.kind[e] <= FELT and effects.lasts[e] == 0.0:
                    amount = effects.size[e] * strikes.severity[lane, at]
                    state.felt_any[e] = True
                    if effects.one[e] < 0:
                        state.felt[e, lane] += amount
                    elif strikes.unit[lane, at] >= 0:
                        state.felt_one[effects.one[e], strikes.unit[lane, at], lane] += amount
            at += 1
    for e in range(effects.kind.shape[0]):
        if effects.lasts[e] > 0.0:
            _sum_recent(effects, state, strikes, week, e)
    return struck


@compiled
def _fade(effects, state, e):
    """One week's fading of effect e in all lanes."""
    keep = effects.persistence[e] if effects.lasts[e] == 0.0 else 0.0
    largest = 0.0
    if effects.one[e] < 0:
        for lane in range(state.felt.shape[1]):
            state.felt[e, lane] *= keep
            largest = max(largest, abs(state.felt[e, lane]))
    else:
        felt = state.felt_one[effects.one[e]]
        for unit in range(felt.shape[0]):
            for lane in range(felt.shape[1]):
                felt[unit, lane] *= keep
                largest = max(largest, abs(felt[unit, lane]))
    state.felt_any[e] = largest > 0.0


@compiled
def _sum_recent(effects, state, strikes, week, e):
    """What an effect of fixed duration amounts to: the sum over the arrivals that are recent enough."""
    shock = effects.shock[e]
    for lane in range(strikes.count.shape[0]):
        at = state.next_strike[lane]
        while at < strikes.count[lane] and strikes.week[lane, at] == week:
            at += 1
        at -= 1
        while at >= 0 and week - strikes.week[lane, at] < effects.lasts[e]:
            if strikes.shock[lane, at] == shock:
                amount = effects.size[e] * strikes.severity[lane, at]
                state.felt_any[e] = True
                if effects.one[e] < 0:
                    state.felt[e, lane] += amount
                elif strikes.unit[lane, at] >= 0:
                    state.felt_one[effects.one[e], strikes.unit[lane, at], lane] += amount
            at -= 1


@compiled
def pass_strikes(state, strikes, week):
    """Move each lane's mark behind this week's arrivals; step 2 is over."""
    for lane in range(strikes.count.shape[0]):
        at = state.next_strike[lane]
        while at < strikes.count[lane] and strikes.week[lane, at] == week:
            at += 1
        state.next_strike[lane] = at


@compiled
def strike(tables, state, strikes, here, policy, week, absorbing):
    """One-off effects of this week's arrivals on one policy's organisation."""
    effects = tables.effects
    for lane in range(strikes.count.shape[0]):
        at = state.next_strike[lane]
        while at < strikes.count[lane] and strikes.week[lane, at] == week:
            shock, unit = strikes.shock[lane, at], strikes.unit[lane, at]
            if state.alive[policy, lane] > 0.0:
                for g in range(tables.contingencies.after.shape[0]):
                    if tables.contingencies.shock[g] == shock:
                        state.vain[policy, g, lane] = 0
                for e in range(effects.start[shock], effects.start[shock + 1]):
                    if effects.kind[e] > FELT:
                        amount = effects.size[e] * strikes.severity[lane, at]
                        if absorbing:
                            amount *= here.unabsorbed[shock, lane]
                        _hit(tables, state, policy, lane, e, unit, amount)
            at += 1


@compiled
def _hit(tables, state, policy, lane, e, unit, amount):
    """One one-off effect on one lane."""
    effects, kind = tables.effects, tables.effects.kind[e]
    share = min(amount, 1.0)
    if kind == CASH:
        state.bill[policy, lane] += amount
    elif kind == SETBACK:
        for k in range(effects.objective.shape[1]):
            state.level[policy, k, lane] *= 1.0 - share * effects.objective[e, k]
    elif kind == METHODS:
        for k in range(effects.objective.shape[1]):
            state.methods[policy, k, lane] *= 1.0 - share * effects.objective[e, k]
    elif kind == TURNOVER:
        for i in range(effects.unit.shape[1]):
            if effects.unit[e, i] > 0.0 and (effects.one[e] < 0 or i == unit):
                blend_newcomers(tables.units, state, policy, i, lane, share)
    else:
        by_plan = _leads_by_plan(state, policy, lane)
        for k in range(effects.belief.shape[1]):
            own = effects.belief[e, k]
            state.strategy[policy, k, lane] += share * (own - state.strategy[policy, k, lane])
            state.perceived[policy, k, lane] += share * (own - state.perceived[policy, k, lane])
            if not by_plan:
                state.published[policy, k, lane] = state.strategy[policy, k, lane]


@compiled
def _leads_by_plan(state, policy, lane):
    """Whether some contingency has published a strategy of its own."""
    for k in range(state.published.shape[1]):
        if state.published[policy, k, lane] != state.strategy[policy, k, lane]:
            return True
    return False


@compiled
def blend_newcomers(units, state, policy, unit, lane, share):
    """Replace a share of a unit by newcomers: its belief and proficiency are pulled to theirs."""
    for k in range(units.newcomer_belief.shape[1]):
        if units.newcomer_follows[unit]:
            theirs = state.published[policy, k, lane]
        else:
            theirs = units.newcomer_belief[unit, k]
        state.belief[policy, unit, k, lane] += share * (theirs - state.belief[policy, unit, k, lane])
    state.proficiency[policy, unit, lane] += share * (units.newcomer_skill[unit] - state.proficiency[policy, unit, lane])


@compiled
def absorb(tables, state, here, policy, week):
    """What share of each shock the contingencies active this week let through; whether any absorbs at all."""
    contingencies = tables.contingencies
    any_active = False
    for s in range(here.unabsorbed.shape[0]):
        for lane in range(here.unabsorbed.shape[1]):
            here.unabsorbed[s, lane] = 1.0
    for g in range(contingencies.after.shape[0]):
        if not tables.policies.lists[policy, g]:
            continue
        for lane in range(here.unabsorbed.shape[1]):
            if state.active_from[policy, g, lane] <= week < state.active_until[policy, g, lane]:
                any_active = True
                for s in range(here.unabsorbed.shape[0]):
                    here.unabsorbed[s, lane] *= 1.0 - contingencies.absorbs[g, s]
    return any_active


@compiled
def feel_capacity(tables, state, here, policy, absorbing):
    """The share of each unit's capacity that is lost this week, at most 1, into here.lost; whether any is."""
    effects = tables.effects
    lost = here.lost
    anything = False
    for e in range(effects.kind.shape[0]):
        if effects.kind[e] == CAPACITY and state.felt_any[e]:
            if not anything:
                lost[:, :] = 0.0
            anything = True
            _add_capacity_loss(effects, state, here, e, absorbing)
    if anything:
        for i in range(lost.shape[0]):
            for lane in range(lost.shape[1]):
                lost[i, lane] = min(lost[i, lane], 1.0)
    return anything


@compiled
def _add_capacity_loss(effects, state, here, e, absorbing):
    """One effect's loss of capacity, after absorption."""
    through, shock = here.through, effects.shock[e]
    for lane in range(through.shape[0]):
        through[lane] = here.unabsorbed[shock, lane] if absorbing else 1.0
    if effects.one[e] >= 0:
        felt_one = state.felt_one[effects.one[e]]
        for i in range(felt_one.shape[0]):
            for lane in range(through.shape[0]):
                here.lost[i, lane] += felt_one[i, lane] * through[lane] * effects.unit[e, i]
        return
    felt = state.felt[e]
    for i in range(effects.unit.shape[1]):
        if effects.unit[e, i] > 0.0:
            for lane in range(through.shape[0]):
                here.lost[i, lane] += felt[lane] * through[lane]


@compiled
def feel_productivity(tables, state, here, policy, absorbing):
    """Felt productivity P_k = 1 - min(1, felt losses) of each objective, into here.productivity."""
    effects = tables.effects
    here.productivity[:, :] = 1.0
    for e in range(effects.kind.shape[0]):
        if effects.kind[e] == PRODUCTIVITY and state.felt_any[e]:
            for k in range(effects.objective.shape[1]):
                if effects.objective[e, k] > 0.0:
                    for lane in range(here.through.shape[0]):
                        through = here.unabsorbed[effects.shock[e], lane] if absorbing else 1.0
                        here.productivity[k, lane] -= state.felt[e, lane] * through
    for k in range(here.productivity.shape[0]):
        for lane in range(here.productivity.shape[1]):
            here.productivity[k, lane] = max(here.productivity[k, lane], 0.0)


@compiled
def feel_unclarity(tables, state, here, policy, absorbing):
    """The noise of each step of the cascade this week, into here.garbling; whether there is any."""
    effects = tables.effects
    anything = tables.organisation.clarity_noise > 0.0
    here.garbling[:] = tables.organisation.clarity_noise
    for e in range(effects.kind.shape[0]):
        if effects.kind[e] == CLARITY and state.felt_any[e]:
            anything = True
            for lane in range(here.garbling.shape[0]):
                through = here.unabsorbed[effects.shock[e], lane] if absorbing else 1.0
                here.garbling[lane] += state.felt[e, lane] * through
    return anything
