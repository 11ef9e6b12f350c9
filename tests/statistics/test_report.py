"""The progress as text, as JSON and as panels: one record, told alike everywhere."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import Command
from tests.progress.helping import Clock, attempt
from tests.screens.story import DOUBLING, RATES
from tutor.content.course import Course, open_course
from tutor.progress.record.store import Store
from tutor.quiz.selection import Scope, choose_questions
from tutor.quiz.session import Session
from tutor.statistics.overview import make_overview
from tutor.statistics.panels import Panel, PanelRow, make_panels, panel_lines, with_due, without_repeats
from tutor.statistics.progress_json import course_summary
from tutor.statistics.progress_text import progress_lines

DAY = timedelta(days=1)
QUESTIONS = {"double-it": "doubling", "which-is-more": "doubling", "next-step": "rates", "get-down": "rates"}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def course(tmp_path: Path) -> Course:
    folder = tmp_path / "lessons"
    folder.mkdir()
    (folder / "01-doubling.md").write_text(DOUBLING, "utf-8")
    (folder / "02-rates.md").write_text(RATES, "utf-8")
    return Course(folder)


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Store:
    return Store.open(tmp_path / "home", clock)


def answer(store: Store, question: str, score: float = 1.0, seed: int = 1) -> None:
    store.add(
        replace(
            attempt(seed, score=score, at=store.clock()),
            question=question,
            lesson=QUESTIONS.get(question, "gone"),
            concepts=(QUESTIONS.get(question, "gone"),),
            key=f"{question}{seed}{store.clock()}",
        )
    )


def nothing(store: Store, clock: Clock) -> None:
    """A new record."""


def fresh(store: Store, clock: Clock) -> None:
    answer(store, "double-it", 0.0)


def some_due(store: Store, clock: Clock) -> None:
    answer(store, "double-it", 0.0)
    clock.time += DAY
    answer(store, "next-step")


def all_overdue(store: Store, clock: Clock) -> None:
    for question in QUESTIONS:
        answer(store, question)
    clock.time += 60 * DAY


def one_removed(store: Store, clock: Clock) -> None:
    answer(store, "double-it")
    answer(store, "gone-with-its-lesson")
    clock.time += 60 * DAY


def placed(store: Store, clock: Clock) -> None:
    store.save_stored("placement", '{"shown": ["doubling"], "inferred": []}', "the placement")
    answer(store, "double-it")
    clock.time += 60 * DAY


RECORDS: list[tuple[Callable[[Store, Clock], None], int]] = [
    (nothing, 0),
    (fresh, 0),
    (some_due, 1),
    (all_overdue, 4),
    (one_removed, 1),
    (placed, 1),
]


@pytest.mark.parametrize(("fill", "count"), RECORDS, ids=lambda value: getattr(value, "__name__", None))
def test_due_is_one_number_at_every_door(
    course: Course, store: Store, clock: Clock, fill: Callable[[Store, Clock], None], count: int
) -> None:
    fill(store, clock)
    session = Session(course, store, clock)
    overview = make_overview(course, store)
    told = {
        "the map, the quiz's form": len(session.store.due(clock())),
        "quiz --due": len(choose_questions(course, store, Scope(due=True), count=99, clock=clock)),
        "progress --json": len(course_summary(course, store)["due"]),
        "the forecast": course_summary(course, store)["forecast"][0],
        "the charts": overview.figures.due,
        "the chart of what comes": overview.figures.forecast[0],
        "by concept": len({each for found in store.due_by_concept().values() for each in found}),
    }
    assert set(told.values()) == {count}, told
    text = "\n".join(progress_lines(course, store))
    assert count == 0 or f"{count} question{'s' * (count > 1)} due for review now" in text


def test_a_lesson_that_is_left_out_because_of_a_fault_has_nothing_due(
    tmp_path: Path, course: Course, store: Store, clock: Clock
) -> None:
    all_overdue(store, clock)
    (tmp_path / "lessons" / "02-rates.md").write_text("---\nid: rates\n---\n", "utf-8")
    broken = Course(tmp_path / "lessons")
    session = Session(broken, store, clock)
    assert len(session.store.due()) == 2
    assert len(choose_questions(broken, store, Scope(due=True), count=99, clock=clock)) == 2
    assert make_overview(broken, store).figures.forecast[0] == 2


def test_the_json_adds_what_each_lesson_and_each_concept_lacks(course: Course, store: Store, clock: Clock) -> None:
    answer(store, "double-it")
    store.save_page_read("doubling", 0)
    told = json.loads(json.dumps(course_summary(course, store)))
    (lesson,) = told["lessons"]
    assert (lesson["id"], lesson["attempts"], lesson["solved"], lesson["done"]) == ("doubling", 1, 1, False)
    assert (lesson["pages"], lesson["pages_done"]) == (3, 1)
    assert (lesson["questions"], lesson["questions_done"]) == (2, 1)
    assert lesson["missing"][0] == {"what": "pages", "count": 2, "sections": [1, 2]}
    assert (told["lessons_done"], told["lessons_total"]) == (0, 2)
    assert told["concepts"][0]["missing"]["right_answers"] == 3
    assert told["next"]["command"].startswith("chainrule learn doubling")


@pytest.mark.parametrize(("right", "more"), [(1, 3), (2, 2), (3, 1)])
def test_what_a_concept_lacks_is_what_brings_it_there_by_the_schedule(
    course: Course, store: Store, clock: Clock, right: int, more: int
) -> None:
    for seed in range(right):
        answer(store, "double-it", seed=seed)
        clock.time += timedelta(minutes=1)
    needed = store.reviews_needed()["doubling"]
    assert needed.answers == more
    assert needed.days == more
    for seed in range(more):
        lacks = store.reviews_needed()["doubling"]
        assert lacks.answers == more - seed
        assert lacks.first is not None
        clock.time = max(clock.time, lacks.first)
        answer(store, "double-it", seed=10 + seed)
    assert store.reviews_needed()["doubling"].answers == 0
    assert store.concepts()[0]["level"] >= 0.8


def test_a_concept_that_has_faded_lacks_a_review(course: Course, store: Store, clock: Clock) -> None:
    for seed in range(12):
        answer(store, "double-it", seed=seed)
        clock.time += 2 * DAY
    assert store.reviews_needed()["doubling"].answers == 0
    clock.time += 4000 * DAY
    assert store.reviews_needed()["doubling"].answers == 1


def test_the_panels_say_no_path_and_no_id_and_whole_numbers(course: Course, store: Store, clock: Clock) -> None:
    some_due(store, clock)
    panels = make_panels(make_overview(course, store))
    assert [panel.id for panel in panels][:4] == ["next", "week", "strong", "fading"]
    said = "\n".join(line for panel in panels for line in panel_lines(panel))
    assert "Review 1 question that is due." in said
    assert "Last 7 days: 1 of 2 right" in said
    assert all(word not in said for word in ("double-it", "next-step", "sqlite", str(store.folder)))


def test_where_all_panels_are_shown_at_once_each_concept_stands_in_one_and_says_what_it_lacks() -> None:
    weak = PanelRow("adam", 0.2, "20%, weak, was 40%", "weak", brief="20%, weak")
    fading = PanelRow("loss", 0.7, "70%, was 80%", brief="70%")
    listed = [
        PanelRow(name, 0.5, f"50% · {lack} at length", brief=f"50% · {lack}", due=due)
        for name, lack, due in (
            ("adam", "7 more right", "now"),
            ("node", "3 more right", "now"),
            ("loss", "1 more right", "tomorrow"),
        )
    ]
    others = [Panel("strong", "What is strong"), Panel("week", "Last 7 days")]
    every = Panel("concepts", "Every concept, and more", (), tuple(listed))
    fades = Panel("fading", "What is weak, and what fades", (), (weak, fading))
    *kept, shown, rest = without_repeats([*others, fades, every])
    assert kept == others
    assert [row.note for row in shown.rows] == ["20%, weak · 7 more right", "70%, was 80% · 1 more right"]
    assert [row.due for row in shown.rows] == ["now", "tomorrow"]
    assert [row.brief for row in shown.rows] == ["20%, weak", "70%"], "where that has no room"
    assert (rest.title, rest.rows) == ("Every other concept, and more", (listed[1],))
    assert without_repeats([every]) == [every]
    assert len(without_repeats([fades, replace(every, rows=(listed[0], listed[2]))])) == 1


def test_when_all_rows_of_a_panel_are_due_is_said_once_in_its_title() -> None:
    rows = tuple(PanelRow(name, 0.2, "20%", brief="20%", due="now") for name in ("adam", "loss"))
    same = with_due(Panel("fading", "What is weak", (), rows))
    assert (same.title, same.rows[0].note) == ("What is weak, all due now", "20%")
    other = with_due(Panel("fading", "What is weak", (), (rows[0], replace(rows[1], due="14 Dec"))))
    assert other.title == "What is weak"
    assert [row.note for row in other.rows] == [row.brief for row in other.rows] == ["20%, due now", "20%, due 14 Dec"]
    (alone,) = with_due(Panel("fading", "What is weak", (), rows[:1])).rows
    assert alone.note == "20%, due now"


def test_no_word_of_a_panels_title_is_said_again_in_each_of_its_rows(
    course: Course, store: Store, clock: Clock
) -> None:
    for question in QUESTIONS:
        answer(store, question, 0.0)
    clock.time += DAY
    panels = make_panels(make_overview(course, store))
    (weak,) = (with_due(panel) for panel in without_repeats(panels) if panel.id == "fading")
    assert len(weak.rows) > 1
    assert weak.title == "What is weak, all due now"
    assert not any(word in row.note for row in weak.rows for word in ("weak", "due"))
    (times,) = (panel for panel in panels if panel.id == "times")
    assert (times.rows, len(times.words)) == ((), 1), "equal times are one sentence"


def test_a_new_record_has_one_panel_that_says_how_to_begin_and_what_will_be_shown(course: Course, store: Store) -> None:
    (panel,) = make_panels(make_overview(course, store))
    begin, *_ = panel.words
    assert begin == "Begin “Doubling, and what it costs”."
    assert [row.name for row in panel.rows] == ["Last 7 days", "Nearest to strong", "What is weak", "Reviews to come"]
    assert (panel.title, panel.has_number) == ("What to do next", False)


def test_days_off_are_no_fault(course: Course, store: Store, clock: Clock) -> None:
    answer(store, "double-it")
    clock.time += 20 * DAY
    (week,) = (panel for panel in make_panels(make_overview(course, store)) if panel.id == "week")
    assert week.words == ("Welcome back: a review now brings back most of what was there.",)


def test_what_to_do_next_follows_the_record(course: Course, store: Store, clock: Clock) -> None:
    def said() -> str:
        return make_overview(course, store).suggestion.words

    assert said() == "Begin “Doubling, and what it costs”."
    store.save_reading_position("doubling", 1)
    assert said().startswith("Go on with “Doubling, and what it costs”: 3 pages to read")
    for page in range(3):
        store.save_page_read("doubling", page)
    answer(store, "double-it")
    answer(store, "which-is-more")
    assert said() == "Begin “Rates, seen in a simulation”."
    clock.time += 60 * DAY
    assert said() == "Review 2 questions that are due."


def test_the_suggested_lesson_is_the_one_that_the_map_goes_on_with(course: Course, store: Store, clock: Clock) -> None:
    from tutor.plain.home import next_lesson_number

    titles = [heading.front_matter.id for heading in course.headings]
    assert make_overview(course, store).suggestion.lesson == titles[next_lesson_number(course, store) - 1]
    for lesson, page in (("rates", 0), ("doubling", 1), ("rates", 1)):
        store.save_reading_position(lesson, page)
        assert make_overview(course, store).suggestion.lesson == titles[next_lesson_number(course, store) - 1]
        clock.time += timedelta(minutes=1)


def test_the_report_is_text_with_the_names_that_commands_take(course: Course, store: Store, clock: Clock) -> None:
    assert "Nothing is on record yet" in progress_lines(course, store)[0]
    answer(store, "double-it")
    answer(store, "which-is-more", 0.0)
    store.save_reading_position("doubling", 2)
    told = progress_lines(course, store)
    assert told[0] == "2 answers on record; no questions due for review now."
    assert told[1] == "0 of 2 lessons done."
    (line,) = (line for line in told if line.startswith("  doubling: 1 of 2 answers right, read up to section 3"))
    assert line.endswith("to finish: 3 pages to read and 1 question to answer right")
    (concept,) = (line for line in told if line.startswith("  doubling: 49% from 2 answers; "))
    assert "more right answers on " in concept
    clock.time += timedelta(hours=5)
    assert "1 question due for review now" in progress_lines(course, store)[0]
    assert progress_lines(course, store)[-1] == "Review now with: chainrule quiz --due"


def test_the_command_counts_the_lessons_of_the_course(command: Command) -> None:
    told = json.loads(command("progress", "--json").out)
    assert (told["lessons_done"], told["lessons_total"], told["attempts"]) == (0, len(open_course().headings), 0)
