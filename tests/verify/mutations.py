"""For each case with a known answer, a mutation of the engine that makes it fail.

A case that no fault of the engine could fail would prove nothing. Each is named here with one fault of the kind that it
is there to find: in `function` of a file of the model, `old` replaced by `new`.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "mutation"))
from schemata import Mutation


def _m(file: str, function: str, old: str, new: str) -> Mutation:
    return Mutation(f"model/{file}.py", function, old, new)


_EXCITE = "excited[lane] = kept + shocks.excitation[shock] * (count[lane] - before)"
_HIT = "mark -= units.people[unit] + units.growth[unit] * (week - joined)"

MAKES_FAIL: dict[str, Mutation] = {
    # ---- arrivals
    "poisson": _m("arrivals", "_count", "shocks.rate[shock], True", "1.1 * shocks.rate[shock], True"),
    "poisson-busy": _m("arrivals", "poisson", "n < 4000", "n < 25"),
    "compound-poisson": _m(
        "effects", "strike", "amount = effects.size[e] * strikes.severity[lane, at]", "amount = 2 * effects.size[e]"
    ),
    "hawkes-slow": _m("arrivals", "draw_arrivals", _EXCITE, _EXCITE.replace("kept +", "kept + 0.8 *")),
    "hawkes-strong": _m(
        "arrivals", "draw_arrivals", "shocks.excitation_persistence[shock] * excited[lane]",
        "shocks.excitation_persistence[shock] ** 1.1 * excited[lane]",
    ),
    "hawkes-quick": _m("shocks", "tabulate_shocks", "branching * (1.0 - fade)", "branching * fade * 0.9"),
    "hawkes-quarter-weeks": _m("shocks", "tabulate_shocks", "branching * (1.0 - fade)",
                               "branching * (1.0 - fade) * 0.9"),
    "offspring": _m("arrivals", "draw_arrivals", _EXCITE, _EXCITE.replace("count[lane] - before", "number[lane]")),
    "once": _m("arrivals", "_once_week", "whether < chance", "whether < 1.2 * chance"),
    "scheduled": _m("arrivals", "_arrive", "shocks.scheduled_week[n] == week", "shocks.scheduled_week[n] != week"),
    "caused": _m(
        "arrivals", "_settle_week", "week + shocks.cause_delay[cause]",
        "week + shocks.cause_delay[cause] + 1",
    ),
    "strike-time": _m(
        "arrivals", "_add", "uniforms(seed, key, shocks.stream[shock, MOMENT], week, index)[0]",
        "uniforms(seed, key, shocks.stream[shock, MOMENT], week, index)[0] ** 1.2",
    ),
    "strike-unit": _m("arrivals", "_hit_unit", _HIT, "mark -= total / units.people.shape[0]"),
    # ---- severities
    "severity-inversion": _m("severity", "severity", "x = a * exp(b * normal_quantile(u))",
                             "x = a * exp(b * normal_quantile(1.0 - u))"),
    "pareto-capped": _m("severity", "severity", "exp(-log(1.0 - u) / b)", "exp(-log(1.0 - u) / (b + 0.1))"),
    "lognormal-capped": _m("severity", "severity", "x = a * exp(b * normal_quantile(u))",
                           "x = a * exp(0.95 * b * normal_quantile(u))"),
    "gpd": _m("severity", "severity", "x = a + b * (exp(-c * log(1.0 - u)) - 1.0) / c",
              "x = a + b * (exp(-c * log(1.0 - u)) - 1.0)"),
    "gpd-heavy": _m("severity", "severity", "x = a + b * (exp(-c * log(1.0 - u)) - 1.0) / c",
                    "x = a + b * (exp(-0.9 * c * log(1.0 - u)) - 1.0) / (0.9 * c)"),
    "triangular": _m("severity", "_triangular", "u < (mode - low) / width", "u < (high - mode) / width"),
    "uniform": _m("severity", "severity", "x = a + u * (b - a)", "x = a + u * u * (b - a)"),
    "exponential": _m("severity", "severity", "x = -a * log(1.0 - u)", "x = -1.02 * a * log(1.0 - u)"),
    "empirical": _m(
        "severity", "severity", "min(np.int64(u * number), number - 1)",
        "min(np.int64(u * 3), number - 1)",
    ),
    # ---- world
    "demand-slow": _m(
        "world", "drift", "world.demand_persistence * get(wandered, (t,)) + step",
        "world.demand_persistence * world.demand_persistence * get(wandered, (t,)) + step",
    ),
    "demand-quick": _m("philox", "_box_muller", "radius * cosine", "radius"),
    "drift-settled": _m(
        "world", "drift", "world.demand_persistence * get(wandered, (t,)) + step",
        "world.demand_persistence * world.demand_persistence * get(wandered, (t,)) + step",
    ),
    "priority-drift": _m(
        "world", "drift", "persistence * get(drifted, (k, t)) + step",
        "persistence * persistence * get(drifted, (k, t)) + step",
    ),
    "demand-shock": _m("effects", "_fade", "get(felt, (e, t)) * keep", "get(felt, (e, t)) * (keep * keep)"),
    "priority-shock": _m("effects", "_sum_recent", "week - weeks[lane, at] < lasts", "week - weeks[lane, at] <= lasts"),
    "regime-share": _m("arrivals", "_change_regimes", "leaves < leave[now[lane]]", "leaves < leave[0]"),
    "regime-next": _m("arrivals", "_change_regimes", "where >= following[now[lane], to]",
                      "where * where >= following[now[lane], to]"),
    "regime-rates": _m("arrivals", "draw_arrivals", "factor[lane] = world.regime_shock_rate[now[lane]]",
                       "factor[lane] = 1.0"),
    "regime-volatility": _m("world", "drift", "restless[lane] = world.regime_volatility[regime[lane]]",
                            "restless[lane] = 1.0"),
    # ---- beliefs
    "degroot": _m("units", "listened_to", "listens[name] / total", "1.0 / len(listens)"),
    "friedkin-johnsen": _m("communicate", "communicate", "resistance * anchor[i, k]", "resistance * belief[i, k, 0]"),
    "cascade-depth-1": _m("plan", "_message_pace", "1.0 - persistence(half_life / intensity)",
                          "1.0 - persistence(2.0 * half_life / intensity)"),
    "cascade-depth-3": _m(
        "communicate", "communicate",
        "message = published if boss < 0 else before[boss]", "message = published",
    ),
    "cascade-finer": _m(
        "communicate", "communicate",
        "message = published if boss < 0 else before[boss]", "message = published",
    ),
    "peers-and-superior": _m(
        "communicate", "weigh_voices", "(1.0 - tau) / most(weight, TINY)",
        "tau / most(weight, TINY)",
    ),
    "network-complete": _m("units", "network_ties", "tied = True", "tied = i > 0"),
    "garbling": _m(
        "world", "spread_garbling", "exp(size * get(normal, (i, k, t)))",
        "exp(0.9 * size * get(normal, (i, k, t)))",
    ),
    "autonomy": _m(
        "communicate", "communicate", "fused(autonomy, get(sensed, (i, k, t)), new)",
        "fused(autonomy, pace * get(sensed, (i, k, t)) + (1.0 - pace) * own, new)",
    ),
    "turnover": _m("effects", "blend_newcomers", "belief[unit, k, lane] += share * (new - belief[unit, k, lane])",
                   "belief[unit, k, lane] = new"),
    "inertia": _m(
        "reallocate", "reallocate", "step = step_size * (target - now)",
        "step = step_size * step_size * (target - now)",
    ),
    "retooling": _m(
        "reallocate", "retool", "target = get(published, (policy, k, t)) * scale",
        "target = get(state.belief[policy], (i, k, t)) * scale",
    ),
    "cohesion": _m("adapt", "adapt", "count * length", "count * pack(1.0)"),
    # ---- production
    "ces-leontief": _m(
        "work", "_most_telling", "each = get(effort, (k, f, t)) * (1.0 / theta)",
        "each = get(effort, (k, f, t))",
    ),
    "ces-complements": _m("plan", "_technology", "(sigma - 1.0) / sigma", "(1.0 - sigma) / sigma"),
    "ces-cobb-douglas": _m(
        "work", "combine", "theta * x if technology == COBB_DOUGLAS else theta * exp(r * x)",
        "x if technology == COBB_DOUGLAS else theta * exp(r * x)",
    ),
    "ces-substitutes": _m("work", "combine", "log(mixed) / r", "log(mixed) * r"),
    "ces-sum": _m("plan", "_technology", "np.isinf(sigma)", "sigma > 1e9 and not np.isinf(sigma)"),
    "steady-level": _m(
        "outcome", "advance_levels", "before * persistence[k] + made",
        "(before + made) * persistence[k]",
    ),
    "coordination": _m(
        "work", "coordinate", "1.0 - loss * (1.0 - resultant)",
        "1.0 - loss * (1.0 - resultant * resultant)",
    ),
    "switching": _m("work", "come_to_work", "loss * get(moved, (i, t))", "2.0 * loss * get(moved, (i, t))"),
    "automation": _m(
        "work", "produce", "human = 1.0 - get(automatic, (k, t)) / most(get(total, (k, t)), TINY)",
        "human = pack(1.0)",
    ),
    "working-time": _m(
        "work", "respond", "meetings = tables.organisation.meeting_time * tables.policies.communication[policy]",
        "meetings = tables.organisation.meeting_time",
    ),
    "skill": _m("units", "tabulate_units", "np.where(skill > 0.0, belief, 0.0)", "belief"),
    "lost-capacity": _m(
        "work", "come_to_work", "1.0 - get(here.lost, (i, t))",
        "1.0 - get(here.lost, (i, t)) * get(here.lost, (i, t))",
    ),
    "strategy-map": _m(
        "outcome", "rate_value", "fused(exponent[n], get(logs, (depends_on[n], t)), power)",
        "fused(2.0 * exponent[n], get(logs, (depends_on[n], t)), power)",
    ),
    # ---- money
    "ruin-thin": _m("outcome", "reckon", "new < -credit", "new <= -credit"),
    "ruin-thick": _m("effects", "_hit", "state.bill[policy, lane] += amount", "state.bill[policy, lane] = amount"),
    "reckoning": _m("outcome", "reckon", "wage * get(wages, (t,))", "2.0 * wage * get(wages, (t,))"),
    "ruin-half-weeks": _m("outcome", "reckon", "new < -credit", "new < -4.0 - credit"),
    "ruin-quarter-weeks": _m("outcome", "reckon", "new < -credit", "new < -12.0 - credit"),
    "ruin-week": _m("outcome", "reckon", "new < -credit", "new < 1.0 - credit"),
    "value-after-ruin": _m("outcome", "value", "put(rate, (t,), get(rate, (t,)) * get(alive, (t,)))", ""),
    "discounting": _m(
        "plan", "_organisation", "(1.0 + o.discount) ** (-1.0 / 52.0)",
        "(1.0 - o.discount) ** (1.0 / 52.0)",
    ),
    "realigning-cost": _m("decide", "publish", "distance += 0.5 * abs(new - published[k, lane])",
                          "distance += abs(new - published[k, lane])"),
    # ---- attention
    "erlang-one-team": _m("decide", "open_case", "policies.handling[policy] * effort", "policies.handling[policy]"),
    "erlang-two-teams": _m("decide", "open_case", "range(policies.teams[policy])", "range(1)"),
    "erlang-early": _m("decide", "open_case", "max(time, state.team_free[policy, free, lane])", "time"),
    "handling": _m("decide", "open_case", "np.int64(np.ceil(done))", "np.int64(np.floor(done)) + 2"),
    "recognition": _m(
        "signals", "_notice", "_recognised(policies, policy, time, delay * shocks.recognised_after[shock])",
        "time + delay * shocks.recognised_after[shock]",
    ),
    "warnings": _m("signals", "_notice", "1.0 - power(1.0 - shocks.warning_chance[shock], monitoring)",
                   "shocks.warning_chance[shock]"),
    "false-alarms": _m("signals", "_cry_wolf", "shocks.false_alarm_rate[shock], shocks.stream[shock, FALSE_ALARM]",
                       "1.1 * shocks.false_alarm_rate[shock], shocks.stream[shock, FALSE_ALARM]"),
    "cusum-quiet": _m(
        "sense", "detect", "most(statistic - z - allowance, 0.0)",
        "most(statistic - z - 0.9 * allowance, 0.0)",
    ),
    "cusum-quieter": _m(
        "sense", "detect", "most(statistic - z - allowance, 0.0)",
        "most(statistic - z - 0.9 * allowance, 0.0)",
    ),
    "cusum-shift": _m("sense", "detect", "statistic > threshold", "statistic > threshold + 1.0"),
    "ewma-one-week": _m("sense", "detect", "statistic < -limit", "statistic < -0.9 * limit"),
    "ewma": _m("sense", "detect", "threshold * np.sqrt(weight / (2.0 - weight))", "threshold * np.sqrt(weight / 2.0)"),
    "perception": _m("sense", "perceive", "before + pace * (new - before)", "before + pace * pace * (new - before)"),
    "perception-noise": _m("sense", "perceive", "organisation.perception_noise / np.sqrt(monitoring)",
                           "organisation.perception_noise / monitoring"),
    "reading-noise": _m(
        "sense", "read_levels", "1.0 + noise[k] * get(normal, (k, READING_NOISE, t))",
        "1.1 + noise[k] * get(normal, (k, READING_NOISE, t))",
    ),
    "reviews": _m("decide", "decide", "week - policies.latency[policy]", "week - policies.latency[policy] + 1"),
    # ---- discovery
    "discovery": _m("discover", "_hazards", "1.0 - exp(-hazard)", "1.2 * hazard"),
    "opportunity-window": _m("discover", "discover", "week - opened[o, lane] >= closes_after",
                             "week - opened[o, lane] > closes_after"),
    "diversity": _m(
        "discover", "_hazards", "1.0 + bonus * (1.0 - get(cohesion, (policy, t)))",
        "1.0 + bonus * get(cohesion, (policy, t))",
    ),
    "adoption": _m("decide", "adopt", "1.0 + tables.opportunities.gain[o]", "2.0 + tables.opportunities.gain[o]"),
    "ageing-methods": _m("discover", "age_methods", "put(methods, (k, t), get(methods, (k, t)) * persistence[k])", ""),
    # ---- plans
    "dated-contingency": _m("contingency", "heed_conditions", "week + 1 == tables.contingencies.week[g]",
                            "week == tables.contingencies.week[g]"),
    "absorption": _m(
        "contingency", "activate", "state.active_from[policy, g, lane] = week + 1.0 + contingencies.after[g]",
        "state.active_from[policy, g, lane] = week + 4.0 + contingencies.after[g]",
    ),
    "two-plans": _m("effects", "absorb", "unabsorbed[s, lane] *= 1.0 - absorbs[g, s]",
                    "unabsorbed[s, lane] -= absorbs[g, s]"),
    "credit-line": _m(
        "outcome", "reckon", "choose(act(active_from, active_until, g, t, week), line[g], 0.0)",
        "pack(line[g])",
    ),
    # ---- pairing
    "identical-policies": _m(
        "signals", "_notice", "monitoring, known = watched(policies, policy, max(week - lead, 0)), time",
        "monitoring, known = watched(policies, policy, max(week - lead, 0)), time + 0.01 * policy",
    ),
    "policy-in-company": _m("work", "come_to_work", "put(here.wages, (t,), payroll)",
                            "put(here.wages, (t,), payroll + get(here.wages, (t,)))"),
    "futures-in-parts": _m("arrivals", "_count", "uniforms_of_words(words, lane)[0]", "uniforms_of_words(words, 0)[0]"),
    "run-continued": _m("week", "play", "range(first)", "range(0)"),
    "forced-strike": _m("arrivals", "_arrive", "POISSON + n", "strikes.number[lane]"),
    "stressed-rate": _m("arrivals", "_count", "uniforms_of_words(words, lane)[0]",
                        "uniforms_of_words(words, lane)[0 if rate < 0.1 else 1]"),
}  # fmt: skip
