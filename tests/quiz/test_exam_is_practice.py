"""What the end of an exam says of its answers is so: for levels, reviews and assignments they count as practice."""

from pathlib import Path

import pytest

from tests.classroom.pupils import START, answer_to, course, questions
from tests.conftest import Command
from tutor.classroom.assignment import read_assignment
from tutor.progress.record.store import Store
from tutor.quiz.summary import COUNTS_AS_PRACTICE

EXAM = ("quiz", "--plain", "--lesson", "node", "--count", "1", "--seed", "7", "--exam")


def test_an_answer_in_an_exam_moves_level_schedule_and_assignment_as_practice_does(tmp_path: Path) -> None:
    asked = questions(("node",), 1)[0]
    (tmp_path / "week.yaml").write_text("title: A\nlessons: [node]\ncount: 1\n", "utf-8")
    week = read_assignment(tmp_path / "week.yaml", course())
    found = []
    for mode in ("practice", "exam"):
        store = Store.open(tmp_path / mode, lambda: START)
        store.add(answer_to(asked, 1, True, START, mode=mode, key="0" * 32))
        cards = store.rows("SELECT question, due FROM cards")
        assert week.count_answers(store.attempts()) == (1, 1)
        found.append((cards, store.concepts()))
        store.close()
    assert found[0] == found[1]
    assert found[0][0] != []


@pytest.mark.parametrize(("arguments", "typed", "is_said"), [(EXAM, "a\n", True), (EXAM, "quit\n", False)])
def test_it_is_said_once_where_something_was_answered(
    command: Command, arguments: tuple[str, ...], typed: str, is_said: bool
) -> None:
    assert command(*arguments, typed=typed).out.count(COUNTS_AS_PRACTICE) == is_said
    assert COUNTS_AS_PRACTICE not in command(*arguments[:-1], typed=typed).out
