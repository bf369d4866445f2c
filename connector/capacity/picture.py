"""Draw the week as a picture: shares against targets, the trend, and the way of new issues.

It needs matplotlib, of the extra `report`. Colours are those of Okabe and Ito, "Color Universal
Design" (2008), which people with any kind of colour vision can tell apart.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

from connector.comment.wiki_text import capitalized
from connector.messages import messages
from connector.messages.message_table import Messages
from rules.capacity.week_report import WeekReport
from rules.vocabulary.classes import KINDS
from rules.vocabulary.languages import DEFAULT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
INK, PALE = "#172B4D", "#C1C7D0"
INCHES, DOTS = (6.0, 4.6), 200
"""Shown 600 pixels wide, its letters are 11 to 13 pixels high."""

CHINESE_FONTS = (
    *("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Noto Sans CJK JP"),
    *("PingFang SC", "Heiti SC", "Microsoft YaHei", "SimHei", "WenQuanYi Micro Hei"),
    *("WenQuanYi Zen Hei", "AR PL UMing CN", "Droid Sans Fallback"),
)
"""Fonts that have Chinese characters, the best for a screen first."""


def draw(report: WeekReport, language: str = DEFAULT) -> bytes:
    """Return a PNG. Its labels are English if the machine has no font for the language."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.text import Text

    font = chinese_font() if language == "zh" else None
    words = messages(language if font or language != "zh" else DEFAULT)
    figure = Figure(figsize=INCHES, dpi=DOTS, layout="constrained")
    FigureCanvasAgg(figure)
    parts = figure.subplot_mosaic([["bars", "bars"], ["trend", "funnel"]], height_ratios=[1, 1.15])
    _bars(parts["bars"], report, words)
    _trend(parts["trend"], report, words)
    _funnel(parts["funnel"], report, words)
    for text in figure.findobj(match=Text):
        assert isinstance(text, Text)
        text.set_color(INK)
        if font:
            text.set_fontfamily([font, "DejaVu Sans"])
    file = BytesIO()
    figure.savefig(file, format="png", metadata={"Software": None})
    return file.getvalue()


@cache
def chinese_font() -> str | None:
    """Return the name of a font of this machine that has Chinese characters, or None."""
    from matplotlib import font_manager

    there = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in CHINESE_FONTS if name in there), None)


def _name(kind: str, words: Messages) -> str:
    return capitalized(words.classes.get(kind) or kind)


def _colour(kind: str) -> str:
    return COLOURS[[*map(str, KINDS)].index(kind) % len(COLOURS)]


def _bars(axes: Axes, report: WeekReport, words: Messages) -> None:
    """Draw a bar for each class, with a mark at its target."""
    shown = report.standings[::-1]
    names = [_name(one.kind, words) for one in shown]
    axes.barh(names, [one.actual for one in shown], color=[_colour(one.kind) for one in shown])
    for place, one in enumerate(shown):
        axes.plot([one.target] * 2, [place - 0.42, place + 0.42], color=INK, linewidth=2.5)
        axes.text(
            max(one.actual, one.target) + 1.5,
            place,
            f"{one.actual:.0f} % ({words.picture.target} {one.target:.0f} %)",
            va="center",
            fontsize=8,
        )
    axes.set_xlim(0, 118)
    axes.set_xticks([])
    _plain(axes, words.picture.shares.format(week=report.week))


def _trend(axes: Axes, report: WeekReport, words: Messages) -> None:
    """Draw the shares of the last weeks, a line for each class with its own mark."""
    unit = report.measured.unit
    weeks = [one for one in report.before if one.unit == unit and one.total]
    weeks += [report.frozen()] if report.work.total else []
    for place, one in enumerate(report.standings):
        shares = [week.percent(one.kind) for week in weeks]
        marker = "osD^vP"[place % 6]
        colour = _colour(one.kind)
        axes.plot(
            range(len(weeks)), shares, color=colour, marker=marker, markersize=4, clip_on=False
        )
        axes.axhline(one.target, color=colour, linewidth=0.8, linestyle=":")
    axes.set_xticks(range(len(weeks)), [week.week[-3:] for week in weeks])
    axes.set_ylim(0, 100)
    axes.set_yticks([0, 50, 100], ["0 %", "50 %", "100 %"])
    _plain(axes, words.picture.trend)


def _funnel(axes: Axes, report: WeekReport, words: Messages) -> None:
    """Draw how many issues were created, accepted, started and done."""
    flow = report.flow
    counts = [len(one) for one in (flow.created, flow.accepted, flow.started, report.done.work)]
    labels = list(words.picture.steps)
    axes.barh(labels[::-1], counts[::-1], color=PALE)
    for place, count in enumerate(counts[::-1]):
        axes.text(count + max(counts, default=0) * 0.03, place, str(count), va="center", fontsize=8)
    axes.set_xlim(0, max([*counts, 1]) * 1.2)
    axes.set_xticks([])
    _plain(axes, words.picture.flow)


def _plain(axes: Axes, title: str) -> None:
    axes.set_title(title, fontsize=9, loc="left")
    axes.tick_params(labelsize=8, length=0)
    for side in ("top", "right", "bottom", "left"):
        axes.spines[side].set_visible(False)
