"""A text that was left out is an error at the table, found before anything runs."""

from __future__ import annotations

import pytest

from tests.howto.copy_of_sluice import CopyOfSluice

TEXTS = {
    "a class without its name in Chinese": ('        exploration="探索",\n', '"exploration"'),
    "a sentence that is not translated": (
        '        by_hand="{verdict}（由人设置）",\n',
        '"by_hand"',
    ),
}


@pytest.mark.parametrize("what", TEXTS)
def test_a_program_with_a_text_left_out_does_not_start(copy: CopyOfSluice, what: str) -> None:
    text, name = TEXTS[what]
    copy.replace("connector/messages/zh.py", text, "")
    said = copy.sluice("--help", status=1)
    assert "messages/zh.py" in said and name.strip('"') in said


@pytest.mark.slow
@pytest.mark.parametrize("what", TEXTS)
def test_mypy_names_the_table_and_the_text_that_is_missing(copy: CopyOfSluice, what: str) -> None:
    text, name = TEXTS[what]
    copy.replace("connector/messages/zh.py", text, "")
    (error,) = (line for line in copy.mypy().splitlines() if "error:" in line)
    assert error.startswith("connector/messages/zh.py:") and "Missing" in error
    assert name in error
