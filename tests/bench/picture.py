"""The figures as a picture: each client beside curl, on a logarithmic scale.

One panel a measure, one row a case. Colours and text read on light and on dark
ground; the ground itself is left out.
"""

import math
from xml.sax.saxutils import escape

from cases import COLD, CURL, FILES, MUSL, OURS, SDK, WARM, WGET

MEASURES = {"cpu": "CPU", "wall": "wall clock", "rss": "peak memory"}
SHOWN = {OURS: ("#2f81f7", "ours"), MUSL: ("#3fb950", "ours, musl"),
         CURL: ("#8b949e", "curl"), WGET: ("#d29922", "wget"),
         SDK: ("#db61a2", "Node SDK")}
LEFT, PANEL, GAP, ROW, TOP = 190, 250, 30, 26, 84
LOW, HIGH = 0.03, 30  # of curl's
TICKS = (0.1, 1, 10)
STYLE = """text { font: 12px sans-serif; fill: #57606a }
.strong { font-weight: bold; fill: #1f2328 }
.value { font-size: 11px; fill: #2f81f7 }
.grid { stroke: #8c959f; stroke-opacity: .35 }
@media (prefers-color-scheme: dark) {
  text { fill: #9da7b3 } .strong { fill: #e6edf3 } .value { fill: #58a6ff }
}"""


def _text(x, y, text, anchor="start", kind=""):
    words = f' class="{kind}"' if kind else ""
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{words}>'
            f"{escape(text)}</text>")


def _x(panel, ratio):
    """Where a ratio lies in a panel."""
    part = math.log(min(max(ratio, LOW), HIGH) / LOW) / math.log(HIGH / LOW)
    return LEFT + panel * (PANEL + GAP) + part * PANEL


def _legend():
    marks, x = [], LEFT
    for colour, name in SHOWN.values():
        marks += [f'<circle cx="{x}" cy="20" r="5" fill="{colour}"/>',
                  _text(x + 10, 24, name)]
        x += 28 + 8 * len(name)
    return marks


def _scale(panel, title, bottom):
    middle = LEFT + panel * (PANEL + GAP) + PANEL / 2
    marks = [_text(middle, 50, f"{title}, curl = 1", "middle", "strong")]
    for tick in TICKS:
        x = _x(panel, tick)
        marks += [f'<line class="grid" x1="{x:.1f}" y1="{TOP - 12}" '
                  f'x2="{x:.1f}" y2="{bottom}"/>',
                  _text(x, TOP - 16, f"{tick:g}", "middle")]
    return marks


def _row(found, case, panel, measure, y):
    """The marks of a case; ours is drawn last and has its figure."""
    marks = []
    for client in reversed(SHOWN):
        ratio = found.ratio(case, client, CURL, measure)
        if ratio is None:
            continue
        x = _x(panel, ratio)
        radius = 6 if client == OURS else 4.5
        marks.append(f'<circle cx="{x:.1f}" cy="{y}" r="{radius}" '
                     f'fill="{SHOWN[client][0]}"/>')
        if client == OURS:
            marks.append(_text(x, y - 8, f"{ratio:.2f}", "middle", "value"))
    return marks


def draw(found):
    """The picture as SVG."""
    cases = [*COLD, WARM, *FILES]
    bottom = TOP + ROW * len(cases)
    width = LEFT + len(MEASURES) * (PANEL + GAP)
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" role="img" '
             f'viewBox="0 0 {width} {bottom + 14}" width="{width}" '
             f'height="{bottom + 14}">',
             "<title>What feishu-image, wget and the Node SDK take, "
             "as a part of what curl takes</title>",
             f"<style>{STYLE}</style>", *_legend()]
    for panel, (measure, title) in enumerate(MEASURES.items()):
        lines += _scale(panel, title, bottom)
        for number, case in enumerate(cases):
            lines += _row(found, case, panel, measure,
                          TOP + ROW * number + ROW // 2)
    for number, case in enumerate(cases):
        lines.append(_text(LEFT - 12, TOP + ROW * number + ROW // 2 + 4,
                           case.name, "end"))
    return "\n".join([*lines, "</svg>"]) + "\n"
