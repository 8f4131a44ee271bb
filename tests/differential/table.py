"""The table of known disagreements, in README.md: who differs from us, in
which kinds of response, and why we are right.
"""
import fnmatch
import pathlib
import re

README = pathlib.Path(__file__).resolve().parent / "README.md"
ROW = re.compile(r"\| ([\w, <>=]+?) (accept|refuse|misread)s? "
                 r"\| (.+) \| (.+) \| (.+) \|")


class Row:
    """One line of the table."""

    def __init__(self, match):
        self.text = match[0]
        self.peers = set(match[1].split(", "))
        self.how = match[2]
        self.kinds = re.findall(r"`([^`]+)`", match[3])
        self.used = False

    def covers(self, peers, how, kind):
        """Does it explain this? Then it was of use."""
        found = how == self.how and bool(self.peers & peers) and any(
            fnmatch.fnmatchcase(kind, glob) for glob in self.kinds)
        self.used = self.used or found
        return found


def rows():
    """All rows; a line of the table that is none ends the program."""
    found = []
    for line in README.read_text(encoding="utf-8").splitlines():
        if line.startswith("| ") and not line.startswith("| who "):
            match = ROW.fullmatch(line)
            if not match:
                raise SystemExit(f"README.md: not a row: {line}")
            found.append(Row(match))
    return found
