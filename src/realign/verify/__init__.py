"""The engine against answers that are known without it.

Stage: verify, after the model. In: scenario files shipped in `cases/`, each with the derivation of its answer in its
header. Out: for each quantity what was expected, what was found, the standard error and whether they agree.
Idea: numbers that nobody can check persuade nobody. What can be reckoned by hand, by a formula or by an exact recursion
is played by the compiled kernel like any other scenario and must come out: to rounding where nothing is left to chance,
else within 4.9 standard errors, which a sound engine misses with a chance of one in a million for each quantity.

    from realign.verify import verify
    all(result.passed for result in verify())
    verify(["hawkes-slow", "degroot"])
"""

from realign.verify.judge import Result, verify
from realign.verify.known import AREAS, CASES

__all__ = ["AREAS", "CASES", "Result", "verify"]
