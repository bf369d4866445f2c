"""The language of a text: English and Chinese are told apart, others are neither."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.assess.language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The export is slow. We wait for it each morning.", "en"),
        ("Search should be sortable", "en"),
        ("导出太慢，每天早上都要等", "zh"),
        ("页头", "zh"),
        ("导出 PDF 太慢，每天早上 Excel 都打不开", "zh"),
        ("The invoice 发票 is wrong and we have to send it again", "en"),
        ("导出太慢\n{code}\nFor the log, this is the trace of it\n{code}", "zh"),
        ("导出太慢 https://example.com/the/page/of/it/is/here", "zh"),
        ("L'export est trop lent et les clients attendent pour rien dans la file", None),
        ("Der Export ist zu langsam und die Kunden warten", None),
        ("Экспорт слишком медленный", None),
        ("エクスポートが遅すぎます。毎朝待っています", None),
        ("Wish lists", None),
        ("", None),
    ],
)
def test_the_larger_part_of_the_prose_decides(text: str, language: str | None) -> None:
    assert language_of(text) == language


@given(st.text(max_size=400))
def test_any_text_has_a_language_or_none(text: str) -> None:
    assert language_of(text) in ("en", "zh", None)
