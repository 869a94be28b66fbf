"""What each survivor of the survey is, worked through by hand: `survey.md` has these words beside it.

A key is the file, and what became of what, as `survey.py` writes them; lines shift, so they are no part of it.
"""

_COVERED = "covered by a test that the survey did not run then: "
_GAP = "a gap, closed since: "

JUDGED = {
    # ---- equivalent: no input tells the mutant from the engine, or none that a future ever meets
    ("model/week.py", "organisation.churn > 0.0", "organisation.churn >= 0.0"):
        "equivalent: engagement is then worked out where nothing takes from it, and stays 1",
    ("model/discover.py", "finds < hazard[1, lane]", "finds <= hazard[1, lane]"):
        "equivalent: they differ only where a draw hits the chance to its last bit",
    ("model/arrivals.py", "u > none[lane]", "u >= none[lane]"):
        "equivalent: at u = P(none) the inversion that follows gives 0 as well",
    ("model/signals.py", "to > 0", "to >= 0"):
        "equivalent: it looks one place before the first signal, which is the table's last, free and at time 0",
    ("model/signals.py", "4", "5"): "equivalent: a row of scratch memory that nobody reads",
    ("model/shocks.py", "3", "4"): "equivalent: a fourth parameter of severities that no distribution reads",
    ("model/severity.py", "0", "1"): "equivalent: severities have no classes of their own, or 17",
    ("model/block.py", "1", "2"): "equivalent: room for one strike more than none",
    ("model/effects.py", "kind[e] == CAPACITY and felt_any[e]", "kind[e] == CAPACITY or felt_any[e]"):
        "equivalent: a short cut is not taken, and a loss of 0 is worked out",
    ("model/plan.py", "-np.inf", "np.inf"):
        "equivalent: a floor of cash that is read only of plans which have one",
    ("model/arrivals.py", "to < following.shape[1] - 1", "to <= following.shape[1] - 1"):
        "equivalent: the last of the cumulated chances is 1, beyond every draw, unless it is rounded down by a bit",
    ("model/block.py", "2 * expected", "2 + expected"):
        "equivalent: less room for signals at first, which grows when it proves too small",
    ("twin/units.py", "0.0", "1.0"):
        "equivalent: people of a unit before the first evening, on which they are counted before anybody asks",
    # ---- caught, when tried by themselves
    ("model/state.py", "active_from >= 0", "active_from > 0"): _COVERED + "what activation costs, plans of week 0",
    ("model/rules.py", "fault[0] != 0", "fault[0] == 0"): _COVERED + "the twin asks the same rule of one's own",
    ("model/rules.py", "1.0", "2.0"): _COVERED + "the twin asks the same rule of one's own",
    ("model/rules.py", "1.0 / yields", "1.0 * yields"): _COVERED + "the twin asks the same rule of one's own",
    ("model/signals.py", "week - shocks.forced_from[forced]", "week + shocks.forced_from[forced]"):
        _COVERED + "an inject is announced no sooner than it was decided",
    ("model/signals.py", "min(lead, max(week - shocks.forced_from[forced], 0))",
     "max(lead, max(week - shocks.forced_from[forced], 0))"):
        _COVERED + "an inject is announced no sooner than it was decided",
    ("model/lanes.py", "a_high * b_high - product + a_high * b_low + a_low * b_high",
     "a_high * b_high - product + a_high * b_low - a_low * b_high"):
        _COVERED + "uncompiled, a fused product and sum has the same bits",
    # ---- gaps, each with the test that was written for it and catches it
    ("model/contingency.py", "0", "1"): _GAP + "a plan that acts from the beginning is an event of week 0",
    ("model/units.py", "number < 2", "number <= 2"): _GAP + "two are enough for a network",
    ("model/severity.py", "max(lift[shock, at] - low, 1e-300)", "min(lift[shock, at] - low, 1e-300)"):
        _GAP + "a lifted draw is as severe as one at its place in its class",
    ("twin/units.py", "self.moved = 0.0", "pass"): _GAP + "who can do nothing of what he believes in moves no effort",
    ("twin/history.py", "arrived.sort(key=lambda arrival: arrival.time)", "pass"):
        _GAP + "history tells strikes in order of time",
    ("twin/access.py", "self._note(f'sets level of {objective}', level)", "pass"):
        _GAP + "whatever a process of one's own touches is among the events",
}  # fmt: skip
