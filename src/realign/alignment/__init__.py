"""The alignment audit: who understands the strategy, where the cascade loses it, silos, brokers and isolates.

Stage: alignment, after the report. In: a scenario. Out: an `Audit` of tables and figures.
Idea: `beliefs` reads who believes what off the model's states, `ties` who hears whom, `audit` puts them together.
"""

from realign.alignment.audit import FUTURES, Audit, audit

__all__ = ["FUTURES", "Audit", "audit"]
