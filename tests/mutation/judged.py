"""What each survivor of the survey is, worked through by hand: `survey.md` has these words beside it.

A key is the file, and what became of what, as `survey.py` writes them; lines shift, so they are no part of it.
"""

JUDGED = {
    # ---- equivalent: no input tells the mutant from the engine, or none that a future ever meets
    ("model/week.py", "organisation.churn > 0.0", "organisation.churn >= 0.0"):
        "equivalent: engagement is then worked out, and stays 1, where nothing takes from it",
    ("model/discover.py", "finds < hazard[1, lane]", "finds <= hazard[1, lane]"):
        "equivalent: they differ only where a draw of 53 bits hits the chance to the last one",
    ("model/signals.py", "to > 0", "to >= 0"):
        "equivalent: it looks before the first signal, at the last place of the table, which is free and holds time 0",
    ("model/shocks.py", "3", "4"): "equivalent: a fourth parameter of severities that no distribution reads",
    ("model/arrivals.py", "to < following.shape[1] - 1", "to <= following.shape[1] - 1"):
        "equivalent: the last of the cumulated chances is 1, beyond every draw, unless it is rounded down by a bit",
    ("model/elementary.py", "21.0", "22.0"):
        "equivalent: it moves the logarithm by 4e-19 at most, which no double within its range resolves",
}  # fmt: skip
