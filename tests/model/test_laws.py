"""Laws: what must hold in every future of every scenario."""

import numpy as np
import pytest
import tomli_w
from worlds import EVERYTHING, play, same_bits, world

from realign.model import build_plan, play_until
from realign.scenario import parse

SEED = 5
FUTURES = np.arange(64, dtype=np.uint64)


@pytest.fixture(scope="module")
def plan():
    return build_plan(parse(EVERYTHING))


@pytest.fixture(scope="module")
def played():
    return play(parse(EVERYTHING), futures=256, seed=SEED, watch=True)


@pytest.fixture(scope="module", params=[1, 5, 8, 20, 45, 60])
def state(plan, request):
    """States of many futures at several weeks."""
    return play_until(plan, seed=SEED, futures=FUTURES, week=request.param)


@pytest.mark.parametrize("name", ["belief", "allocation", "automated", "strategy", "published", "perceived"])
def test_shares_stay_on_the_simplex(state, name):
    shares = getattr(state, name)
    assert shares.min() >= 0.0
    assert np.abs(shares.sum(axis=-2) - 1.0).max() < 1e-12


def test_no_effort_goes_where_there_is_no_skill(plan, state):
    able = plan.tables.units.skill > 0.0
    for shares in (state.allocation, state.automated):
        assert (shares[:, ~able] == 0.0).all()


def test_shares_of_capacity_quality_and_engagement_stay_in_their_bounds(state):
    for share in (state.engagement, state.proficiency, state.moved, state.cohesion):
        assert share.min() >= 0.0 and share.max() <= 1.0 + 1e-12
    assert state.level.min() >= 0.0 and state.methods.min() > 0.0 and state.reading.min() >= 0.0


def test_lowest_cash_is_the_lowest_cash_so_far(played):
    cash = played.plan.series.index("cash")
    lowest = np.minimum(played.block.weekly[:, cash].min(axis=1), 3000.0)
    for number, policy in enumerate(played.plan.policies):
        assert same_bits(played["lowest_cash", policy], lowest[number])


def test_attainment_lies_between_nothing_and_all(played):
    for name in played.plan.objectives:
        for policy in played.plan.policies:
            for found in (played.weekly(f"attainment[{name}]", policy), played[f"attainment[{name}]", policy]):
                assert found.min() >= 0.0 and found.max() <= 1.0


@pytest.mark.parametrize("measure", ["strategic_alignment", "strategy_to_belief", "cohesion", "misdirected", "wasted"])
def test_alignment_and_the_like_lie_between_zero_and_one(played, measure):
    for policy in played.plan.policies:
        assert played[measure, policy].min() >= 0.0
        assert played[measure, policy].max() <= 1.0 + 1e-12


def test_nothing_is_nan_but_what_may_have_nothing_to_measure(played):
    may = {"ruin_week", "drop", "weeks_to_recognise", "weeks_to_decide", "weeks_to_recover"}
    for number, measure in enumerate(played.plan.measures):
        if measure not in may:
            assert np.isfinite(played.block.outcomes[:, number]).all(), measure
    assert np.isfinite(played.block.weekly).all()


def test_what_may_be_nan_is_nan_exactly_where_there_is_nothing_to_measure(played):
    for policy in played.plan.policies:
        assert (np.isnan(played["ruin_week", policy]) == (played["ruined", policy] == 0.0)).all()
    still = play(world(), futures=5)
    for measure in ("ruin_week", "drop", "weeks_to_recognise", "weeks_to_decide", "weeks_to_recover"):
        assert np.isnan(still[measure]).all()


def test_value_is_the_mean_of_its_weekly_series(played):
    for policy in played.plan.policies:
        assert np.abs(played["value", policy] - played.weekly("value", policy).mean(axis=0)).max() < 1e-12


def test_ruin_is_absorbing(played):
    ruined = 0
    for policy in played.plan.policies:
        value, cash, alive = (played.weekly(series, policy) for series in ("value", "cash", "alive"))
        for future in np.flatnonzero(played["ruined", policy]):
            week = int(played["ruin_week", policy][future])
            ruined += 1
            assert (value[week + 1 :, future] == 0.0).all()
            assert (cash[week:, future] == played["final_cash", policy][future]).all()
            assert (alive[:week, future] == 1.0).all() and (alive[week:, future] == 0.0).all()
    assert ruined > 100


def test_the_ruined_decide_and_discover_no_more(played):
    for policy in played.plan.policies:
        ruin = {future: week for future, week, _, _ in played.events("ruin", policy)}
        for kind in ("decision", "activated", "found", "adopted", "alarm", "recognised"):
            assert all(week <= ruin.get(future, 60) for future, week, _, _ in played.events(kind, policy)), kind


@pytest.mark.parametrize("key", ["cash", "credit"])
def test_more_money_never_brings_earlier_ruin(key):
    """Without plans that wait for cash, money has no other effect."""
    scenario = parse(EVERYTHING.replace("when = { cash_below = 1_000 }", "when = { week = 3 }"))
    before = None
    for amount in (500, 2000, 3500, 6000):
        found = play(scenario.replace(f"organisation.{key}", amount), futures=256, seed=SEED)
        weeks = np.stack([np.nan_to_num(found["ruin_week", policy], nan=1e9) for policy in found.plan.policies])
        if before is not None:
            assert (weeks >= before).all() and (weeks > before).any()
        before = weeks


def test_identical_policies_under_different_names_differ_by_exactly_nothing():
    document = dict(parse(EVERYTHING).document)
    twins = [policy | {"name": f"{policy['name']} again"} for policy in document["policy"]]
    found = play(parse(tomli_w.dumps(document | {"policy": [*document["policy"], *twins]})), futures=100, seed=SEED)
    number = len(twins)
    assert same_bits(found.block.outcomes[:number], found.block.outcomes[number:])
    assert same_bits(found.block.weekly[:number], found.block.weekly[number:])


def test_monitoring_that_costs_nothing_never_recognises_later():
    """One strike a future, in week 10: how late each intensity recognises it, infinity where it does not."""
    shock = {"name": "Flood", "weeks": [10], "recognised_after": 15, "warning": {"lead": 3, "chance": 0.3}}
    policies = [{"name": f"{level:g}", "monitoring": level, "rule": "static"} for level in (0, 0.5, 1, 2, 5)]
    found = play(world(shock=[shock], policy=policies), futures=500, watch=True)
    before = np.full(500, np.inf)
    assert found.events("recognised", "0") == []
    for policy in found.plan.policies:
        delays = np.full(500, np.inf)
        for future, _, _, delay in found.events("recognised", policy):
            delays[future] = delay
        assert (delays <= before).all()
        assert policy == "0" or (delays < before).sum() > 50
        before = delays


def test_doubling_people_and_halving_their_gain_changes_no_value():
    document = dict(parse(EVERYTHING).document)
    document["contingency"] = [c for c in document["contingency"] if "people" not in c]
    document["policy"] = [policy | {"contingencies": []} for policy in document["policy"]]
    document["opportunity"] = [o | {"difficulty": 2 * o["difficulty"]} for o in document["opportunity"]]
    single = dict(document)
    single["opportunity"] = [o | {"difficulty": o["difficulty"] / 2} for o in document["opportunity"]]
    document["unit"] = [u | {"people": 2 * u["people"], "growth": 2 * u.get("growth", 0)} for u in document["unit"]]
    document["objective"] = [o | {"gain": o["gain"] / 2} for o in document["objective"]]
    document["organisation"] = document["organisation"] | {"wage": document["organisation"]["wage"] / 2}
    one = play(parse(tomli_w.dumps(single)), futures=64, seed=SEED)
    two = play(parse(tomli_w.dumps(document)), futures=64, seed=SEED)
    assert np.nanmax(np.abs(one.block.outcomes - two.block.outcomes)) < 1e-8
    assert (np.isnan(one.block.outcomes) == np.isnan(two.block.outcomes)).all()


def test_another_currency_changes_no_value():
    keys = ("cash", "credit", "revenue", "fixed_cost", "wage", "realigning_cost")
    base = parse(EVERYTHING.replace('{ on = "cash", size = 60 }', '{ on = "cash", size = 0 }'))
    base = base.replace("shock.Squeeze.effects", [{"on": "cash", "size": 0.0}])
    base = base.replace([(f"policy.{p.name}.contingencies", []) for p in base.policies])
    base = base.replace([(f"policy.{p.name}.monitoring_cost", 0) for p in base.policies])
    scaled = base.replace([(f"organisation.{key}", 8.0 * getattr(base.organisation, key)) for key in keys])
    one, two = play(base, futures=64, seed=SEED), play(scaled, futures=64, seed=SEED)
    for policy in one.plan.policies:
        assert same_bits(one["value", policy], two["value", policy])
        assert same_bits(8.0 * one["final_cash", policy], two["final_cash", policy])  # a power of 2 is exact


def test_relabelling_relabels():
    """Objectives with each other's names give each other's results; without noise, since noise goes by name."""
    names = ("Alpha", "Omega")
    goals = [{"weight": 0.7, "fade": 9, "gain": 2.0, "start": 10}, {"weight": 0.3, "fade": 30, "gain": 1.0, "due": 20}]
    crew = [{"skill": [0.5, 1.0], "people": 3}, {"skill": [1.0, 0.2], "believes": [0.1, 0.9]}]

    def relabelled(first, second):
        def by_name(pair):
            return dict(zip((first, second), pair))

        return world(
            objective=[{"name": name, **goal} for name, goal in zip((first, second), goals)],
            unit=[
                {"name": name, **{key: by_name(v) if isinstance(v, list) else v for key, v in unit.items()}}
                for name, unit in zip(("One", "Two"), crew)
            ],
            policy=[{"name": "Plan", "review_every": 5}],
            organisation={"coordination_loss": 0.4, "switching_loss": 0.2},
        )

    one, two = play(relabelled(*names)), play(relabelled(*names[::-1]))
    for stem in ("level", "hit", "attainment"):
        assert abs(one[f"{stem}[Alpha]"][0] - two[f"{stem}[Omega]"][0]) < 1e-12
        assert abs(one[f"{stem}[Omega]"][0] - two[f"{stem}[Alpha]"][0]) < 1e-12
    assert abs(one["value"][0] - two["value"][0]) < 1e-12
    assert abs(one["level[Alpha]"][0] - two["level[Alpha]"][0]) > 1e-3


def test_a_shock_never_raises_capacity():
    """Output in every week is at most that of the same future without the effect, whatever the severity."""
    effects = [
        {"on": "capacity", "units": units, "size": size, **how}
        for units in ("all", "one", ["Crew"])
        for size, how in ((0.3, {"half_life": 5}), (1.0, {"lasts": 2}))
    ]
    shock = {"name": "Flood", "rate": 10, "severity": {"dist": "exponential", "mean": 1.0}}
    crews = [{"name": "Crew", "people": 2}, {"name": "Other", "people": 3}]
    goal = [{"name": "Goal", "target": 1e9, "gain": 1.0, "fade": 20}]
    calm = play(world(shock=[shock], unit=crews, objective=goal), futures=64)
    for effect in effects:
        hit = play(world(shock=[shock | {"effects": [effect]}], unit=crews, objective=goal), futures=64)
        series = "attainment[Goal]"
        assert (hit.weekly(series) <= calm.weekly(series)).all()
        assert (hit["level[Goal]"] < calm["level[Goal]"]).any()
        assert (hit["level[Goal]"] >= 0.0).all()


def test_effort_is_conserved():
    """With equal gains and no frictions, all levels together gain what all people work, wherever they work."""
    goals = [{"name": name, "gain": 1.0, "fade": float("inf"), "target": 1e6, "weight": w}
             for name, w in (("One", 1.0), ("Two", 2.0), ("Three", 3.0))]  # fmt: skip
    crews = [{"name": "A", "people": 2, "automation": 0.4}, {"name": "B", "people": 5, "believes": {"One": 1}}]
    market = {"priority_volatility": 0.3, "perception_noise": 0.5}
    policies = [{"name": rule, "rule": rule, "review_every": 3} for rule in ("static", "follow", "gap", "plan")]
    found = play(world(objective=goals, unit=crews, market=market, policy=policies), futures=32)
    for policy in found.plan.policies:
        total = sum(found[f"level[{goal['name']}]", policy] for goal in goals)
        assert np.abs(total - 7 * 52).max() < 1e-9


def test_meetings_slack_and_exploration_take_their_share_of_effort():
    goal = [{"name": "Goal", "gain": 1.0, "fade": float("inf"), "target": 1e6}]
    policy = [{"name": "Still", "rule": "static", "slack": 0.1, "exploration": 0.2, "communication": 2.0}]
    found = play(world(objective=goal, policy=policy, communication={"meeting_time": 0.05}))
    assert abs(found["level[Goal]"][0] - 52 * (1 - 0.1 - 0.2 - 2 * 0.05)) < 1e-9
