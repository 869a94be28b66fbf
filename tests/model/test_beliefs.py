"""Communication and reallocation against closed forms: consensus, resistance, cascade, inertia, autonomy."""

import numpy as np
import pytest
from worlds import ONE_IN_A_MILLION, misses_mean, play, world

from realign.model import build_plan, play_until

GOALS = [{"name": "One"}, {"name": "Two"}]
# whom each of four units listens to, and what they believe of objective "One" at first
WEIGHTS = np.array([[0.5, 0.5, 0, 0], [0.25, 0.5, 0.25, 0], [0, 0.2, 0.6, 0.2], [0.1, 0, 0.3, 0.6]])
FIRST = np.array([0.9, 0.2, 0.5, 0.6])


def state_at(scenario, week, futures=1):
    return play_until(build_plan(scenario), seed=1, futures=np.arange(futures), week=week)


def peers_only(*, resistance=(0.0,) * 4, weeks=400):
    """Four units that hear nobody but each other."""
    units = [
        {
            "name": f"Unit {i}",
            "believes": {"One": FIRST[i], "Two": 1 - FIRST[i]},
            "listens_to": {f"Unit {j}": float(WEIGHTS[i, j]) for j in range(4) if WEIGHTS[i, j] > 0},
            "resistance": resistance[i],
        }
        for i in range(4)
    ]
    return world(objective=GOALS, unit=units, weeks=weeks, communication={"superior": 0.0, "half_life": 1})


def test_peers_reach_the_consensus_of_degroot():
    """The left eigenvector of the weights, applied to the first beliefs: 0.4967741935..."""
    values, vectors = np.linalg.eig(WEIGHTS.T)
    weight = np.real(vectors[:, np.argmax(np.real(values))])
    consensus = weight @ FIRST / weight.sum()
    assert abs(consensus - 0.4967741935483873) < 1e-12
    belief = state_at(peers_only(), 400).belief[0, :, 0, 0]
    assert np.abs(belief - consensus).max() < 1e-12
    assert abs(FIRST.mean() - consensus) > 0.01  # the twin: the plain mean is not the consensus


def test_resistance_leads_to_the_equilibrium_of_friedkin_and_johnsen():
    """b = (I - (I - R) W)^-1 R b(0); the four numbers are that formula's, computed apart."""
    rho = np.array([0.2, 0.5, 0.1, 0.3])
    wanted = [0.49069040173201833, 0.2860356025980274, 0.4255232138561463, 0.523634832812124]
    formula = np.linalg.solve(np.eye(4) - (1 - rho)[:, None] * WEIGHTS, rho * FIRST)
    assert np.abs(formula - wanted).max() < 1e-12
    belief = state_at(peers_only(resistance=tuple(rho)), 400).belief[0, :, 0, 0]
    assert np.abs(belief - wanted).max() < 1e-12
    without = state_at(peers_only(), 400).belief[0, :, 0, 0]
    assert np.abs(without - wanted).max() > 0.05


def test_two_are_enough_for_a_network():
    """Each moves half of the way to the other, so that they meet at once."""
    units = [{"name": "A", "believes": {"One": 1}}, {"name": "B", "believes": {"Two": 1}}]
    talking = {"objective": GOALS, "unit": units, "communication": {"superior": 0.0, "half_life": 1}}
    belief = state_at(world(**talking, network={"kind": "complete"}), 1).belief[0, :, 0, 0]
    assert np.abs(belief - 0.5).max() < 1e-12
    alone = state_at(world(**talking), 1).belief[0, :, 0, 0]  # with nobody to talk to they hear leadership: a half each
    assert np.abs(alone - [0.75, 0.25]).max() < 1e-12


def cascade(*, depth=3, half_life=3.0, intensity=1.0, weeks=27, **unit):
    """A chain of units that believe in One, while the published strategy is Two."""
    chain = [
        {"name": f"Level {level}", "believes": {"One": 1}, "reports_to": f"Level {level - 1}", **unit}
        for level in range(1, depth + 1)
    ]
    del chain[0]["reports_to"]
    policy = [{"name": "Still", "rule": "static", "strategy": {"Two": 1}, "communication": intensity}]
    return world(objective=GOALS, unit=chain, weeks=weeks, policy=policy, communication={"half_life": half_life})


def response(depth, half_life, weeks):
    """Share of a change taken up at this depth after weeks 0, 1, ...: each level a geometric delay, one week apart.

    The chance that the sum of `depth` geometric delays with success 1 - 2^(-1/half_life) is at most t.
    """
    success = 1.0 - 2.0 ** (-1.0 / half_life)
    at_most = np.zeros(weeks + 1)
    mass = np.zeros(weeks + 1)
    mass[0] = 1.0
    single = np.concatenate([[0.0], success * (1.0 - success) ** np.arange(weeks)])
    for _ in range(depth):
        mass = np.convolve(mass, single)[: weeks + 1]
    at_most[:] = np.cumsum(mass)
    return at_most


@pytest.mark.parametrize(("depth", "after_six", "after_twenty_six"), [
    (1, 0.7499999999999999, 0.997539216699424), (3, 0.1067723544884909, 0.9268787919134658),
])  # fmt: skip
def test_a_change_of_strategy_runs_down_the_cascade_as_negative_binomial(depth, after_six, after_twenty_six):
    wanted = response(depth, 3.0, 26)
    assert abs(wanted[6] - after_six) < 1e-12 and abs(wanted[26] - after_twenty_six) < 1e-12
    for week in (1, 2, 3, 6, 13, 26):
        belief = state_at(cascade(), week).belief[0, depth - 1, 1, 0]
        assert abs(belief - wanted[week]) < 1e-12
        if wanted[week] > 0.0:
            assert abs(belief - response(depth, 3.2, 26)[week]) > 1e-5


def test_double_intensity_halves_the_half_life():
    belief = state_at(cascade(intensity=2.0), 6).belief[0, :, 1, 0]
    assert np.abs(belief - [response(depth, 1.5, 6)[6] for depth in (1, 2, 3)]).max() < 1e-12
    assert np.abs(belief - [response(depth, 3.0, 6)[6] for depth in (1, 2, 3)]).max() > 0.1


def test_without_communication_nobody_hears_anything():
    assert (state_at(cascade(intensity=0.0), 26).belief[0, :, 0, 0] == 1.0).all()


def test_allocation_follows_belief_with_the_half_life_of_inertia():
    """Told at once, a unit moves its effort by half in 4 weeks; `moved` is half the L1 distance of a week."""
    for week in (1, 4, 8):
        state = state_at(cascade(depth=1, half_life=0.0, inertia=4), week)
        assert abs(state.allocation[0, 0, 0, 0] - 2.0 ** (-week / 4)) < 1e-12
        assert abs(state.moved[0, 0, 0] - (2.0 ** (-(week - 1) / 4) - 2.0 ** (-week / 4))) < 1e-12


def test_automated_effort_follows_the_strategy_with_the_half_life_of_retooling():
    """Machines do not wait for the cascade: those of the lowest level move as those of the highest."""
    state = state_at(cascade(depth=3, automation=0.5, retooling=10, inertia=float("inf")), 20)
    assert np.abs(state.automated[0, :, 0, 0] - 0.25).max() < 1e-12
    assert (state.allocation[0, :, 0, 0] == 1.0).all()


def test_autonomy_moves_belief_to_what_the_unit_sees():
    """Without messages b(t) = w + (b(0) - w) (1 - nu)^t, w the true priorities seen without noise."""
    goals = [{"name": "One", "weight": 0.3}, {"name": "Two", "weight": 0.7}]
    crew = [{"name": "Crew", "believes": {"One": 1}, "sensing_noise": 0.0}]
    policy = [{"name": "Free", "rule": "static", "autonomy": 0.1, "communication": 0.0}]
    state = state_at(world(objective=goals, unit=crew, policy=policy), 10)
    assert abs(state.belief[0, 0, 0, 0] - (0.3 + 0.7 * 0.9**10)) < 1e-12
    assert abs(state.belief[0, 0, 0, 0] - (0.3 + 0.7 * 0.9**11)) > 1e-3


def test_garbling_spreads_the_log_odds_of_a_message_as_its_noise_says():
    """heard_k ~ message_k exp(noise xi_k): the log-odds of two objectives have variance 2 noise^2 after one step."""
    noise = 0.4
    scenario = world(objective=GOALS, communication={"half_life": 0, "clarity_noise": noise})
    belief = state_at(scenario, 1, futures=20_000).belief[0, 0]
    log_odds = np.log(belief[0] / belief[1])
    assert misses_mean(log_odds, 0.0) < ONE_IN_A_MILLION
    assert misses_mean(log_odds**2, 2 * noise**2) < ONE_IN_A_MILLION
    assert misses_mean(log_odds**2, noise**2) > ONE_IN_A_MILLION


def test_garbling_adds_up_down_the_cascade():
    """At once at every level, a message at depth 3 has been garbled three times: variance 3 x 2 noise^2."""
    noise = 0.2
    scenario = world(
        objective=GOALS,
        unit=[{"name": "A"}, {"name": "B", "reports_to": "A"}, {"name": "C", "reports_to": "B"}],
        communication={"half_life": 0, "clarity_noise": noise},
    )
    belief = state_at(scenario, 5, futures=20_000).belief[0, 2]
    log_odds = np.log(belief[0] / belief[1])
    assert misses_mean(log_odds**2, 6 * noise**2) < ONE_IN_A_MILLION
    assert misses_mean(log_odds**2, 4 * noise**2) > ONE_IN_A_MILLION


def test_cohesion_is_the_mean_resultant_length_of_beliefs():
    """Three units with beliefs (.8 .2 0), (.1 .6 .3) and even shares: 0.8703761438..."""
    goals = [{"name": name} for name in "ABC"]
    beliefs = np.array([[0.8, 0.2, 0.0], [0.1, 0.6, 0.3], [1 / 3, 1 / 3, 1 / 3]])
    crews = [{"name": f"{i}", "believes": dict(zip("ABC", map(float, row)))} for i, row in enumerate(beliefs)]
    policy = [{"name": "Still", "rule": "static", "communication": 0.0}]
    found = play(world(objective=goals, unit=crews, policy=policy))
    directions = beliefs / np.linalg.norm(beliefs, axis=1, keepdims=True)
    resultant = np.linalg.norm(directions.mean(axis=0))
    assert abs(resultant - 0.8703761438084403) < 1e-12
    assert abs(found["cohesion"][0] - resultant) < 1e-12
    assert abs(found["cohesion"][0] - np.linalg.norm(beliefs.mean(axis=0))) > 0.01


def test_peers_count_for_what_the_superior_leaves():
    """One week at once: b = (1 - rho)(tau heard + (1 - tau) peers) + rho b(0)."""
    crews = [
        {"name": "A", "believes": {"One": 0.9, "Two": 0.1}, "listens_to": {"B": 1, "C": 3}, "resistance": 0.25},
        {"name": "B", "believes": {"One": 0.2, "Two": 0.8}},
        {"name": "C", "believes": {"One": 0.6, "Two": 0.4}},
    ]
    scenario = world(objective=GOALS, unit=crews, communication={"half_life": 0, "superior": 0.6})
    found = state_at(scenario, 1).belief[0, :, 0, 0]
    peers = (0.2 + 3 * 0.6) / 4
    assert abs(found[0] - (0.75 * (0.6 * 0.5 + 0.4 * peers) + 0.25 * 0.9)) < 1e-12
    assert np.abs(found[1:] - 0.5).max() < 1e-12  # without peers all weight is on what is heard
