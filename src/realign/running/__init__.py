"""Running scenarios: every stress test and policy on the same futures, on threads, into a folder.

Stage: running, after the model. In: a scenario. Out: a result folder.
Idea: what to run (`folder`), where to run it (`blocks`) and where results go (`parts`, `files`) are kept apart.
"""

from realign.running.folder import run_to_folder

__all__ = ["run_to_folder"]
