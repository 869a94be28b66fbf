"""All cases, each with the engine as it is and with its own mutation switched on: `python trial.py`, in the copy.

Prints, for each case, what misses its known answer with the engine as it is, and with the mutation.
"""

import json
import sys

from mutations import MAKES_FAIL
from realign.mutant import switch_to

from realign.verify import CASES
from realign.verify.judge import try_case
from realign.verify.known import scenario_of


def missed(name: str, number: int) -> list[str]:
    """The quantities of a case that miss, with this mutation on."""
    switch_to(number)
    try:
        return [result.quantity for result in try_case(CASES[name], scenario_of(name)) if not result.passed]
    finally:
        switch_to(0)


if __name__ == "__main__":
    wanted = sys.argv[1:] or list(MAKES_FAIL)
    numbers = {name: number for number, name in enumerate(MAKES_FAIL, start=1)}
    print(json.dumps({name: (missed(name, 0), missed(name, numbers[name])) for name in wanted}, indent=1))
