"""Many scenarios at once: every one played as `run` plays it, on the same workers, and one overview of all.

Stage: above results, below the command line. In: scenario files. Out: a folder with a result folder for each scenario
and `overview.html`, `overview.csv`.
Idea: playing a scenario in a batch is `run_to_folder` with workers that are shared, so a result does not depend on what
else is in the batch. `playing` plays, `overview` compares, `page` and `table` show, `ask` is the door for Python.
"""

from realign.batches.ask import Batch, batch

__all__ = ["Batch", "batch"]
