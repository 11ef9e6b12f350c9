"""Words are broken into lines by the cells that they take, not by their characters."""

import pytest
from rich.cells import cell_len

from tutor.widgets.plots.strips import wrap_words


@pytest.mark.parametrize(
    "words", ["漢字" * 8, "loss of 漢字" * 5, "e\u0301" * 30, "plain words and averyveryverylongword", ""]
)
@pytest.mark.parametrize("width", [2, 5, 10, 11])
def test_no_line_is_wider_than_its_room_and_no_character_is_lost(words: str, width: int) -> None:
    lines = wrap_words(words, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")
    assert all(lines) or words == ""


def test_lines_are_filled_with_as_many_words_as_fit() -> None:
    assert wrap_words("one two three four", 9) == ["one two", "three", "four"]
    assert wrap_words("a abcdefgh b", 3) == ["a", "abc", "def", "gh", "b"]
