"""The list of all cases, and what a case says when it fails.

A file of cases adds to the list when it is imported, by @case for a single one
or add() for the rows of a table. A case is a function that is given a Trial
(trial.py) and perhaps a row of its table; it fails by raising Failed.
"""
import dataclasses

CASES = []


class Failed(Exception):
    """What a case expected and did not find."""


class Skipped(Exception):
    """What this machine does not allow, so that a case cannot be shown."""


@dataclasses.dataclass
class Case:
    """A name, and what to call; slow ones wait for a clock and begin first."""

    name: str
    function: object
    arguments: tuple
    slow: bool = False

    def play(self, trial):
        """Run it; an exception tells that it failed."""
        self.function(trial, *self.arguments)


def add(name, function, *arguments, rows=(), slow=False):
    """A case: function(trial, *arguments). `rows` are the rows of the table of
    wire behaviour that it shows."""
    if rows:
        name = f"row {', '.join(str(row) for row in rows)}: {name}"
    if any(known.name == name for known in CASES):
        raise ValueError(f"two cases are called {name}")
    CASES.append(Case(name, function, arguments, slow))


def case(name, *, rows=(), slow=False):
    """The same as a decorator, for a function that only takes a Trial."""
    def keep(function):
        add(name, function, rows=rows, slow=slow)
        return function
    return keep


def check(condition, why):
    """Fail unless `condition`."""
    if not condition:
        raise Failed(why)


def equal(found, wanted, what):
    """Fail unless the two are the same."""
    if found != wanted:
        raise Failed(f"{what}: {_short(found)}, expected {_short(wanted)}")


def _short(value):
    text = repr(value)
    return text if len(text) <= 300 else text[:300] + "..."
