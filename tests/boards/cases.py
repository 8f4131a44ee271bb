"""What a case is, and the list of them; case_*.py fill it.

A case plays with the Lab and gives the Outcome, what is wrong with it or None,
and, if it likes, lines of figures to print.
"""

import dataclasses

from programs import FIRMWARE

BOARD = "mps2-an385"  # which meets the failures
KEY = "png-20k"
PATIENT = {"connect": 60000, "idle": 60000}


@dataclasses.dataclass
class Case:
    """A name, the target and program it needs, and function(lab, target).

    alone   nothing else is to run beside it
    """

    name: str
    target: str
    function: object
    program: str = FIRMWARE
    alone: bool = False

    def play(self, lab):
        """The Outcome, what is wrong, and a list of figures."""
        outcome, wrong, *figures = self.function(lab, self.target)
        return outcome, wrong, figures


CASES = []


def add(name, function, target=BOARD, **options):
    """A case on one target."""
    CASES.append(Case(f"{target}: {name}", target, function, **options))


def case(name, target=BOARD, **options):
    """The same as a decorator."""
    def keep(function):
        add(name, function, target, **options)
        return function
    return keep


def unlike(outcome, status, reason, **said):
    """What is not as expected: exit code, reason, what else the board says."""
    found = (outcome.status, outcome.reason)
    if found != (status, reason):
        return f"ended with {found}, expected {(status, reason)}"
    for name, value in said.items():
        if outcome.said.get(name) != str(value):
            return f"{name}: {outcome.said.get(name)}, expected {value}"
    return None
