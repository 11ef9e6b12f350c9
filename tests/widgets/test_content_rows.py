"""Rows of the glossary: their lines are balanced, and no words are lost."""

import pytest
from textual.content import Content

from tutor.content.collected import collect_terms
from tutor.content.course import open_course
from tutor.widgets.content_rows import balanced_lines, wrapped_lines


@pytest.mark.parametrize("width", [45, 70, 87])
def test_no_meaning_has_a_word_alone_in_its_last_line_where_its_lines_could_be_equally_long(width: int) -> None:
    for term in collect_terms(open_course()):
        meaning = Content(term.meaning)
        lines = [line.plain for line in balanced_lines(meaning, width)]
        assert len(lines) == len(wrapped_lines(meaning, width))
        assert all(len(line) <= width for line in lines)
        assert " ".join(" ".join(lines).split()) == " ".join(meaning.plain.split())
        if len(lines) > 1:
            assert len(lines[-1]) > width // 4, lines
