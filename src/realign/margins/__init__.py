"""What each part of a policy is worth: contingencies, slack, monitoring, communication, exploration, perfect warning.

Stage: margins, after the comparison. In: a scenario. Out: `Worth`, three tables.
Idea: a policy with one thing changed is one more policy, played on the same futures; the difference is its worth.
"""

from realign.margins.worth import FUTURES, Worth, worth

__all__ = ["FUTURES", "Worth", "worth"]
