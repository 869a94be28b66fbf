"""One week, in order: the story of the model, told once.

The world moves first and is shared; then every policy lives through the same week in its own copy of the organisation.
All functions act on a group of lanes, one future each, and write into the state; `play` runs a range of weeks.
"""

from realign.model.adapt import adapt
from realign.model.arrivals import draw_arrivals
from realign.model.communicate import weigh_voices
from realign.model.compiled import compiled, entry
from realign.model.contingency import note_from_the_start
from realign.model.decide import decide
from realign.model.discover import age_methods, discover, draw_findings
from realign.model.effects import (
    CLEAR,
    FELT_NOISY,
    absorb,
    feel,
    feel_capacity,
    feel_productivity,
    feel_unclarity,
    pass_strikes,
    strike,
)
from realign.model.measure import recover
from realign.model.outcome import advance_levels, bury, reckon, value
from realign.model.record import note_strikes, record
from realign.model.refer import refer
from realign.model.rules import yield_in_full
from realign.model.sense import detect, perceive, read_levels
from realign.model.signals import draw_signals
from realign.model.work import come_to_work, exert, produce, respond
from realign.model.world import count_people, draw_garbling, draw_noise, draw_sensing, drift, spread_garbling

DONE, STRIKES_FULL, TOO_MANY_ARRIVALS, SIGNALS_FULL, RULE_FAILED = range(5)


@compiled
def habits_of(tables):
    """Which mechanisms a plan uses: explores, senses, the people of units change, plans, engagement."""
    units, policies, organisation = tables.units, tables.policies, tables.organisation
    explores = tables.opportunities.gain.shape[0] > 0
    senses = False
    for policy in range(policies.rule.shape[0]):
        senses = senses or policies.autonomy[policy] > 0.0
    changes = False
    for i in range(units.people.shape[0]):
        changes = changes or units.growth[i] > 0.0 or units.join_shock[i] >= 0 or units.join_week[i] > 0
    engagement = organisation.churn > 0.0 or organisation.overload > 0.0 or organisation.disagreement > 0.0
    return explores, senses, changes, tables.contingencies.after.shape[0] > 0, engagement


@entry
def play(tables, state, here, regime, strikes, signals, log, seed, first, last, at, outcomes):
    """Play weeks first .. last - 1 of a group of futures under every policy: the story of the model.

    seed: uint64; at: the pack of lanes in state.weekly at which these begin; outcomes: (P, M, L), filled when the last
    week of the plan is over. Which futures are played, the state's lineage says. Returns DONE or the reason why it
    could not be played.
    """
    tables, state, here = refer(tables), refer(state), refer(here)
    strikes, signals, log = refer(strikes), refer(signals), refer(log)
    policies = tables.policies
    explores, senses, changes, has_plans, has_engagement = habits_of(tables)
    lineage, discount = state.lineage, 1.0
    status = draw_arrivals(tables.world, tables.shocks, tables.units, seed, lineage, regime, strikes)
    if status != DONE:
        return status
    if not draw_signals(tables.shocks, policies, seed, lineage, strikes, signals):
        return SIGNALS_FULL
    for _ in range(first):
        discount *= tables.organisation.discount
    state.next_signal[:, :] = 0
    if first == 0:
        note_from_the_start(tables, state, log)

    for week in range(first, last):
        keys = lineage[week]

        # 1. World: the same for every policy
        draw_noise(tables, here, seed, keys, week)
        struck = feel(tables, state, strikes, week)
        drift(tables, state, here, regime[week])
        if week == first or changes:
            count_people(tables, here, strikes, week, week == first)
            weigh_voices(tables, here)
            yield_in_full(tables, here)
        if senses:
            draw_sensing(tables, here, seed, keys, week)
        if explores:
            draw_findings(tables, here, seed, keys, week)
        unclear, _ = feel_unclarity(tables, state, here, False)
        if unclear > CLEAR:
            draw_garbling(tables, here, seed, keys, week)
            spread_garbling(here)

        for policy in range(policies.rule.shape[0]):
            # 2. Strike
            absorbing = has_plans and absorb(tables, state, here, policy, week)
            note_strikes(tables, state, strikes, log, policy, week)
            if struck:
                strike(tables, state, strikes, here, policy, week, absorbing)
            losing = feel_capacity(tables, state, here, absorbing)
            feel_productivity(tables, state, here, absorbing)
            if unclear == FELT_NOISY and has_plans and feel_unclarity(tables, state, here, absorbing)[1]:
                spread_garbling(here)

            # 3. Work
            respond(tables, state, here, policy, week)
            come_to_work(tables, state, here, policy, week, losing)
            exert(tables, state, here, policy)
            produce(tables, state, here, policy)

            # 4. Outcome
            advance_levels(tables, state, here, policy, week)
            value(tables, state, here, policy)
            reckon(tables, state, here, policy, week)

            # 5. Sense
            read_levels(tables, state, here, policy, week)
            perceive(tables, state, here, policy)
            if policies.trigger[policy] > 0:
                detect(tables, state, here, policy, week)

            # 6. Decide
            decide(tables, state, here, signals, log, policy, week, seed, keys)

            # 7. Communicate, 8. Reallocate
            adapt(tables, state, here, policy, unclear > CLEAR, has_engagement)

            # 9. Discover
            age_methods(tables, state, policy)
            if explores:
                discover(tables, state, here, strikes, log, policy, week)

            # 10. Record
            record(tables, state, here, log, policy, week, at, discount)
            bury(state, policy)
        pass_strikes(state, strikes, week)
        discount *= tables.organisation.discount
        if here.fault[0] != 0:
            return RULE_FAILED

    if last == tables.world.weeks:
        recover(tables, state, strikes, at, outcomes)
    return DONE
