"""Which rows of the table of wire behaviour the tests have run.

The table lists 116 inputs with the behaviour they require. A case that shows
one names it: "row 42: ..." or "row 42, 43: ...". Rows that do not apply are
listed here with the reason.
"""
import re

ROWS = 116
LATER = {
    76: "redirects are never followed", 77: "redirects are never followed",
    82: "a 416 begins anew, whatever total it names",
}


def named(names):
    """The rows that a collection of case names mentions."""
    rows = set()
    for name in names:
        match = re.match(r"rows? ([\d, ]+):", name)
        if match:
            rows.update(int(row) for row in re.findall(r"\d+", match[1]))
    return rows


def check(names):
    """A status and output like those of a test program."""
    wanted = set(range(1, ROWS + 1)) - set(LATER)
    missing = sorted(wanted - named(names))
    lines = [f"FAIL row {row} was shown by no case" for row in missing]
    lines.append(f"rows: {len(wanted) - len(missing)} passed, "
                 f"{len(missing)} failed")
    return int(bool(missing)), "\n".join(lines)
