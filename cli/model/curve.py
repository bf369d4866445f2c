"""Draw the reliability curve: confidence against the share of right classes."""

from __future__ import annotations

from rules.learning.evaluation.evaluate import Evaluation
from rules.vocabulary.plural import many

SIZE, EDGE = 320, 40

_FRAME = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400"
 font-family="sans-serif" font-size="12">
<title>Reliability: {issues}, expected calibration error {ece}</title>
<rect width="400" height="400" fill="white"/>
<rect x="{edge}" y="{edge}" width="{size}" height="{size}" fill="none" stroke="#97a0af"/>
<line x1="{edge}" y1="{far}" x2="{far}" y2="{edge}" stroke="#97a0af" stroke-dasharray="4 4"/>
{ticks}
<polyline points="{line}" fill="none" stroke="#0052cc" stroke-width="2"/>
{dots}
<text x="200" y="395" text-anchor="middle">confidence</text>
<text x="14" y="200" text-anchor="middle" transform="rotate(-90 14 200)">share that is right</text>
<text x="200" y="24" text-anchor="middle">{issues}, calibration error {ece}</text>
</svg>
"""


def curve(found: Evaluation) -> str:
    """Return an SVG. A dot's area is its number of issues. Perfect calibration is the diagonal."""
    places = [(_x(one.confidence), _y(one.right), one.issues) for one in found.bins]
    dots = (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{2 + 18 * (count / found.issues) ** 0.5:.1f}" '
        f'fill="#0052cc" fill-opacity="0.4"><title>{many(count, "issue")}</title></circle>'
        for x, y, count in places
    )
    return _FRAME.format(
        issues=many(found.issues, "issue"),
        ece=found.ece,
        edge=EDGE,
        size=SIZE,
        far=EDGE + SIZE,
        ticks="\n".join(_ticks()),
        line=" ".join(f"{x:.1f},{y:.1f}" for x, y, _ in places),
        dots="\n".join(dots),
    )


def _ticks() -> list[str]:
    labels = (0.0, 0.5, 1.0)
    below = [f'<text x="{_x(v):.0f}" y="376" text-anchor="middle">{v}</text>' for v in labels]
    return below + [
        f'<text x="36" y="{_y(v) + 4:.0f}" text-anchor="end">{v}</text>' for v in labels
    ]


def _x(value: float) -> float:
    return EDGE + SIZE * value


def _y(value: float) -> float:
    return EDGE + SIZE * (1 - value)
