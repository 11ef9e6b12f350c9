"""Styles that cost every widget something are written so that few pay for them."""

import re
from pathlib import Path

import pytest

TUTOR = Path(__file__).parents[2] / "tutor"
SHEETS = [
    *TUTOR.rglob("*.tcss"),
    *(path for path in TUTOR.rglob("*.py") if "DEFAULT_CSS = " in path.read_text("utf-8")),
]
FOR_ALL = re.compile(r"\*[\w.-]*:(?:first|last|odd|even|empty|hover|focus-within)[\w-]*")
"""Where one rule for `*` asks for a place among neighbours, every widget is styled anew with each that is mounted."""


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_no_rule_for_all_widgets_asks_for_their_place_or_the_mouse(path: Path) -> None:
    assert FOR_ALL.findall(path.read_text("utf-8")) == []


def test_such_a_rule_is_seen() -> None:
    assert FOR_ALL.findall("& MathMarkdown > *:last-child { margin-bottom: 0; }") == ["*:last-child"]
