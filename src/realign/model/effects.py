"""Step 2, strike: what arriving shocks do, to the world and to each policy's organisation.

Felt effects last. Each is kept before absorption, as it would be felt by an organisation without plans,

    I_e(t) = I_e(t - 1) 2^(-1 / half-life) + sum of size x severity of this week's arrivals,

or as the plain sum over the arrivals of the last `lasts` weeks. What an organisation feels in a week is I_e times
(1 - absorbed) by the contingencies active *in that week*: a plan activated after the strike eases what is left of it.
One-off effects act once, times (1 - absorbed) at the strike. Priority and demand belong to the world: never absorbed.
"""

import numpy as np

from realign.model.compiled import compiled
from realign.model.lanes import WIDTH, any_of, both, get, least, magnitude, most, pack, put

KINDS = (
    "capacity", "productivity", "clarity", "priority", "demand",
    "setback", "cash", "methods", "turnover", "leadership",
)  # fmt: skip
CAPACITY, PRODUCTIVITY, CLARITY, PRIORITY, DEMAND, SETBACK, CASH, METHODS, TURNOVER, LEADERSHIP = range(10)
CLEAR, NOISY, FELT_NOISY = range(3)  # how the cascade is
FELT = DEMAND  # kinds up to this one are felt, the others are one-off


@compiled
def feel(tables, state, strikes, week):
    """Fade what was felt, add this week's arrivals. Returns whether anything struck this week in any lane."""
    effects, felt_any = tables.effects, state.felt_any
    kind, lasts, start = effects.kind, effects.lasts, effects.start
    count, weeks, next_strike = strikes.number, strikes.week, state.next_strike
    for e in range(kind.shape[0]):
        if felt_any[e]:
            _fade(effects, state, e)
    struck = False
    for lane in range(count.shape[0]):
        at = next_strike[lane]
        while at < count[lane] and weeks[lane, at] == week:
            struck = True
            shock = strikes.shock[lane, at]
            for e in range(start[shock], start[shock + 1]):
                if kind[e] <= FELT and lasts[e] == 0.0:
                    _add_felt(effects, state, strikes, lane, at, e)
            at += 1
    for e in range(kind.shape[0]):
        if lasts[e] > 0.0:
            _sum_recent(effects, state, strikes, week, e)
    return struck


@compiled
def _add_felt(effects, state, strikes, lane, at, e):
    """Feel effect e of arrival `at`."""
    amount, one, unit = effects.size[e] * strikes.severity[lane, at], effects.one[e], strikes.unit[lane, at]
    state.felt_any[e] = True
    if one < 0:
        state.felt[e, lane] += amount
    elif unit >= 0:
        state.felt_one[one, unit, lane] += amount


@compiled
def _fade(effects, state, e):
    """One week's fading of effect e in all lanes."""
    keep, one = effects.persistence[e] if effects.lasts[e] == 0.0 else 0.0, effects.one[e]
    felt, felt_one, largest = state.felt, state.felt_one, pack(0.0)
    for t in range(felt.shape[1] // WIDTH):
        if one < 0:
            left = get(felt, (e, t)) * keep
            put(felt, (e, t), left)
            largest = most(largest, magnitude(left))
        else:
            for unit in range(felt_one.shape[1]):
                left = get(felt_one, (one, unit, t)) * keep
                put(felt_one, (one, unit, t), left)
                largest = most(largest, left)
    state.felt_any[e] = any_of(largest > 0.0)


@compiled
def _sum_recent(effects, state, strikes, week, e):
    """What an effect of fixed duration amounts to: the sum over the arrivals that are recent enough."""
    own, lasts, count, weeks = effects.shock[e], effects.lasts[e], strikes.number, strikes.week
    shock, next_strike = strikes.shock, state.next_strike
    for lane in range(count.shape[0]):
        at = next_strike[lane]
        while at < count[lane] and weeks[lane, at] == week:
            at += 1
        at -= 1
        while at >= 0 and week - weeks[lane, at] < lasts:
            if shock[lane, at] == own:
                _add_felt(effects, state, strikes, lane, at, e)
            at -= 1


@compiled
def pass_strikes(state, strikes, week):
    """Move each lane's mark behind this week's arrivals; step 2 is over."""
    count, weeks, next_strike = strikes.number, strikes.week, state.next_strike
    for lane in range(count.shape[0]):
        while next_strike[lane] < count[lane] and weeks[lane, next_strike[lane]] == week:
            next_strike[lane] += 1


@compiled
def strike(tables, state, strikes, here, policy, week, absorbing):
    """One-off effects of this week's arrivals on one policy's organisation."""
    effects, waits_for = tables.effects, tables.contingencies.shock
    count, weeks, next_strike, alive = strikes.number, strikes.week, state.next_strike, state.alive[policy]
    for lane in range(count.shape[0]):
        at = next_strike[lane]
        while at < count[lane] and weeks[lane, at] == week:
            shock = strikes.shock[lane, at]
            if alive[lane] > 0.0:
                for g in range(waits_for.shape[0]):
                    if waits_for[g] == shock:
                        state.vain[policy, g, lane] = 0
                for e in range(effects.start[shock], effects.start[shock + 1]):
                    if effects.kind[e] > FELT:
                        amount = effects.size[e] * strikes.severity[lane, at]
                        if absorbing:
                            amount *= here.unabsorbed[shock, lane]
                        _hit(tables, state, here, policy, lane, e, strikes.unit[lane, at], amount)
            at += 1


@compiled
def _hit(tables, state, here, policy, lane, e, unit, amount):
    """One one-off effect on one lane."""
    effects, kind = tables.effects, tables.effects.kind[e]
    objective, hits, share = effects.objective, effects.unit, min(amount, 1.0)
    if kind == CASH:
        state.bill[policy, lane] += amount
    elif kind == SETBACK:
        for k in range(objective.shape[1]):
            state.level[policy, k, lane] *= 1.0 - share * objective[e, k]
    elif kind == METHODS:
        for k in range(objective.shape[1]):
            state.methods[policy, k, lane] *= 1.0 - share * objective[e, k]
    elif kind == TURNOVER:
        for i in range(hits.shape[1]):
            if hits[e, i] > 0.0 and (effects.one[e] < 0 or i == unit) and here.people[i, lane] > 0.0:
                blend_newcomers(tables.units, state, policy, i, lane, share)
    else:
        _reset_leadership(effects.belief[e], state, policy, lane, share)


@compiled
def _reset_leadership(own, state, policy, lane, share):
    """Pull leadership's strategy and perception toward a successor's own view (K,).

    What is published follows at once, unless a contingency speaks in leadership's stead.
    """
    strategy, perceived, published = state.strategy[policy], state.perceived[policy], state.published[policy]
    speaks = state.spoken[policy, lane] == 1
    for k in range(own.shape[0]):
        strategy[k, lane] += share * (own[k] - strategy[k, lane])
        perceived[k, lane] += share * (own[k] - perceived[k, lane])
        if not speaks:
            published[k, lane] = strategy[k, lane]


@compiled
def measure_belief(belief, unit, lane, inverse_length):
    """Keep the length of one unit's belief in one lane in step with it."""
    square = 0.0
    for k in range(belief.shape[1]):
        square += belief[unit, k, lane] * belief[unit, k, lane]
    inverse_length[unit, lane] = 1.0 / np.sqrt(max(square, 1e-300))


@compiled
def blend_newcomers(units, state, policy, unit, lane, share):
    """Replace a share of a unit by newcomers: its belief and proficiency are pulled to theirs."""
    belief, published, theirs = state.belief[policy], state.published[policy], units.newcomer_belief
    follows = units.newcomer_follows[unit]
    for k in range(theirs.shape[1]):
        new = published[k, lane] if follows else theirs[unit, k]
        belief[unit, k, lane] += share * (new - belief[unit, k, lane])
    measure_belief(belief, unit, lane, state.inverse_length[policy])
    proficiency = state.proficiency[policy]
    proficiency[unit, lane] += share * (units.newcomer_skill[unit] - proficiency[unit, lane])


@compiled
def acts_anywhere(active_from, active_until, g, week):
    """Whether contingency g is active in this week in any lane."""
    anywhere = False
    for t in range(active_from.shape[1] // WIDTH):
        active = both(get(active_from, (g, t)) <= week, get(active_until, (g, t)) > week)
        anywhere = anywhere or any_of(active)
    return anywhere


@compiled
def absorb(tables, state, here, policy, week):
    """What share of each shock the contingencies active this week let through; whether any is active at all."""
    absorbs, lists, unabsorbed = tables.contingencies.absorbs, tables.policies.lists[policy], here.unabsorbed
    active_from, active_until = state.active_from[policy], state.active_until[policy]
    any_active = False
    for g in range(lists.shape[0]):
        if not lists[g] or not acts_anywhere(active_from, active_until, g, week):
            continue
        for lane in range(unabsorbed.shape[1]):
            if active_from[g, lane] <= week < active_until[g, lane]:
                if not any_active:
                    unabsorbed[:, :] = 1.0
                any_active = True
                for s in range(unabsorbed.shape[0]):
                    unabsorbed[s, lane] *= 1.0 - absorbs[g, s]
    return any_active


@compiled
def _let_through(unabsorbed, shock, t, absorbing):
    """The share of a shock's effects that is felt after absorption."""
    return get(unabsorbed, (shock, t)) if absorbing else pack(1.0)


@compiled
def feel_capacity(tables, state, here, absorbing):
    """The share of each unit's capacity that is lost this week, at most 1, into here.lost; whether any is."""
    effects, lost, felt, felt_one = tables.effects, here.lost, state.felt, state.felt_one
    kind, hits, felt_any, one_of = effects.kind, effects.unit, state.felt_any, effects.one
    unabsorbed, shock = here.unabsorbed, effects.shock
    anything = False
    for e in range(kind.shape[0]):
        anything = anything or (kind[e] == CAPACITY and felt_any[e])
    if not anything:
        return False
    for t in range(lost.shape[1] // WIDTH):
        for i in range(lost.shape[0]):
            put(lost, (i, t), 0.0)
        for e in range(kind.shape[0]):
            if kind[e] != CAPACITY or not felt_any[e]:
                continue
            through, one = _let_through(unabsorbed, shock[e], t, absorbing), one_of[e]
            for i in range(lost.shape[0]):
                if one >= 0:
                    put(lost, (i, t), get(lost, (i, t)) + get(felt_one, (one, i, t)) * through)
                elif hits[e, i] > 0.0:
                    put(lost, (i, t), get(lost, (i, t)) + get(felt, (e, t)) * through)
        for i in range(lost.shape[0]):
            put(lost, (i, t), least(get(lost, (i, t)), 1.0))
    return True


@compiled
def feel_productivity(tables, state, here, absorbing):
    """Felt productivity P_k = 1 - min(1, felt losses) of each objective, into here.productivity."""
    effects, productivity, felt = tables.effects, here.productivity, state.felt
    kind, objective, felt_any = effects.kind, effects.objective, state.felt_any
    unabsorbed, shock = here.unabsorbed, effects.shock
    for t in range(productivity.shape[1] // WIDTH):
        for k in range(productivity.shape[0]):
            put(productivity, (k, t), 1.0)
        for e in range(kind.shape[0]):
            if kind[e] != PRODUCTIVITY or not felt_any[e]:
                continue
            taken = get(felt, (e, t)) * _let_through(unabsorbed, shock[e], t, absorbing)
            for k in range(productivity.shape[0]):
                if objective[e, k] > 0.0:
                    put(productivity, (k, t), get(productivity, (k, t)) - taken)
        for k in range(productivity.shape[0]):
            put(productivity, (k, t), most(get(productivity, (k, t)), 0.0))


@compiled
def feel_unclarity(tables, state, here, absorbing):
    """The noise of each step of the cascade this week, into here.garbling.

    Returns CLEAR, NOISY, or with effects FELT_NOISY; and whether the noise is another than it was in any lane.
    """
    effects, garbling, felt = tables.effects, here.garbling, state.felt
    kind, felt_any, usual = effects.kind, state.felt_any, tables.organisation.clarity_noise
    unabsorbed, shock = here.unabsorbed, effects.shock
    level, changed = NOISY if usual > 0.0 else CLEAR, False
    for t in range(garbling.shape[0] // WIDTH):
        noise = pack(usual)
        for e in range(kind.shape[0]):
            if kind[e] == CLARITY and felt_any[e]:
                level = FELT_NOISY
                noise = noise + get(felt, (e, t)) * _let_through(unabsorbed, shock[e], t, absorbing)
        before = get(garbling, (t,))
        changed = changed or any_of((noise < before) | (noise > before))
        put(garbling, (t,), noise)
    return level, changed
