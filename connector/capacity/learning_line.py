"""Say in the weekly comment what people corrected and what was learned from it. Pure."""

from __future__ import annotations

from connector.messages.message_table import LearningTexts, Messages
from rules.capacity.learned import TAUGHT, Learned, Training


def learning_line(learned: Learned | None, words: Messages) -> list[str]:
    """Return the line on what people corrected and what was learned from it; none for nothing.

    An empty line ends the list before it.
    """
    if learned is None or not any(learned.corrections.values()):
        return []
    texts, count = words.learning, sum(learned.corrections.values())
    corrections = texts.correction if count == 1 else texts.corrections.format(count=count)
    fields = words.list_comma.join(_fields(learned, words))
    if learned.training:
        start = texts.learned.format(corrections=corrections, fields=fields)
        return ["", start + _figures(learned.training, texts)]
    since = f"{learned.since:%Y-%m-%d}"
    start = texts.since.format(corrections=corrections, fields=fields, since=since)
    return ["", start + _next(count, learned.next_at, texts)]


def _fields(learned: Learned, words: Messages) -> list[str]:
    named = {
        "kind": words.learning.of_class,
        "verdict": words.learning.of_gate,
        "priority": words.learning.of_priority,
    }
    counts = [(name, learned.corrections.get(name, 0)) for name in TAUGHT]
    return [named[name].format(count=count) for name, count in counts if count]


def _figures(training: Training, texts: LearningTexts) -> str:
    """Return the end of the line on a training: its figures, and whether it judges."""
    end = texts.waits if training.waits else texts.end
    end = texts.taken_back if training.taken_back else end
    if training.right is None:
        return end
    before, after = training.right
    return texts.right.format(before=100 * before, after=100 * after) + end


def _next(count: int, next_at: int | None, texts: LearningTexts) -> str:
    """Return the end of the line on corrections that wait for a training."""
    if next_at is None:
        return texts.end
    return texts.next.format(count=next_at) if count < next_at else texts.enough
