"""The width of the page in plain lines, and the place at which a lesson goes on."""

import io
import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from tests.conftest import Command
from tests.screens.story import record
from tutor.content.course import open_course
from tutor.content.find import lessons_folder
from tutor.content.model import DEEPER_NOTE, texts_of
from tutor.plain.lesson import run_lesson
from tutor.plain.lines import PAGE_WIDTH, Lines, wrap
from tutor.plain.stepping import run_steps
from tutor.sims.engine.player import Player
from tutor.sims.table import find_simulation

LAID_OUT = "    "
"""How a line begins that is laid out as it is: a formula, a row of code, the numbers of a worked line."""


class Learner(Lines):
    """A person at a terminal, who types `words` one after the other and then leaves."""

    is_interactive = True

    def __init__(self, words: Sequence[str]) -> None:
        self.page = io.StringIO()
        super().__init__(io.StringIO("".join(f"{word}\n" for word in words)), self.page)

    def ask(self, prompt: str) -> str | None:
        """The next word, after which the terminal is on a new line."""
        typed = super().ask(prompt)
        self.page.write("\n")
        return typed


def too_long(text: str) -> list[str]:
    return [line for line in text.split("\n") if len(line.rstrip()) > PAGE_WIDTH and not line.startswith(LAID_OUT)]


@pytest.mark.parametrize("lesson", ["layers", "adam", "digits"])
def test_no_line_of_a_lesson_is_wider_than_the_page(command: Command, lesson: str) -> None:
    out = command("learn", lesson, "--plain", typed="%%%\n1\n1\nhint\n12345.5\nskip\n" * 60).out
    assert "That was the last section." in out
    assert "not graded: " in out
    assert too_long(out) == []


@pytest.mark.parametrize("file", sorted(lessons_folder().glob("*.md")), ids=lambda file: file.stem)
def test_only_the_program_says_that_a_page_may_be_skipped(file: Path) -> None:
    lesson = open_course().lesson(file.stem.partition("-")[2])
    pages = [section for section in lesson.sections if section.note]
    assert {page.title for page in pages} == {page.title for page in lesson.sections if "deeper" in page.title.lower()}
    prose = " ".join(text.source for page in pages for block in page.blocks for text in texts_of(block))
    said = re.findall(r"(?:first|second) reading|may skip|may be skipped|may wait|skip (?:this|the) page", prose)
    assert said == []


def test_the_title_of_a_deeper_page_is_followed_by_the_note_that_it_may_be_skipped(command: Command) -> None:
    lesson = open_course().lesson("batch-norm")
    lines = command("learn", "batch-norm", "--plain", typed="skip\n" * 60).out.splitlines()
    above = [line.partition(": ")[2] for line, note in pairwise(lines) if note == DEEPER_NOTE]
    assert above == [section.title for section in lesson.sections if section.note]
    assert len(above) == 2


def test_what_one_may_type_is_no_wider_than_the_page_and_breaks_between_words(tmp_path: Path) -> None:
    learner = Learner(["nonsense", "1000000", "learning_rate=-5", "quit"])
    run_steps(Player(find_simulation("adam").build()), learner)
    assert too_long(learner.page.getvalue()) == []
    assert " quit) \n" in learner.page.getvalue()


def test_words_with_hyphens_and_short_formulas_stay_whole() -> None:
    text = "x" * (PAGE_WIDTH - 8) + " skip-connection and a\u00a0=\u00a0\u22121.5 after it"
    first, second = wrap(text)
    assert (first, second) == ("x" * (PAGE_WIDTH - 8), "skip-connection and a = \u22121.5 after it")


def begin_again(folder: Path, *words: str, section: int = 2) -> str:
    """What a lesson says to a learner who was at `section`, counted from 0, and now types `words`."""
    course, store = open_course(), record(folder)
    store.save_reading_position("node", section)
    learner = Learner(words)
    run_lesson(course, store, course.lesson("node"), learner)
    return learner.page.getvalue()


def test_a_lesson_goes_on_where_its_reader_was(tmp_path: Path) -> None:
    assert "Section 3 of " in begin_again(tmp_path, "")
    assert "Section 1 of " not in begin_again(tmp_path, "")


def test_a_reader_may_begin_at_another_section_or_leave(tmp_path: Path) -> None:
    assert "Section 1 of " in begin_again(tmp_path, "1")
    assert "Type Enter, a section from 1 to " in begin_again(tmp_path, "99", "2")
    assert "Section 2 of " in begin_again(tmp_path, "99", "2")
    assert "Section " not in begin_again(tmp_path, "quit")


@pytest.mark.parametrize("section", [-1, 0, 99])
def test_a_place_that_the_lesson_does_not_have_is_not_offered(tmp_path: Path, section: int) -> None:
    out = begin_again(tmp_path, "quit", section=section)
    assert "you were at section" not in out
    assert "Section 1 of " in out


def test_a_pipe_begins_at_the_first_section_and_says_where_its_reader_was(command: Command) -> None:
    command("learn", "node", "--plain", "--section", "3", typed="")
    out = command("learn", "node", "--plain", typed="").out
    assert "Section 1 of " in out
    assert "(You were at section " in out
