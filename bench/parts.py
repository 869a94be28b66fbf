"""Parts of the kernel's week, each compiled by itself and repeated, so that their time can be taken.

Stage: bench. In: tables, state and scratch of a group of futures in some week. Out: nothing; state and scratch change.
"""

from realign.model.adapt import adapt
from realign.model.compiled import entry
from realign.model.outcome import advance_levels, reckon, value
from realign.model.refer import refer
from realign.model.sense import perceive, read_levels
from realign.model.week import habits_of
from realign.model.work import come_to_work, exert, produce, respond
from realign.model.world import draw_garbling, draw_noise, draw_sensing, spread_garbling


@entry
def draw(tables, state, here, seed, keys, week, times):
    """What the world draws every week, once for all policies."""
    tables, here = refer(tables), refer(here)
    senses, garbles = habits_of(tables)[1], tables.organisation.clarity_noise > 0.0
    for _ in range(times):
        draw_noise(tables, here, seed, keys, week)
        if senses:
            draw_sensing(tables, here, seed, keys, week)
        if garbles:
            draw_garbling(tables, here, seed, keys, week)
            spread_garbling(here)


@entry
def work(tables, state, here, seed, keys, week, times):
    """Who is present, and their effort."""
    tables, state, here = refer(tables), refer(state), refer(here)
    for _ in range(times):
        for policy in range(tables.policies.rule.shape[0]):
            respond(tables, state, here, policy, week)
            come_to_work(tables, state, here, policy, week, False)
            exert(tables, state, here, policy)


@entry
def output(tables, state, here, seed, keys, week, times):
    """What effort yields."""
    tables, state, here = refer(tables), refer(state), refer(here)
    for _ in range(times):
        for policy in range(tables.policies.rule.shape[0]):
            produce(tables, state, here, policy)


@entry
def outcome(tables, state, here, seed, keys, week, times):
    """Levels, value, cash, readings and perceived priorities."""
    tables, state, here = refer(tables), refer(state), refer(here)
    for _ in range(times):
        for policy in range(tables.policies.rule.shape[0]):
            advance_levels(tables, state, here, policy, week)
            value(tables, state, here, policy)
            reckon(tables, state, here, policy, week)
            read_levels(tables, state, here, policy, week)
            perceive(tables, state, here, policy)


@entry
def change(tables, state, here, seed, keys, week, times):
    """Beliefs, allocations, engagement, and what is seen of them."""
    tables, state, here = refer(tables), refer(state), refer(here)
    garbles, has_engagement = tables.organisation.clarity_noise > 0.0, habits_of(tables)[4]
    for _ in range(times):
        for policy in range(tables.policies.rule.shape[0]):
            adapt(tables, state, here, policy, garbles, has_engagement)


PARTS = {"draws of noise": draw, "work": work, "output": output, "outcome and sensing": outcome, "adapt": change}
