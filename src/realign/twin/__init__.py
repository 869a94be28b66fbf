"""The twin: the model a second time, as processes in continuous time, written to be read.

Stage: beside the model. In: a scenario. Out: a `Life`, one future under one policy with every state and event.

The compiled kernel plays millions of futures; the twin plays one, slowly, and tells how it came about. It shares
nothing with the kernel but the addresses of random draws, so that both must agree future by future: what one gets
wrong, the other finds. The world, sources of shocks, signals, cases, leadership, plans, units, objectives,
opportunities and the bookkeeper are SimPy processes. Shocks, signals and cases have their own time; all others act on a
grid of weeks. Processes of your own may be added: `access` says what they may do.
Where to begin reading: `clock` says what a week is and whose turn it is when, the `live` of `units`, `leadership` and
the others what each does in its turns, `organisation` what holds between them, `history` what the world has in store.
"""

from realign.twin.access import Access
from realign.twin.bookkeeper import Event
from realign.twin.life import Life, live
from realign.twin.processes import Process, Processes, named

__all__ = ["Access", "Event", "Life", "Process", "Processes", "live", "named"]
