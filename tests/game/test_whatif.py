"""What if: the same continuations for all options, none of them the hidden future, and as likely as they claim."""

import numpy as np
import pytest

from realign.errors import UsageError
from realign.game import play, whatif
from realign.game.board import priorities
from realign.game.candidates import candidates
from realign.game.habits import habits_of
from realign.game.whatif import FAR, LANES, _true_present
from realign.model import build_plan, play_block

ONE_IN_A_MILLION = 4.9  # standard errors


def without_chance(scenario):
    """The scenario in a world in which nothing is left to chance."""
    quiet = {"market.perception_noise": 0.0, "market.priority_volatility": 0.0, "market.demand_volatility": 0.0,
             "communication.clarity_noise": 0.0, "shock.Storm.rate": 0.0, "shock.Storm.warning.false_alarms": 0.0,
             "shock.Turn.chance": 0.0, "shock.New head.rate": 0.0, "opportunity.Idea.difficulty": 1e12,
             "policy.Awake.autonomy": 0.0}  # fmt: skip
    for objective in scenario.objectives:
        quiet |= {f"objective.{objective.name}.{key}": 0.0 for key in ("kpi_noise", "output_noise")}
    return scenario.replace(quiet)


OPTIONS = {
    "Reach": {"strategy": {"Reach": 1}}, "People": {"hire": {"Desk": 2}, "move": ("Bench", "Desk", 1)},
    "Loan": {"activate": "Loan"}, "Shelter": {"activate": "Shelter"}, "Calendar": {"review_every": 3, "slack": 0.2},
    "Alone": {"drop": ["Shelter", "Alert"], "monitoring": 0, "communication": 0.2}, "Steady": {"policy": "Steady"},
    "Rule": {"rule": "follow", "review": True},
}  # fmt: skip


@pytest.mark.parametrize("seat", ["leadership", "facilitator"])
@pytest.mark.parametrize("week", [0, 9, 23])
def test_in_a_world_without_chance_what_could_come_is_what_comes(small, seat, week):
    game = play(without_chance(small), policy="Awake", future=3)
    if week:
        game.decide(hire={"Bench": 1}, strategy={"Craft": 2, "Reach": 1}).advance(week - 1)
        game.decide(activate="Shelter").advance(1)
    found = game.sit(seat).what_if(OPTIONS, continuations=4)
    for n, (name, moves) in enumerate({"Hold": {}, **OPTIONS}.items()):
        really = game.branch(name)
        if moves:
            really.decide(**moves)
        weekly = really.advance(40)._table.position.state.weekly[0, 0, week:, 0]
        assert found.options[n] == name
        assert np.allclose(found.series["value"][n], weekly[:, None], rtol=1e-9, atol=1e-12), name


def test_of_some_continuations_a_warning_comes_true_in_as_large_a_share_as_of_all(small, monkeypatch):
    """Continuations come in whole groups; were the last left out, it would be those in which warnings are true."""
    game = play(small, policy="Awake", future=0)
    while not (told := whatif._known_present(game._table).warnings):
        game.advance()
    lived = whatif._continue

    def marked(present, moves, warned, *rest):
        value, cash, ruined = lived(present, moves, warned, *rest)
        return np.full_like(value, len(warned)), cash, ruined

    monkeypatch.setattr(whatif, "_continue", marked)
    every = game.what_if({}, continuations=2 * LANES, weeks=2).value[0]
    some = game.what_if({}, continuations=LANES + 40, weeks=2).value[0]
    assert len(told) == 1 and 0.1 < every.mean() < 0.9 and len(some) == LANES + 40
    assert abs(some.sum() - every.mean() * len(some)) <= 4, "one for each of the runs of like continuations"


def test_every_option_meets_the_same_continuations_and_holding_again_changes_nothing(small):
    game = play(small, policy="Awake", future=3).advance(12)
    found = game.what_if({"Again": {}, "Reach": {"strategy": {"Reach": 1}}}, continuations=300)
    assert np.array_equal(found.value[0], found.value[1]) and not np.array_equal(found.value[0], found.value[2])
    table = found.table.set_index("option")
    assert (table.loc["Again", ["gain", "gain_low", "gain_high"]] == 0.0).all()


def test_what_if_gives_the_same_bits_again_on_any_number_of_threads_and_after_undo(small):
    game = play(small, policy="Awake", future=8).advance(12)
    bits = [game.what_if(continuations=600, threads=threads).value.tobytes() for threads in (1, 2, 3)]
    game.advance(3).undo()
    game._table.cache.clear()
    bits.append(game.what_if(continuations=600).value.tobytes())
    assert len(set(bits)) == 1


def test_asking_changes_nothing(small):
    game = play(small, policy="Awake", future=8).advance(12)
    before = [a.tobytes() for a in game._table.position.state]
    game.what_if(continuations=50)
    game.sit("facilitator").what_if(continuations=50)
    assert [a.tobytes() for a in game._table.position.state] == before


@pytest.mark.parametrize("seat", ["leadership", "facilitator"])
def test_before_the_first_week_what_if_agrees_with_the_monte_carlo(small, seat):
    found = play(small, seat, policy="Awake", future=1).what_if({}, continuations=2000)
    plan = build_plan(small, policies=["Awake"])
    value = play_block(plan, seed=small.seed, first=0, count=2000).outcomes[0, 0]
    apart = found.value[0].mean() - value.mean()
    error = np.hypot(found.value[0].std() / np.sqrt(2000), value.std() / np.sqrt(2000))
    assert abs(apart) < ONE_IN_A_MILLION * error
    other = play_block(build_plan(small, policies=["Steady"]), seed=small.seed, first=0, count=2000).outcomes[0, 0]
    assert abs(found.value[0].mean() - other.mean()) > ONE_IN_A_MILLION * error, "the twin that must fail"


def forgetful(scenario):
    """The scenario, stormy, in a world that has forgotten by week 30 what was in week 20."""
    stormy = {"shock.Storm.rate": 26.0, "shock.Storm.recognised_after": 2.0, "objective.Craft.fade": 1.0,
              "objective.Craft.gain": 6.0, "objective.Reach.fade": 1.0, "objective.Reach.gain": 6.0,
              "organisation.credit": 1e9, "shock.Storm.warning.chance": 0.0,
              "shock.Storm.effects": [{"on": "productivity", "size": 0.15, "half_life": 1.0}]}  # fmt: skip
    return without_chance(scenario).replace(stormy).replace("regime", ())


@pytest.mark.parametrize("seat", ["leadership", "facilitator"])
def test_long_after_now_strikes_come_as_often_as_at_large(small, seat):
    """The kernel looks up in a future's past what has struck it: a past that is not its own hides what is to come."""
    scenario = forgetful(small)
    game = play(scenario, seat, policy="Steady", future=1).advance(20)
    later = slice(30, 40)
    ahead = game.what_if({}, continuations=2000).series["value"][0, later.start - 20 :].mean(axis=0)
    plan = build_plan(scenario, policies=["Steady"])
    large = play_block(plan, seed=scenario.seed, first=0, count=2000).weekly[0, 0, later].mean(axis=0)
    calm = build_plan(scenario.replace("shock.Storm.rate", 20.0), policies=["Steady"])
    twin = play_block(calm, seed=scenario.seed, first=0, count=2000).weekly[0, 0, later].mean(axis=0)
    error = np.hypot(ahead.std(), large.std()) / np.sqrt(2000)
    assert abs(ahead.mean() - large.mean()) < ONE_IN_A_MILLION * error
    assert abs(twin.mean() - large.mean()) > ONE_IN_A_MILLION * error, "the twin that must fail"


def test_a_regime_that_struck_often_goes_on_in_what_if(small):
    scenario = forgetful(small).replace({
        "regime": [{"name": "calm", "lasts": 20, "shock_rate": 0.05}, {"name": "rough", "lasts": 1e9}],
        "shock.Storm.rate": 52.0, "shock.Storm.recognised_after": 0.0,
    })  # fmt: skip
    game = next(
        game
        for game in (play(scenario, policy="Steady", future=future).advance(30) for future in range(9))
        if len(game._table.position.known.strikes) > 15
    )
    ahead = game.what_if({}, continuations=1000).series["value"][0, 5:].mean(axis=0)
    rough, either = (
        play_block(build_plan(one, policies=["Steady"]), seed=scenario.seed, first=0, count=1000).weekly[0, 0, 35:]
        for one in (scenario.replace("regime", []), scenario)
    )
    error = np.hypot(ahead.std(), rough.mean(axis=0).std()) / np.sqrt(1000)
    assert abs(ahead.mean() - rough.mean()) < ONE_IN_A_MILLION * error
    assert abs(either.mean() - rough.mean()) > ONE_IN_A_MILLION * error, "the twin that must fail"


def test_no_future_that_may_come_was_lived_by_anybody(small):
    game = play(small, policy="Awake", future=2**32 - 1).advance(12)
    known = game._table.position.known
    found = candidates(small, known, habits_of(small.policies[1]), cache={})
    assert found.state.lineage.max() < FAR and len(np.unique(found.state.lineage[12])) > 1
    for seat in ("leadership", "facilitator"):
        assert len(np.unique(game.sit(seat).what_if({}, continuations=50).value)) > 40
    ahead = [_true_present(play(small, future=future)._table).ahead for future in (0, FAR - 1, FAR, 2**32 - 1)]
    assert ahead == [FAR, FAR, 0, 0]


def _standing(game, scenario, *, lanes, blind=False):
    """For true levels, demand and one priority: rank among the candidates, error of their mean, unconditioned error."""
    position = game._table.position
    known = position.known
    found = candidates(
        scenario, known, habits_of(next(p for p in scenario.policies if p.name == "Awake")), cache={}, lanes=lanes
    )
    true = np.concatenate(
        [position.state.level[0, :, 0], position.state.demand_drift, priorities(position.plan, position.state)[:1, 0]]
    )
    some = np.concatenate(
        [found.state.level[0], found.state.demand_drift[None], priorities(position.plan, found.state)[:1]]
    )
    return (some < true[:, None]).mean(axis=1), some.mean(axis=1) - true, found


def test_candidates_are_closer_to_the_truth_than_the_futures_at_large(small):
    plan = build_plan(small, policies=["Awake"])
    from realign.model import play_until

    at_large = play_until(plan, seed=99, futures=np.arange(500), week=24)
    large = np.concatenate([at_large.level[0], at_large.demand_drift[None], priorities(plan, at_large)[:1]]).mean(
        axis=1
    )
    near, far = [], []
    for future in range(24):
        game = play(small, policy="Awake", future=future).advance(24)
        if game.board.ruined:
            continue
        _, error, _ = _standing(game, small, lanes=256)
        position = game._table.position
        true = np.concatenate(
            [
                position.state.level[0, :, 0],
                position.state.demand_drift,
                priorities(position.plan, position.state)[:1, 0],
            ]
        )
        near.append(error)
        far.append(large - true)
    near, far = (np.sqrt((np.array(errors) ** 2).mean(axis=0)) for errors in (near, far))
    assert (near < 0.8 * far).all(), (near, far)


def test_known_strikes_are_in_every_candidate_and_silence_rules_out_others(small):
    game = play(small.replace("shock.Storm.recognised_after", 0.0), policy="Awake", future=13).advance(30)
    known = game._table.position.known
    *_, found = _standing(game, game._table.setup.scenario, lanes=200)
    storms = [s.week for s in known.strikes if s.shock == "Storm"]
    assert storms and found.lost == 0
    plan, effects = game._table.position.plan, game._table.position.plan.tables.effects
    e = next(
        e
        for e in range(len(effects.kind))
        if sorted(plan.shocks)[effects.shock[e]] == "Storm" and effects.persistence[e] > 0
    )
    fade, size = effects.persistence[e], effects.size[e]
    least = sum(size * fade ** (29 - week) for week in storms)
    assert (found.state.felt[e] >= least - 1e-9).all(), "a Storm has severity 1 at least, so all must feel this much"


def test_a_wrong_question_is_refused_in_words(small):
    game = play(small, policy="Awake", future=1).advance(2)
    for asked, words in (
        (lambda: game.what_if({"x": {"slak": 1}}), "did you mean"),
        (lambda: game.what_if(continuations=1), "2 or more"),
        (lambda: game.what_if(weeks=0), "1 or more"),
        (lambda: game.sit("red").what_if(), "lead"),
        (lambda: game.advance(40).what_if(), "over"),
    ):
        with pytest.raises(UsageError, match=words):
            asked()


@pytest.mark.slow
def test_bands_of_the_present_hold_the_truth_about_as_often_as_they_say(small):
    """The approximations make them a little narrow: 90 % may be 80 %, not less."""
    ranks = []
    for future in range(300):
        game = play(small, policy="Awake", future=future).advance(24)
        if not game.board.ruined:
            ranks.append(_standing(game, small, lanes=512)[0])
    inside = np.mean((np.array(ranks) > 0.05) & (np.array(ranks) < 0.95), axis=0)
    error = np.sqrt(0.9 * 0.1 / len(ranks))
    assert (inside > 0.80 - ONE_IN_A_MILLION * error).all() and (inside < 0.9 + ONE_IN_A_MILLION * error).all(), inside


@pytest.mark.slow
@pytest.mark.parametrize("week", [0, 60, 120])
def test_two_thousand_continuations_of_every_option_of_the_bakery_take_two_processors_two_seconds(week):
    """Processor time, by which other work on the machine counts for little, of the first question in a week."""
    from pathlib import Path
    from time import process_time

    from realign.scenario import load

    game = play(load(Path(__file__).parents[2] / "scenarios" / "bakery.toml"), policy="Quarterly, prepared", future=6)
    game.what_if(continuations=2)
    if week:
        game.advance(week)
    begun = process_time()
    found = game.what_if()
    assert found.value.shape[1] > 1900 and len(found.options) >= 7
    assert process_time() - begun < 2 * 2.0
