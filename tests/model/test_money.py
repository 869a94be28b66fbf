"""Money against closed forms: reckoning, ruin of the discrete risk process, discounting."""

from math import exp, factorial

import numpy as np
import pytest
from worlds import ONE_IN_A_MILLION, misses_mean, play, world

ATTAINED = [{"name": "Goal", "start": 100.0, "target": 100.0, "gain": 0.0, "fade": float("inf")}]  # value 1 a week


def ruin_probability(cash, claims, size, weeks):
    """Chance that whole cash falls below 0 at a week's end: + 1 a week, less `size` for each of Poisson claims.

    Exact recursion over the distribution of cash among the surviving.
    """
    chances = [exp(-claims) * claims**n / factorial(n) for n in range(40)]
    alive = np.zeros(cash + weeks + 1)
    alive[cash] = 1.0
    for _ in range(weeks):
        after = np.zeros_like(alive)
        for n, chance in enumerate(chances):
            shift = 1 - size * n
            if shift == 1:
                after[1:] += chance * alive[:-1]
            elif -shift < len(alive):
                after[: len(alive) + shift] += chance * alive[-shift:]
        alive = after
    return 1.0 - alive.sum()


@pytest.mark.parametrize(("cash", "claims", "weeks", "wanted"), [
    (20, 0.12, 156, 0.4525531242248119), (40, 0.1, 260, 0.0738597147096919),
])  # fmt: skip
def test_ruin_has_the_probability_of_the_discrete_risk_process(cash, claims, weeks, wanted):
    """Opening cash u, net inflow 1 a week, claims of 8 at a Poisson rate, checked at week ends."""
    assert ruin_probability(cash, claims, 8, weeks) == pytest.approx(wanted, rel=1e-10)
    shock = [{"name": "Claim", "rate": 52 * claims, "effects": [{"on": "cash", "size": 8}]}]
    money = {"cash": cash, "credit": 0, "revenue": 1}
    found = play(world(objective=ATTAINED, shock=shock, organisation=money, weeks=weeks), futures=20_000)["ruined"]
    assert misses_mean(found, wanted) < ONE_IN_A_MILLION
    assert misses_mean(found, ruin_probability(cash - 3, claims, 8, weeks)) > ONE_IN_A_MILLION


def test_a_week_is_reckoned_by_hand():
    """cash + revenue V - wages of all people - fixed cost - upkeep - monitoring, a week."""
    policy = [{"name": "Still", "rule": "static", "monitoring": 2, "monitoring_cost": 7, "contingencies": ["Plan"]}]
    plan = [{"name": "Plan", "when": {"cash_below": -1e9}, "upkeep": 3}]
    money = {"cash": 100, "revenue": 50, "fixed_cost": 11, "wage": 4}
    crew = [{"name": "Crew", "people": 2.5}]
    goal = [ATTAINED[0] | {"start": 80.0}]
    scenario = world(objective=goal, organisation=money, policy=policy, contingency=plan, unit=crew, weeks=3)
    found = play(scenario).weekly("cash")[:, 0]
    assert np.abs(found - (100 + np.arange(1, 4) * (50 * 0.8 - 4 * 2.5 - 11 - 3 - 2 * 7))).max() < 1e-12


def test_the_absent_are_paid():
    effects = [{"on": "capacity", "size": 1.0, "half_life": float("inf")}]
    shock = [{"name": "Strike", "weeks": [0], "effects": effects}]
    found = play(world(shock=shock, organisation={"wage": 10}, weeks=5))
    assert found["final_cash"][0] == -50.0


def test_ruin_is_cash_below_minus_credit_and_not_at_it():
    for credit, week in ((30.0, 3.0), (29.0, 2.0), (1000.0, np.nan)):
        found = play(world(organisation={"wage": 10, "credit": credit}, weeks=20))
        assert np.array_equal(found["ruin_week"], [week], equal_nan=True)


def test_without_a_limit_of_credit_nobody_is_ruined():
    assert play(world(organisation={"wage": 1e9, "credit": float("inf")}))["ruined"][0] == 0.0


def test_realigning_costs_half_the_distance_a_week_later():
    """Decided in week 4: from (1, 0) half the way to (0.5, 0.5), 0.25 of all effort, at 80: paid in week 5."""
    goals = [{"name": "One"}, {"name": "Two"}]
    policy = [{"name": "P", "rule": "follow", "review_every": 4, "stride": 0.5, "strategy": {"One": 1}}]
    scenario = world(objective=goals, policy=policy, organisation={"realigning_cost": 80}, weeks=7)
    found = play(scenario)
    assert found.weekly("cash")[:, 0].tolist() == [0, 0, 0, 0, 0, -20, -20]
    assert found["realigning_cost"][0] == 20.0


def test_value_is_discounted_by_the_year():
    """V(t) = 2^(-(t+1)/20), discounted by 1.08^(-t/52) and divided by the sum of discounts."""
    goal = [ATTAINED[0] | {"fade": 20.0}]
    found = play(world(objective=goal, organisation={"discount": 0.08}, weeks=156))
    weeks = np.arange(156)
    value, discount = 2.0 ** (-(weeks + 1) / 20), 1.08 ** (-weeks / 52)
    assert found["value"][0] == pytest.approx(value.mean(), rel=1e-12)
    assert found["discounted_value"][0] == pytest.approx((value * discount).sum() / discount.sum(), rel=1e-12)
    assert found["discounted_value"][0] != pytest.approx((value * 0.08**weeks).sum(), rel=1e-3)


def test_without_a_discount_rate_discounted_value_is_value():
    found = play(world(market={"demand_volatility": 0.1}), futures=10)
    assert np.abs(found["discounted_value"] - found["value"]).max() < 1e-12


def test_what_is_constant_is_worth_the_same_at_any_discount():
    found = play(world(organisation={"discount": 3.0}))
    assert found["discounted_value"][0] == pytest.approx(0.5, rel=1e-12)
