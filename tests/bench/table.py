"""The figures as tables in Markdown, and as JSON."""

from cases import (COLD, CURL, FILES, MUSL, OURS, SDK, WARM, WGET, targets)
from clients import is_floor
from measured import COUNTS, MEASURES


def _row(*cells):
    return "| " + " | ".join(cells) + " |"


def _number(value, decimals=2):
    return "–" if value is None else f"{value:.{decimals}f}"


def ratios(found):
    """Ours as a part of each peer's: what the README shows."""
    lines = [_row("case", "CPU / curl", "wall / curl", "memory / curl",
                  "the same, musl", "CPU / wget", "CPU / Node SDK"),
             "|---|" + "---:|" * 6]
    for case in [*COLD, WARM, *FILES]:
        cells = [found.ratio(case, OURS, CURL, m) for m in MEASURES]
        cells += [found.ratio(case, MUSL, CURL, "rss"),
                  found.ratio(case, OURS, WGET, "cpu"),
                  found.ratio(case, OURS, SDK, "cpu")]
        lines.append(_row(case.name, *map(_number, cells)))
    return lines


def target_lines(found):
    """Each target, what was measured, and what that means."""
    lines = [_row("target", "measured", "must", "aim", ""),
             "|---|---:|---:|---:|---|"]
    return lines + [_row(t.name, _number(t.value), f"{t.must:g}",
                         f"{t.aim:g}", t.verdict) for t in targets(found)]


def _details_of(found, case):
    lines = []
    for client in found.clients(case):
        cells = [case.name, client]
        for name, (_, _, divisor, decimals) in MEASURES.items():
            middle, low, high = (value / divisor for value in
                                 found.quartiles(case, client, name))
            cells.append(f"{middle:.{decimals}f} ({low:.{decimals}f}–"
                         f"{high:.{decimals}f})")
        counts = found.counts.get((case, client), {})
        cells += [f"{counts[name]:,}" if name in counts else ""
                  for name in COUNTS]
        lines.append(_row(*cells))
    return lines


def details(found):
    """Medians, in brackets the middle half, and what was counted."""
    heads = [f"{title}, {unit}" for title, unit, _, _ in MEASURES.values()]
    lines = [_row("case", "client", *heads, *COUNTS.values()),
             "|---|---|" + "---:|" * 6]
    for case in [*COLD, WARM, *FILES]:
        lines += _details_of(found, case)
    return lines


def others(found):
    """Handshakes, head parsers and the board, a line each."""
    full, resumed = (found.handshake(which) / 1e6 for which in (0, 1))
    lines = [f"TLS handshake, P-256 and RSA, on this machine: full "
             f"{full:.2f} ms of CPU, resumed {resumed:.3f} ms."]
    if found.parsers:
        lines.append("Head parsers, instructions a byte: " + ", ".join(
            f"{name} {value:.1f}" for name, value in found.parsers.items())
            + ".")
    return lines


def markdown(found, about):
    """All of it."""
    parts = [["# What feishu-image costs", "", *about],
             ["## As a part of what others cost", "", *ratios(found)],
             ["## Targets", "", *target_lines(found)],
             ["## Figures", "", *details(found)], others(found)]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def readme(found, about):
    """What of it stands in README.md."""
    parts = [ratios(found), target_lines(found), [*about, *others(found)]]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def as_json(found):
    """The same for programs: everything that was measured."""
    return {
        "runs": [{"case": case.name, "kind": case.kind, "client": client,
                  "floor": is_floor(client), "values": values,
                  **found.counts.get((case, client), {})}
                 for (case, client), values in found.runs.items()],
        "handshakes_ns": found.handshakes, "parsers": found.parsers,
        "board": found.board,
        "targets": [{"name": t.name, "must": t.must, "aim": t.aim,
                     "value": t.value, "verdict": t.verdict}
                    for t in targets(found)],
    }
