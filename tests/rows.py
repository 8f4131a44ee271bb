"""Which rows of the table of wire behaviour the tests have run.

The table lists 116 inputs with the behaviour they require. A case that shows
one names it: "row 42: ..." or "row 42, 43: ...". Rows of features that do not
exist yet are listed here, so that this file tells what is missing.
"""
import re

ROWS = 116
LATER = {
    74: "ranges and queries",
    76: "redirects are never followed", 77: "redirects are never followed",
    78: "ranges", 79: "ranges", 80: "ranges", 81: "ranges", 82: "ranges",
    83: "ranges", 84: "ranges", 85: "ranges",
    88: "pins",
    94: "session resumption",
    106: "token renewal",
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
