"""Say what of the weekly report this installation can't do."""

from __future__ import annotations

from importlib.util import find_spec

from connector.capacity.picture import CHINESE_FONTS, chinese_font

LIBRARIES = {"matplotlib": "picture", "scipy": "next issues to pull", "holidays": "public holidays"}
"""What each package of the extra `report` brings to the report."""


def lacks(language: str) -> str | None:
    """Return a sentence on what reports in a language lack here; None if they lack nothing."""
    missing = [name for name in LIBRARIES if find_spec(name) is None]
    if missing:
        parts = ", ".join(LIBRARIES[name] for name in missing)
        return (
            f"its weekly report has no {parts}, since {', '.join(missing)} is missing: install "
            "sluice with the extra `report`"
        )
    if language == "zh" and chinese_font() is None:
        return (
            "no font with Chinese characters was found, so the labels of its weekly picture are "
            f"English: install one, such as {CHINESE_FONTS[0]}"
        )
    return None
