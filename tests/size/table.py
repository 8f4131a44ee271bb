"""README.md's tables of sizes and costs: write them, and find what is wrong
in them.

They stand between the lines `<!-- size -->` and `<!-- /size -->`. Sizes have
to be exactly as measured, counts of instructions nearly so.
"""

import dataclasses
import pathlib
import re
import textwrap

import flash

ROOT = pathlib.Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
BEGIN, END = "<!-- size -->\n", "<!-- /size -->\n"
TOLERANCE = 0.03
NONE = "–"
LIMITS_CELLS = 5  # of a row of the limits, when split at its bars


@dataclasses.dataclass(frozen=True)
class Row:
    """One figure.

    what     as in the README
    path     where it is among the numbers of a core, dotted
    counted  in which unit it is a count; 0: bytes
    limit    for the limits on a Cortex-M3: that at most, in the same unit
    core     None: on this machine
    """

    what: str
    path: str
    counted: int = 0
    limit: float = 0
    core: str = "M3"

    def text(self, value):
        """The value as it is printed."""
        if value is None:
            return NONE
        return f"{value / self.counted:#.3g}".rstrip(".") if self.counted \
            else str(value)

    def value(self, numbers, core=None):
        """What was measured; None if that cannot be measured."""
        at = numbers["cores"][core or self.core] if self.core else numbers
        for key in self.path.split("."):
            at = at.get(key) if at else None
        return at


MILLION = 1000000
CHAINS = {"rsa": "RSA", "rsa4096": "RSA with a root of 4096 bits",
          "p256": "P-256", "p384": "P-384"}

# design.md, section 6. A resumed handshake has its row once there are any.
LIMITS = [
    Row("`struct fimg`, x86-64", "host_struct", 0, 23040, None),
    Row("`struct fimg`", "struct.16 KB", 0, 22016),
    Row("`struct fimg`, `FIMG_RECORD_MAX` 4096", "struct.4 KB", 0, 9216),
    Row("`struct fimg`, `FIMG_RECORD_LENT` 1", "struct.lent", 0, 5324),
    Row("flash, ours: one image", "one_image.ours", 0, 9216),
    Row("flash, ours: everything", "everything.ours", 0, 16384),
    Row("flash, whole client: one image", "one_image.whole", 0, 61440),
    Row("stack, handshake, RSA", "cost.stack_rsa", 0, 4300),
    Row("stack, handshake, P-256", "cost.stack_p256", 0, 4300),
    Row("stack, handshake, P-384", "cost.stack_p384", 0, 5324),
    Row("stack, transfer, ChaCha20", "cost.stack_chacha20", 0, 1331),
    Row("stack, transfer, AES-GCM", "cost.stack_aes-gcm", 0, 1638),
    Row("million instructions, handshake, RSA with a root of 4096 bits",
        "cost.handshake_rsa4096", MILLION, 36),
    Row("million instructions, resumed handshake", "cost.handshake_resumed",
        MILLION, 0.9),
    Row("instructions per byte, ChaCha20-Poly1305", "cost.byte_chacha20", 1,
        37),
]

CORE_ROWS = [
    Row("flash, ours: everything", "everything.ours"),
    Row("flash, jsmn", "everything.jsmn"),
    Row("flash, BearSSL", "everything.bearssl"),
    Row("flash, C library", "everything.libc"),
    Row("flash, whole client: everything", "everything.whole"),
    Row("flash, ours: one image", "one_image.ours"),
    Row("flash, whole client: one image", "one_image.whole"),
    Row("`struct fimg`", "struct.16 KB"),
    Row("`struct fimg`, `FIMG_RECORD_MAX` 4096", "struct.4 KB"),
    Row("`struct fimg`, `FIMG_RECORD_LENT` 1", "struct.lent"),
    *(Row(f"stack, handshake, {CHAINS[chain]}", f"cost.stack_{chain}")
      for chain in ("rsa", "p256", "p384")),
    Row("stack, transfer, ChaCha20", "cost.stack_chacha20"),
    Row("stack, transfer, AES-GCM", "cost.stack_aes-gcm"),
    *(Row(f"million instructions, handshake, {what}",
          f"cost.handshake_{chain}", MILLION)
      for chain, what in CHAINS.items()),
    Row("million instructions, resumed handshake", "cost.handshake_resumed",
        MILLION),
    *(Row(f"million instructions, longest call, {CHAINS[chain]}",
          f"cost.longest_{chain}", MILLION)
      for chain in ("rsa", "p256", "p384")),
    Row("instructions per byte, ChaCha20-Poly1305", "cost.byte_chacha20", 1),
    Row("instructions per byte, AES-128-GCM", "cost.byte_aes-gcm", 1),
]

NOTE = """\
Measured by `make size` with {compilers}, `-Os`, for {cores}; the limits are
for Cortex-M3. Bytes unless it says otherwise. "Ours" is without BearSSL, jsmn
and the C library; the whole client is without roots, lwIP and a program.
Everything is without `FIMG_ADVICE`; one image is without all the options. An
option's RAM is that of `struct fimg`. Stack is that of the library's and
BearSSL's frames, below the caller's. Instructions are counted by QEMU between
caller and port, without either; the keys were agreed on with P-256. The
longest call is one `fimg_read` with `wait_ms` 0.
"""


def measured(row, numbers):
    """Is there anything to say in this row?"""
    names = numbers["cores"] if row.core else [None]
    return any(row.value(numbers, name) is not None for name in names)


def limits(numbers):
    """(row, value) of all limits that can be measured."""
    return [(row, row.value(numbers)) for row in LIMITS
            if row.value(numbers) is not None]


def exceeded(numbers):
    """Those of them that are exceeded."""
    return [(row, value) for row, value in limits(numbers)
            if value > row.limit * (row.counted or 1)]


def core_table(numbers):
    """The cells of the table of all cores: lists, the header first."""
    names = list(numbers["cores"])
    return [["what", *names],
            *([row.what, *(row.text(row.value(numbers, name))
                           for name in names)]
              for row in CORE_ROWS if measured(row, numbers))]


def option_table(numbers):
    """The cells of the table of options."""
    taken = numbers["cores"]["M3"]["options"]
    return [["option", "flash", "RAM"],
            *([f"`FIMG_{name}`: {flash.OPTIONS[name]}", str(cost["flash"]),
               str(cost["ram"])] for name, cost in taken.items())]


def markdown(cells):
    """A table in markdown: its lines."""
    lines = ["| " + " | ".join(row) + " |" for row in cells]
    return [lines[0], "|---|" + "---:|" * (len(cells[0]) - 1), *lines[1:]]


def block(numbers):
    """What belongs into README.md."""
    held = [["what", "measured", "at most"],
            *([row.what, row.text(value), f"{row.limit:g}"
               if row.counted else str(row.limit)]
              for row, value in limits(numbers))]
    names = list(numbers["cores"])
    note = NOTE.format(compilers=" and ".join(numbers["compilers"]),
                       cores=f"Cortex-{', '.join(names[:-1])} and {names[-1]}")
    return "\n".join([*markdown(held), "", *markdown(core_table(numbers)), "",
                      *markdown(option_table(numbers)), "",
                      *textwrap.wrap(note, 79, break_on_hyphens=False), ""])


# --- README.md ---------------------------------------------------------------

def parts():
    """README.md before, in and after the tables; None if it has none."""
    text = README.read_text() if README.exists() else ""
    before, begin, rest = text.partition(BEGIN)
    inside, end, after = rest.partition(END)
    return (before, inside, after) if begin and end else None


def write(numbers):
    """Put the tables into README.md. False if there is no place for them."""
    found = parts()
    if found is None:
        return False
    before, inside, after = found
    if inside != block(numbers):
        README.write_text(before + BEGIN + block(numbers) + END + after)
    return True


def others(numbers):
    """The compilers that README.md's tables are by and that are of another
    version here."""
    named = re.findall(r"\S+-gcc\s+\d[\d.]*\d", parts()[1])
    here = {name.split()[0]: name for name in numbers["compilers"]}
    return [name for name in named
            if here.get(name.split()[0], name).split() != name.split()]


def agree(said, meant, tolerance):
    """Do two cells say the same, or two numbers nearly?"""
    if said == meant or not tolerance:
        return said == meant
    try:
        return abs(float(said) - float(meant)) <= tolerance * float(meant)
    except ValueError:
        return False


def same_row(said, meant):
    """Do two rows say the same? Limits have to exactly, measured counts
    nearly."""
    said, meant = said.split("|"), meant.split("|")
    if len(said) != len(meant):
        return False
    tolerances = [TOLERANCE if "instructions" in meant[1] else 0] * len(meant)
    if len(meant) == LIMITS_CELLS:
        tolerances[3] = 0
    return all(agree(a.strip(), b.strip(), tolerance)
               for a, b, tolerance in zip(said, meant, tolerances))


def wrong(numbers):
    """What README.md says and what was measured, where these differ: a list
    of pairs. Also how many rows were compared; the text below is one."""
    said, meant = parts()[1], block(numbers)
    rows = [[line for line in text.splitlines() if line.startswith("|")]
            for text in (said, meant)]
    if len(rows[0]) != len(rows[1]):
        return [tuple(f"{len(one)} rows" for one in rows)], 1
    found = [pair for pair in zip(*rows) if not same_row(*pair)]
    rest = tuple(" ".join(line for line in text.splitlines()
                          if line and not line.startswith("|"))
                 for text in (said, meant))
    if rest[0] != rest[1]:
        found.append(rest)
    return found, len(rows[1]) + 1
