"""Sensing against closed forms: perception, readings, recognition, warnings, false alarms, detectors."""

import numpy as np
import pytest
from worlds import ONE_IN_A_MILLION, misses_mean, misses_variance, play, world

from realign.model import build_plan, play_until

MANY = 10_000
GOALS = [{"name": "One", "weight": 0.3}, {"name": "Two", "weight": 0.7}]


def policy(**keys):
    return [{"name": "Watch", "rule": "static", **keys}]


def state_at(scenario, week, futures=1):
    return play_until(build_plan(scenario), seed=1, futures=np.arange(futures), week=week)


def test_perceived_priorities_follow_the_true_ones_with_their_half_life():
    """The truth moves for good in week 0; what leadership has not taken in halves every 5 weeks."""
    turn = [{"on": "priority", "objectives": ["One"], "size": 1.0, "half_life": float("inf")}]
    market = {"perceived_half_life": 5}
    scenario = world(objective=GOALS, market=market, shock=[{"name": "Turn", "weeks": [0], "effects": turn}])
    moved = 0.3 * np.e / (0.3 * np.e + 0.7)
    for week in (1, 5, 20):
        found = state_at(scenario, week).perceived[0, 0, 0]
        assert abs(found - (moved + (0.3 - moved) * 2.0 ** (-week / 5))) < 1e-12


def test_leadership_that_does_not_monitor_learns_nothing():
    turn = [{"on": "priority", "objectives": ["One"], "size": 1.0, "half_life": float("inf")}]
    shock = [{"name": "Turn", "weeks": [0], "effects": turn}]
    scenario = world(objective=GOALS, policy=policy(monitoring=0), shock=shock)
    assert abs(state_at(scenario, 30).perceived[0, 0, 0] - 0.3) < 1e-15


def test_a_bias_multiplies_what_is_perceived_however_much_is_monitored():
    for monitoring in (1.0, 25.0):
        market = {"perception_bias": {"Two": 0.5}, "perception_noise": 0.0}
        found = state_at(world(objective=GOALS, market=market, policy=policy(monitoring=monitoring)), 20)
        assert abs(found.perceived[0, 0, 0] - 0.3 / 0.65) < 1e-12


@pytest.mark.parametrize("monitoring", [0.25, 1.0, 4.0])
def test_monitoring_divides_the_noise_of_perception_by_its_square_root(monitoring):
    """At once (half-life 0) the log-odds of what is seen have variance 2 noise^2 / monitoring."""
    market = {"perception_noise": 0.2, "perceived_half_life": 0}
    seen = state_at(world(objective=GOALS, market=market, policy=policy(monitoring=monitoring)), 3, MANY).perceived[0]
    log_odds = np.log(seen[0] / seen[1]) - np.log(3 / 7)
    assert misses_mean(log_odds, 0.0) < ONE_IN_A_MILLION
    assert misses_variance(log_odds, 0.08 / monitoring) < ONE_IN_A_MILLION
    assert misses_variance(log_odds, 0.08 / (1.3 * monitoring)) > ONE_IN_A_MILLION


def test_readings_are_noisy_in_proportion_to_the_level():
    goal = [{"name": "Goal", "start": 50, "gain": 0, "fade": float("inf"), "kpi_noise": 0.2}]
    reading = state_at(world(objective=goal), 4, MANY).reading[0, 0]
    assert misses_mean(reading, 50) < ONE_IN_A_MILLION
    assert misses_variance(reading, 100) < ONE_IN_A_MILLION
    assert reading.min() >= 0.0


@pytest.mark.parametrize("monitoring", [0.5, 1.0, 3.0])
def test_recognition_takes_an_exponential_time_whose_mean_monitoring_divides(monitoring):
    """Strikes in week 0 with a mean of 6 weeks; 520 weeks leave none unrecognised."""
    shock = [{"name": "Flood", "weeks": [0], "recognised_after": 6}]
    found = play(world(shock=shock, weeks=520, policy=policy(monitoring=monitoring)), futures=MANY)
    delay = found["weeks_to_recognise"]
    assert misses_mean(delay, 6 / monitoring) < ONE_IN_A_MILLION
    assert misses_variance(delay, (6 / monitoring) ** 2) < ONE_IN_A_MILLION
    assert misses_mean(delay, 7 / monitoring) > ONE_IN_A_MILLION


def test_a_shock_that_speaks_for_itself_is_recognised_at_once_by_anybody():
    found = play(world(shock=[{"name": "Flood", "weeks": [0]}], policy=policy(monitoring=0)), futures=10)
    assert (found["weeks_to_recognise"] == 0.0).all()


@pytest.mark.parametrize("monitoring", [0.5, 1.0, 2.0, 5.0])
def test_warnings_are_heard_with_their_chance_and_monitoring(monitoring):
    """1 - (1 - chance)^monitoring, `lead` weeks ahead; who was warned recognises the strike as it comes."""
    warning = {"lead": 4, "chance": 0.3}
    shock = [{"name": "Flood", "weeks": [20], "recognised_after": 3, "warning": warning}]
    found = play(world(shock=shock, weeks=500, policy=policy(monitoring=monitoring)), futures=MANY, watch=True)
    warned = np.zeros(MANY)
    for future, week, _, _ in found.events("warning"):
        warned[future] = 1.0
        assert week == 16
    chance = 1 - 0.7**monitoring
    assert misses_mean(warned, chance) < ONE_IN_A_MILLION
    assert misses_mean(warned, 1 - (1 - 0.34) ** monitoring) > ONE_IN_A_MILLION
    delay = found["weeks_to_recognise"]
    assert (delay[warned == 1.0] == 0.0).all() and (delay[warned == 0.0] > 0.0).all()


@pytest.mark.parametrize("monitoring", [0.01, 1.0, 10.0])
def test_a_warning_that_is_certain_reaches_whoever_monitors_at_all(monitoring):
    """1 - (1 - 1)^m = 1 for every m > 0."""
    shock = [{"name": "Flood", "weeks": [20], "warning": {"lead": 4, "chance": 1.0}}]
    found = play(world(shock=shock, policy=policy(monitoring=monitoring)), futures=MANY, watch=True)
    assert len(found.events("warning")) == MANY


def test_a_warning_of_a_strike_too_near_the_beginning_comes_in_week_zero():
    shock = [{"name": "Flood", "weeks": [2], "warning": {"lead": 10, "chance": 1.0}}]
    found = play(world(shock=shock), watch=True)
    assert [week for _, week, _, _ in found.events("warning")] == [0]


def test_false_alarms_come_in_the_share_of_weeks_that_their_rate_gives():
    """A week has one with chance 1 - exp(-rate / 52)."""
    shock = [{"name": "Flood", "warning": {"lead": 1, "chance": 0.5, "false_alarms": 8}}]
    found = play(world(shock=shock, weeks=104), futures=500, watch=True)
    number = np.zeros(500)
    for future, _, _, _ in found.events("false alarm"):
        number[future] += 1
    assert misses_mean(number, 104 * (1 - np.exp(-8 / 52))) < ONE_IN_A_MILLION
    assert misses_mean(number, 104 * (1 - np.exp(-10 / 52))) > ONE_IN_A_MILLION


def test_who_does_not_monitor_hears_neither_warnings_nor_false_alarms():
    warning = {"lead": 1, "chance": 0.9, "false_alarms": 20}
    shock = [{"name": "Flood", "rate": 5, "recognised_after": 1, "warning": warning}]
    found = play(world(shock=shock, policy=policy(monitoring=0)), futures=50, watch=True)
    assert {kind for _, _, _, kind, _, _ in found.block.events} == {"strike"}


def detector(shift, *, weeks, **trigger):
    """A level of 50 of 100 that falls by `shift` standard deviations of perceived value in week 0, and a detector.

    A setback multiplies the level, and so the noise of its reading; the noise given makes its sd 0.05 afterwards. The
    case of the first alarm is never done, so that it is the last.
    """
    goal = [{"name": "Goal", "start": 50, "gain": 0, "fade": float("inf"), "kpi_noise": 0.05 / (0.5 - 0.05 * shift)}]
    fall = [{"name": "Fall", "weeks": [0], "effects": [{"on": "setback", "size": 0.1 * shift}]}] if shift else []
    watch = {"sd": 0.05, "baseline": float("inf"), **trigger}
    return world(objective=goal, shock=fall, policy=policy(trigger=watch, handling=1e6), weeks=weeks)


def run_lengths(scenario, futures):
    """Weeks to the first alarm, counted from 1, of those futures that have one."""
    first: dict[int, int] = {}
    for future, week, _, _ in play(scenario, futures=futures, watch=True).events("alarm"):
        first.setdefault(future, week + 1)
    return np.array(list(first.values()), float)


def test_cusum_sounds_after_its_average_run_length_once_the_mean_has_fallen():
    """Allowance 0.5, threshold 5, a fall of 1 sd: 10.375975 weeks (integral equation of Page's scheme)."""
    found = run_lengths(detector(1.0, weeks=120, method="cusum", allowance=0.5, threshold=5), 20_000)
    assert len(found) == 20_000
    assert misses_mean(found, 10.375975300208193) < ONE_IN_A_MILLION
    twin = run_lengths(detector(1.0, weeks=120, method="cusum", allowance=0.5, threshold=5.2), 20_000)
    assert misses_mean(twin, 10.375975300208193) > ONE_IN_A_MILLION


def cusum_run_length(allowance, threshold, shift):
    """Average run length L(0) of a one-sided CUSUM.

    L(x) = 1 + L(0) Phi(k - x - s) + int_0^h L(y) phi(y + k - x - s) dy is solved
    at Gauss-Legendre nodes (Page 1954; Brook and Evans 1972); `shift` is the fall in standard deviations.
    """
    from math import erfc, sqrt

    nodes, weights = np.polynomial.legendre.leggauss(60)
    y = np.concatenate([[0.0], threshold * (nodes + 1) / 2])
    w = np.concatenate([[0.0], threshold * weights / 2])
    gap = y[None, :] + allowance - y[:, None] - shift
    kernel = np.exp(-(gap**2) / 2) / np.sqrt(2 * np.pi) * w[None, :]
    kernel[:, 0] = [0.5 * erfc(-(allowance - x - shift) / sqrt(2)) for x in y]
    return float(np.linalg.solve(np.eye(len(y)) - kernel, np.ones(len(y)))[0])


def test_the_integral_equation_gives_the_published_run_lengths():
    assert cusum_run_length(0.5, 4, 0) == pytest.approx(335.3675776265675, rel=1e-6)
    assert cusum_run_length(0.5, 5, 0) == pytest.approx(930.8870120559238, rel=1e-6)
    assert cusum_run_length(0.5, 5, 1) == pytest.approx(10.375975300208193, rel=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize(("threshold", "weeks"), [(4, 4000), (3, 1500)])
def test_cusum_rarely_sounds_while_nothing_has_changed(threshold, weeks):
    """Average run lengths of 335 weeks and more; what 4000 weeks cut off is below one in 100 000."""
    wanted = cusum_run_length(0.5, threshold, 0)
    quiet = detector(0.0, weeks=weeks, method="cusum", allowance=0.5, threshold=threshold)
    found = run_lengths(quiet, 2500)
    assert len(found) > 2497
    assert misses_mean(found, wanted) < ONE_IN_A_MILLION
    assert misses_mean(found, cusum_run_length(0.5, threshold + 0.3, 0)) > ONE_IN_A_MILLION


def test_an_ewma_of_weight_one_sounds_when_one_reading_is_low():
    """Its alarm is z < -1.5: a geometric run length of mean 1 / Phi(-1.5) = 14.968."""
    found = run_lengths(detector(0.0, weeks=400, method="ewma", weight=1.0, threshold=1.5), MANY)
    chance = 0.06680720126885807
    assert misses_mean(found, 1 / chance) < ONE_IN_A_MILLION
    assert misses_variance(found, (1 - chance) / chance**2) < ONE_IN_A_MILLION
    assert misses_mean(found, 1 / 0.0734) > ONE_IN_A_MILLION


def test_an_ewma_sums_geometrically_weighted_readings():
    """Without noise z = -2 for good: Z(t) = -2 (1 - (1 - weight)^t) first below -1.6 sqrt(0.2 / 1.8) x 3 in week 6."""
    goal = [{"name": "Goal", "start": 50, "gain": 0, "fade": float("inf")}]
    fall = [{"name": "Fall", "weeks": [0], "effects": [{"on": "setback", "size": 0.2}]}]
    trigger = {"method": "ewma", "weight": 0.2, "threshold": 4.5, "sd": 0.05, "baseline": float("inf")}
    found = play(world(objective=goal, shock=fall, policy=policy(trigger=trigger)), watch=True)
    limit = 4.5 * np.sqrt(0.2 / 1.8)
    first = next(t for t in range(1, 100) if 2 * (1 - 0.8**t) > limit)
    assert found.events("alarm")[0][1] == first - 1
    assert found.events("alarm")[1][1] == 2 * first - 1  # the statistic starts again at 0


def test_a_baseline_follows_perceived_value_with_its_half_life():
    goal = [{"name": "Goal", "start": 50, "gain": 0, "fade": float("inf")}]
    fall = [{"name": "Fall", "weeks": [0], "effects": [{"on": "setback", "size": 0.2}]}]
    trigger = {"method": "cusum", "threshold": 1e9, "sd": 0.05, "baseline": 8}
    scenario = world(objective=goal, shock=fall, policy=policy(trigger=trigger))
    for week in (1, 8, 30):
        assert abs(state_at(scenario, week).baseline_mean[0, 0] - (0.4 + 0.1 * 2.0 ** (-week / 8))) < 1e-12


def test_a_detector_is_silent_while_its_case_is_open():
    """Handled for ever, the first alarm is the last; handled at once, there are many."""
    once = detector(1.0, weeks=300, method="cusum", allowance=0.5, threshold=5)
    often = once.replace("policy.Watch.handling", 0)
    assert len(play(once, futures=20, watch=True).events("alarm")) == 20
    assert len(play(often, futures=20, watch=True).events("alarm")) > 200
