"""Which branches of src/ were taken, as gcov tells, and which are marked as
beyond reach.

A mark is a comment behind the line or above it:

    /* unreachable 2: why */

so many branches of that line are never taken. The number has to be right.
"""
import collections
import json
import re
import subprocess

MARK = re.compile(r"/\*\s*unreachable (\d+): ([^*]*\w[^*]*)\*/")


def gcov(objects):
    """What gcov says of object files: their source files, line by line."""
    out = subprocess.run(
        ["gcov", "--json-format", "--stdout", "--branch-probabilities",
         *objects], stdout=subprocess.PIPE, check=True, text=True).stdout
    for report in out.splitlines():
        yield from json.loads(report)["files"]


def taken(objects):
    """Every branch of src/, and how often it was taken.

    A branch is a file, a line, how many branches the line has and which of
    them it is: a line that build options give another number of branches is
    to be reached in both its forms, any other in one build of them all.
    """
    counts = collections.Counter()
    for source in gcov(objects):
        if not source["file"].startswith("src/"):
            continue
        for line in source["lines"]:
            of = len(line["branches"])
            for i, branch in enumerate(line["branches"]):
                counts[source["file"], line["line_number"], of, i] += \
                    branch["count"]
    return counts


def marks(text):
    """Line number -> how many of its branches are marked as unreachable."""
    found = {}
    for match in MARK.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        if not text[:match.start()].rpartition("\n")[2].strip():
            line += match[0].count("\n") + 1
        found[line] = int(match[1])
    return found


def judge(text, lines):
    """What is wrong with a source file, whose branches never taken are
    `lines`: line number -> how many. Returns complaints, and how many
    branches are marked rightly."""
    marked = marks(text)
    source = text.splitlines()
    wrong = [f"{at}: never taken {lines.get(at, 0)}, marked "
             f"{marked.get(at, 0)}: {source[at - 1].strip()}"
             for at in sorted(lines.keys() | marked.keys())
             if lines.get(at, 0) != marked.get(at, 0)]
    if len(marked) != len(re.findall(r"/\*\s*unreachable\b", text)):
        wrong.append("0: a mark of unreachable branches has no number or no "
                     "reason, or shares its line")
    return wrong, sum(min(n, lines.get(at, 0)) for at, n in marked.items())
