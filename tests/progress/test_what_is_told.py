"""What the record tells in words and tables: reports, whose it is, and what was not kept."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from tests.progress.helping import START, Clock, again, attempt, seeds
from tutor.errors import ChainruleError
from tutor.progress.record.owner import Owner
from tutor.progress.record.report import markdown_parts
from tutor.progress.record.reset import forget_lessons, reset_record
from tutor.progress.record.schedule_fit import fit_schedule, use_published_schedule
from tutor.progress.record.store import Store
from tutor.progress.review.fitted import FITTED_NAME, Fitted
from tutor.progress.review.mastery import MASTERED_LEVEL, AnswerTotals, level
from tutor.progress.review.needed import find_needed_reviews
from tutor.progress.review.schedule import GOOD, PUBLISHED, make_scheduler, recall_probability, replay
from tutor.progress.tables.history import Regrade

REPORT = r"""# Progress

4 answers on record; no questions due for review now.

## Lessons

| lesson | answers | right | questions solved | read up to section |
| --- | --- | --- | --- | --- |
| adam | 4 | 2 | 2 | 3 |

## Concepts

| concept | answers | right | level | known | recall | mean seconds | due |
| --- | --- | --- | --- | --- | --- | --- | --- |
| momentum | 3 | 1 | LEVEL | LEVEL | 1.0 | 14.0 | 0 |
| a\|b \*c\* | 1 | 1 | NEW | NEW | 1.0 | 4.0 | 0 |

## How sure, how right

| said | answers | right |
| --- | --- | --- |
| sure | 2 | 1 |
| guess | 1 | 0 |"""
REVIEWS = """
## Reviews to come

| day | questions |
| --- | --- |
| today | 2 |
| in 1 day | 0 |
| in 2 days | 0 |
| in 3 days | 0 |
| in 4 days | 0 |
| in 5 days | 0 |
| in 6 days | 0 |"""


def markdown_of(store: Store) -> str:
    head, tables = markdown_parts(store)
    return "\n".join([*head, *tables])


def test_the_report_in_markdown_has_each_figure_in_its_place(store: Store, clock: Clock) -> None:
    answers = [
        (1.0, "sure", ("momentum",), 10.0),
        (0.0, "sure", ("momentum",), 12.0),
        (0.0, "guess", ("momentum",), 20.0),
        (1.0, "", ("a|b\n*c*",), 4.0),
    ]
    for number, (score, confidence, concepts, seconds) in enumerate(answers):
        given = replace(attempt(number, score=score), confidence=confidence, concepts=concepts, seconds=seconds)
        store.add(given)
    store.save_reading_position("adam", 2)
    known = {"LEVEL": level([1.0, 0.0, 0.0]), "NEW": level([1.0])}
    expected = REPORT
    for name, value in known.items():
        expected = expected.replace(name, f"{value:.4g}")
    assert markdown_of(store) == expected
    clock.time += timedelta(days=1)
    assert markdown_of(store).endswith(REVIEWS)


def test_an_answer_left_out_of_an_exam_has_a_column_where_there_is_one(store: Store) -> None:
    store.add(attempt(1))
    store.add_left_out([replace(attempt(2, score=0.0), verdict="left out", answer="")])
    lines = markdown_of(store).splitlines()
    assert "| lesson | answers | right | questions solved | read up to section | left out |" in lines
    assert "| adam | 2 | 1 | 1 |  | 1 |" in lines


def test_the_first_line_of_an_export_says_whose_it_is_as_far_as_that_is_known() -> None:
    at = datetime(2026, 3, 1, 14, 30, tzinfo=timezone(timedelta(hours=2)))
    known = {"owner": "Ada", "student_id": "a@b", "assignment": "week 1", "handed_in": "2026-03-01T12:30:00+00:00"}
    assert Owner("Ada", "a@b", "week 1", at).first_line_keys() == known
    assert Owner("Ada").first_line_keys() == {"owner": "Ada"}
    assert Owner().first_line_keys() == {}


CHANGES: dict[str, Callable[[Store], object]] = {
    "your answer": lambda store: store.add(attempt(2)),
    "what was left out": lambda store: store.add_left_out([attempt(2)]),
    "the undo": lambda store: store.undo(store.attempts()[0].key),
    "the new grades": lambda store: store.regrade([Regrade(store.attempts()[0].key, 0.5, "partly", START, "9", "")]),
    "the flag": lambda store: store.save_question_flag("q1", is_flagged=True),
    "your place": lambda store: store.save_reading_position("adam", 1),
    "the page you have read": lambda store: store.save_page_read("adam", 1),
    "the reset": reset_record,
    "the change": lambda store: forget_lessons(store, ["adam"]),
    "the schedule": use_published_schedule,
    "the fitted schedule": fit_schedule,
}


@pytest.mark.parametrize(("what", "change"), CHANGES.items(), ids=CHANGES)
def test_what_cannot_be_kept_is_called_by_its_name(
    store: Store, what: str, change: Callable[[Store], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    store.add(attempt(1))
    fitted = Fitted(tuple(make_scheduler().parameters), store.clock(), 1000, 200, 0.3, 0.4)
    store.save_stored(FITTED_NAME, fitted.as_text(), "it")
    monkeypatch.setattr("tutor.progress.record.schedule_fit.MIN_REVIEWS", 0)
    monkeypatch.setattr(store, "_refusal", "the disk is full")
    with pytest.raises(ChainruleError) as caught:
        change(store)
    assert str(caught.value) == f"{what} was not kept: the disk is full"
    assert (store.count(), store.stored(FITTED_NAME)) == (1, fitted.as_text())


@pytest.mark.parametrize("opened_locked", [0, 1, 3])
def test_a_record_that_was_locked_when_it_was_opened_is_waited_for(
    store: Store, opened_locked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.add(attempt(1))
    store.close()
    open_file, turns, told = store._open_file, iter([True] * opened_locked), list[str]()

    def open_once_free() -> None:
        if next(turns, False):
            store._is_locked = True
        else:
            open_file()

    monkeypatch.setattr(store, "_open_file", open_once_free)
    store.notify, store.lock_timeout = told.append, 600
    store._is_locked, store._refusal = True, "the record is locked"
    store.add(attempt(2))
    assert seeds(store) == [1, 2]
    assert [line.split(" waits")[0] for line in told] == (["your answer"] if opened_locked else [])


def test_a_record_that_stays_locked_is_waited_for_as_long_as_its_patience_lasts(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[int] = []

    def open_in_vain() -> None:
        opened.append(1)
        store._is_locked, store._refusal = True, "the record is locked"

    monkeypatch.setattr(store, "_open_file", open_in_vain)
    store._is_locked, store._refusal, store.lock_timeout = True, "the record is locked", 0.0
    with pytest.raises(ChainruleError, match=r"^your answer was not kept: the record is locked"):
        store.add(attempt(1))
    assert opened == [1]


def test_what_was_wrong_with_a_record_that_was_set_aside_is_said(store: Store) -> None:
    store.add(attempt(1))
    store.close()
    store.path.write_text("not a record")
    found = again(store)
    assert found.notice.startswith("The record is damaged; it was set aside as record-damaged-")
    found.close()


def test_what_is_missing_until_a_concept_is_known_follows_the_learners_own_schedule() -> None:
    """With the published parameters enough is remembered at this moment; who forgets faster needs a review."""
    state, due = replay([(GOOD, START + timedelta(days=day)) for day in (0, 3, 14)])
    answers = AnswerTotals("q", "adam", ("adam",), 20, 20, 80.0, 0, True, [(str(n), n, 1.0) for n in range(20)])
    fast = (*make_scheduler().parameters[:-1], 0.8)
    now = due
    while level([1.0] * 20) * recall_probability(state, now + timedelta(days=1)) >= MASTERED_LEVEL:
        now += timedelta(days=1)
    assert level([1.0] * 20) * recall_probability(state, now, fast) < MASTERED_LEVEL
    card = {"q": (due.isoformat(), state)}
    needed = [find_needed_reviews([answers], card, now, datetime.date, each)["adam"] for each in (PUBLISHED, fast)]
    assert [each.answers for each in needed] == [0, 1]
    assert [each.first for each in needed] == [None, now]
