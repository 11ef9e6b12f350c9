"""An assignment is marked as its learner was told: hints, second tries and exams that are begun again included."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.classroom.pupils import START, answer_to, course, questions, write_hand_in, wrong_answer
from tests.conftest import Command
from tutor.classroom.assignment import read_assignment
from tutor.classroom.hand_in import read_hand_in
from tutor.classroom.marks import ScoredAnswer
from tutor.classroom.overview import make_class_report
from tutor.classroom.report import LearnerRow
from tutor.classroom.shelf import course_map_words
from tutor.classroom.words import assignment_lines, missing_lines
from tutor.progress.record.store import Store
from tutor.progress.tables.attempt import LEFT_OUT, RETRY, Attempt
from tutor.questions.answers.submission import Submission
from tutor.quiz.quiz import Quiz, open_quiz
from tutor.quiz.selection import QuizOptions, Scope
from tutor.quiz.session import Session
from tutor.quiz.sittings import SITTING_PREFIX, exam_fingerprint, read_sittings, sittings_of
from tutor.text.moments import local_moment

PRACTICE = "title: Week 3\nlessons: [node]\ncount: 4\n"
EXAM = PRACTICE + "mode: exam\n"
MINUTE = timedelta(minutes=1)


def assignment_of(folder: Path, text: str) -> Path:
    path = folder / "week-3.yaml"
    path.write_text(text, "utf-8")
    return path


def score(folder: Path, text: str, answers: Sequence[Attempt]) -> float:
    return read_assignment(assignment_of(folder, text), course()).score(
        [ScoredAnswer(each, each.score) for each in answers]
    )


def given(seed: int, right: bool, minute: int, **other: object) -> Attempt:
    """An answer to the first question of the lesson."""
    return answer_to(questions(("node",), 1)[0], seed, right, START + minute * MINUTE, **other)


def test_a_second_try_a_hint_and_a_part_earn_what_the_learner_is_told(tmp_path: Path) -> None:
    first = given(1, False, 0)
    assert first.score == 0
    retry = given(1, True, 1, mode=RETRY)
    for answers, told in (
        ([given(1, True, 0)], 25),
        ([first, retry], 12.5),
        ([first, replace(retry, hints=2)], 10),
        ([replace(first, score=0.5, verdict="partly")], 12.5),
        ([replace(first, score=0.5, verdict="partly"), retry], 18.8),
        ([given(1, True, 0, hints=3)], 17.5),
        ([retry], 0),
        ([first, retry, given(1, True, 2)], 12.5),
        ([first, given(2, True, 1), replace(retry, seed=2)], 0),
        ([first, given(1, False, 1), retry], 0),
        ([given(1, True, 0), first], 25),
        ([given(1, False, 0, mode="exam", verdict=LEFT_OUT), given(2, True, 1)], 25),
    ):
        assert score(tmp_path, PRACTICE, answers) == told


def test_the_same_quiz_and_the_assignment_give_one_score(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "home")
    ids = questions(("node",), 4)
    quiz = Quiz(Session(course(), store), [(id, 1) for id in ids], keeps_seeds=True)
    for number, id in enumerate(ids):
        instance = quiz.current_instance()
        if number < 2:
            quiz.submit(Submission(wrong_answer(id, 1)))
            if quiz.awaits_second_try:
                quiz.submit(Submission(instance.solution, hints=min(1, len(instance.hints)), is_retry=True))
        else:
            quiz.submit(Submission(instance.solution))
        quiz.go_to(number + 1)
    found = read_assignment(assignment_of(tmp_path, PRACTICE), course())
    marked = [ScoredAnswer(each, each.score) for each in store.attempts()]
    store.close()
    assert any(each.attempt.mode == RETRY for each in marked)
    assert found.score(marked) == pytest.approx(100 * sum(item.score for item in quiz.items) / 4, abs=0.05)


def take_exam(store: Store, options: QuizOptions, right: int, wrong: int = 0, *, end: str = "done") -> list[str]:
    """Begin an exam and answer some of its questions; the questions that it asks."""
    quiz = open_quiz(Session(course(), store), options)
    for number in range(right + wrong):
        instance = quiz.current_instance()
        sample = next(each.text for each in instance.samples() if each.expect == "wrong")
        quiz.submit(Submission(instance.solution if number < right else sample))
        quiz.go_to(number + 1)
    if end == "done":
        quiz.hand_in()
    return [item.question for item in quiz.items]


def test_an_exam_on_record_says_what_it_asked_and_how_it_ended(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "home")
    options = QuizOptions(Scope(("node",)), 4, exam=True, seed=7)
    take_exam(store, options, 0, end="left")
    assert sittings_of(store) == []  # nothing of it is on record before its first answer
    take_exam(store, options, 4)
    take_exam(store, options, 1, 1)
    take_exam(store, options, 2, end="killed")
    take_exam(store, QuizOptions(Scope(("node",)), 4, seed=7), 2)
    found = sittings_of(store)
    assert [each.left_out for each in found] == [0, 2, None]
    assert [each.was_left_early for each in found] == [False, True, True]
    assert {each.fingerprint for each in found} == {exam_fingerprint(options)}
    assert all(each.began <= attempt.at for each, attempt in zip(found[:1], store.attempts(), strict=False))
    store.close()


def test_questions_that_are_asked_again_are_another_exam(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "home")
    quiz = open_quiz(Session(course(), store), QuizOptions(Scope(("node",)), 1, exam=True, seed=7))
    for _ in range(2):
        quiz.submit(Submission(quiz.current_instance().solution))
        quiz.hand_in()
        quiz.restart([(quiz.items[0].question, None)])
    assert [bool(each.fingerprint) for each in sittings_of(store)] == [True, False]
    store.close()


@pytest.mark.parametrize(
    "value",
    [
        "",
        "[]",
        "{}",
        "7",
        '{"began": 1, "asks": "", "left_out": 0}',
        '{"began": "2026-01-01T00:00:00", "asks": "", "left_out": 0}',
        '{"began": "2026-01-01T00:00:00Z", "asks": [], "left_out": 0}',
        '{"began": "2026-01-01T00:00:00Z", "asks": "", "left_out": -1}',
        '{"began": "0001-01-01T00:00:00Z", "asks": "", "left_out": 0}',
    ],
)
def test_a_flag_that_no_exam_left_is_passed_over(value: str) -> None:
    assert read_sittings([(f"{SITTING_PREFIX}a", value), ("quiz-rest", "")]) == []


def exam_rows(command: Command, folder: Path, text: str) -> tuple[LearnerRow, str]:
    """The row of Ada, whose record was handed in and read as it lies, and what is said of her."""
    path = assignment_of(folder, text)
    assert command("hand-in", str(path), "--name", "Ada", "--to", str(folder / "a.jsonl")).code == 0
    found = read_assignment(path, course())
    rows, said = [], ""
    for place in (folder / "a.jsonl", folder / "home" / "record.sqlite3"):
        report, _ = make_class_report(course(), [place], Store.open(folder / "home").clock(), assignment=found)
        rows.append(report.learners[0])
        said = said or assignment_lines(report)[0]
    (folder / "a.jsonl").unlink()
    kept = ("score", "exams_begun", "exams_left_early")
    assert [getattr(rows[0], name) for name in kept] == [getattr(rows[1], name) for name in kept]
    return rows[0], said


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("CHAINRULE_HOME", str(tmp_path / "home"))
    return Store.open(tmp_path / "home")


def test_an_exam_with_a_seed_that_is_taken_again_earns_no_more(command: Command, tmp_path: Path, record: Store) -> None:
    options = read_assignment(assignment_of(tmp_path, EXAM + "seed: 7\n"), course()).options
    asked = take_exam(record, options, 1, 1)
    row, said = exam_rows(command, tmp_path, EXAM + "seed: 7\n")
    assert (row.score, row.exams_begun, row.exams_left_early) == (25, 1, 1)
    assert said.startswith("Ada: 25 of 100, 2 of 4 answered, left early 1 time (handed in")
    hand_in = ("hand-in", str(tmp_path / "week-3.yaml"), "--name", "Ada", "--to", "-")
    assert "the first answer counts" not in command(*hand_in).err
    assert asked == take_exam(record, options, 4)
    told = command(*hand_in).err
    assert "4 of 4 questions answered, 4 right; 25 of 100." in told
    assert "2 questions left out, since leaving an exam hands it in; 1 answer not right." in told
    row, said = exam_rows(command, tmp_path, EXAM + "seed: 7\n")
    assert (row.score, row.exams_begun, row.exams_left_early) == (25, 2, 1)
    assert said.startswith("Ada: 25 of 100, begun 2 times, left early 1 time (handed in")
    record.close()


@pytest.mark.parametrize(("seed", "rule"), [("seed: 7\n", "then stays as it is"), ("", "the best one counts")])
def test_a_learner_is_told_before_an_exam_what_counts(
    command: Command, tmp_path: Path, record: Store, seed: str, rule: str
) -> None:
    record.close()
    asks = ("quiz", "--plain", "--assignment", str(assignment_of(tmp_path, EXAM + seed)))
    said = "Week 3: an exam: your first answers count, and what you leave out counts as wrong"
    assert command(*asks, typed="quit\n").err.splitlines() == ["Week 3: 4 questions", said]
    command(*asks, typed="skip\ndone\n")
    told = command(*asks, typed="quit\n").err.splitlines()[-1]
    assert told.startswith("Week 3: you have begun this exam 1 time before, and ")
    assert told.endswith(rule)


def test_practice_begins_with_how_many_questions_until_when_and_what_counts(
    command: Command, tmp_path: Path, record: Store
) -> None:
    record.close()

    def told(text: str) -> list[str]:
        path = assignment_of(tmp_path, text)
        return command("quiz", "--plain", "--assignment", str(path), typed="quit\n").err.splitlines()

    practice = told(PRACTICE + "deadline: 2001-01-01T00:00Z\n")
    assert practice[0] == "Week 3: 4 questions"
    assert practice[1].startswith("Week 3: the deadline was 2001-01-01 00:00 UTC")
    assert practice[1].endswith(" days ago")
    assert practice[2].startswith("Week 3: your first answers to 4 different questions count")
    there = len(read_assignment(assignment_of(tmp_path, PRACTICE), course()).questions)
    asked = told(PRACTICE.replace("count: 4", "count: 100"))[0]
    assert asked == f"Week 3: {there} questions; its file asks for 100, and there are no more"


def test_an_exam_that_was_broken_off_can_be_gone_on_with(command: Command, tmp_path: Path, record: Store) -> None:
    options = read_assignment(assignment_of(tmp_path, EXAM + "seed: 7\n"), course()).options
    take_exam(record, options, 2, end="killed")
    take_exam(record, options, 4)
    row, _ = exam_rows(command, tmp_path, EXAM + "seed: 7\n")
    assert (row.score, row.exams_begun, row.exams_left_early) == (100, 2, 1)
    record.close()


def test_of_exams_with_fresh_numbers_the_best_counts_and_they_do_not_add_up(
    command: Command, tmp_path: Path, record: Store
) -> None:
    options = read_assignment(assignment_of(tmp_path, EXAM), course()).options
    for right, best in ((1, 25), (2, 50), (1, 50)):
        take_exam(record, options, right, 4 - right)
        row, _ = exam_rows(command, tmp_path, EXAM)
        assert row.score == best
    assert (row.exams_begun, row.exams_left_early) == (3, 0)
    take_exam(record, QuizOptions(Scope(("node",)), 3, exam=True), 1)  # another exam than the assignment
    assert exam_rows(command, tmp_path, EXAM)[0].exams_begun == 3
    record.close()


def test_who_has_practised_the_numbers_of_an_exam_earns_what_was_known_then(
    command: Command, tmp_path: Path, record: Store
) -> None:
    options = read_assignment(assignment_of(tmp_path, EXAM + "seed: 7\n"), course()).options
    take_exam(record, replace(options, exam=False), 1, 3, end="left")
    take_exam(record, replace(options, exam=False, seed=8), 0, 4, end="left")  # other numbers
    found = read_assignment(assignment_of(tmp_path, EXAM + "seed: 7\n"), course())
    report, _ = make_class_report(course(), [tmp_path / "home"], record.clock(), assignment=found)
    assert report.learners[0].score is None  # of the exam itself nothing was done yet
    take_exam(record, options, 4)
    assert exam_rows(command, tmp_path, EXAM + "seed: 7\n")[0].score == 25
    record.close()


def test_an_exam_of_which_no_beginning_is_on_record_is_marked_without(tmp_path: Path) -> None:
    answers = [given(seed, seed < 3, seed, mode="exam") for seed in range(4)]
    found = read_assignment(assignment_of(tmp_path, EXAM), course())
    file = write_hand_in(tmp_path / "a.jsonl", "Ada", answers)
    assert read_hand_in(file).sittings == ()
    report, _ = make_class_report(course(), [file], START + timedelta(days=1), assignment=found)
    assert (report.learners[0].score, report.learners[0].exams_begun) == (75, 0)
    assert "begun" not in assignment_lines(report)[0]
    idle = write_hand_in(
        tmp_path / "b.jsonl", "Ben", [answer_to(questions(("gradient-descent",), 1)[0], 1, True, START)]
    )
    report, _ = make_class_report(course(), [idle], START + timedelta(days=1), assignment=found)
    assert assignment_lines(report) == []
    assert missing_lines(report) == ["Ben: nothing for Week 3"]
    write_hand_in(idle, "Ben", [answer_to(questions(("gradient-descent",), 1)[0], 1, True, START)], assignment="week 3")
    report, _ = make_class_report(course(), [idle], START + timedelta(days=1), assignment=found)
    assert "Ben: 0 of 100, 0 of 4 answered, not begun" in assignment_lines(report)[0]


def test_practice_has_no_beginnings(tmp_path: Path) -> None:
    found = read_assignment(assignment_of(tmp_path, PRACTICE), course())
    file = write_hand_in(tmp_path / "a.jsonl", "Ada", [given(1, True, 0)])
    report, _ = make_class_report(course(), [file], START + timedelta(days=1), assignment=found)
    assert report.learners[0].exams_begun is None
    assert json.loads(file.read_text().splitlines()[0])["owner"] == "Ada"


def test_of_files_for_several_assignments_each_is_late_by_its_own(tmp_path: Path) -> None:
    found = read_assignment(assignment_of(tmp_path, PRACTICE + "deadline: 2026-10-07T09:00Z\n"), course())
    answers = [answer_to(id, 1, True, START + n * MINUTE) for n, id in enumerate(questions(("node",), 3))]
    after = answer_to(questions(("node",), 4)[3], 9, True, START + timedelta(days=3))

    def late(*files: tuple[str, int, Sequence[Attempt]]) -> tuple[float, float | None, str | None]:
        for old in tmp_path.glob("*.jsonl"):
            old.unlink()
        for label, day, given in files:
            at = (START + timedelta(days=day)).isoformat()
            write_hand_in(tmp_path / f"{day}.jsonl", "Ada", given, assignment=label, handed_in=at)
        report, _ = make_class_report(course(), [tmp_path], START + timedelta(days=9), assignment=found)
        row = report.learners[0]
        days = None if row.late_seconds is None else row.late_seconds / 86400
        return row.score or 0, days, (row.handed_in or "")[:10]

    assert late(("Week 3", 1, answers), ("Week 4", 5, answers)) == (75, None, "2026-10-06")
    assert late(("week 3", 1, answers[:2]), ("Week 3", 4, [*answers, after])) == (100, 2, "2026-10-09")
    assert late(("Week 3", 4, answers)) == (75, 2, "2026-10-09")
    assert late(("Week 3", 1, answers), ("Week 3", 4, answers)) == (75, None, "2026-10-06")
    assert late(("Week 3", 1, answers), ("Week 4", 5, [*answers, after])) == (100, 1, "2026-10-06")
    assert late(("", 1, answers), ("", 5, [*answers, after])) == (100, 3, "2026-10-10")
    assert late(("Week 3", 1, [given(1, False, 0)]), ("Week 3", 4, [given(1, False, 0)]))[1:] == (None, "2026-10-06")


def test_who_was_late_is_told_from_which_moment_and_what_was_earned_in_time(tmp_path: Path) -> None:
    found = read_assignment(assignment_of(tmp_path, PRACTICE + "deadline: 2026-10-07T09:00Z\n"), course())
    ids = questions(("node",), 4)
    before = [answer_to(id, 1, True, START + n * MINUTE) for n, id in enumerate(ids[:3])]
    after = answer_to(ids[3], 1, True, START + timedelta(days=3))
    day = START + timedelta(days=1)
    write_hand_in(tmp_path / "1.jsonl", "Ada", before, assignment="Week 3", handed_in=day.isoformat())
    report, _ = make_class_report(course(), [tmp_path], START + timedelta(days=9), assignment=found)
    assert report.learners[0].score_on_time is None
    assert "complete" not in assignment_lines(report)[0]
    write_hand_in(tmp_path / "2.jsonl", "Ada", [*before, after])
    report, _ = make_class_report(course(), [tmp_path], START + timedelta(days=9), assignment=found)
    row = report.learners[0]
    assert (row.score, row.score_on_time, row.late_seconds) == (100, 75, timedelta(days=1).total_seconds())
    assert datetime.fromisoformat(row.complete_at or "") == after.at
    said = assignment_lines(report)[0]
    moments = [local_moment(each) for each in (day, after.at)]
    late = "24 hours late, 75 of 100 in time, 75 of 100 when handed in, later answers count too"
    when = f"(handed in {moments[0]}, complete at {moments[1]})"
    assert said == f"Ada: 100 of 100, {late} {when}"


def test_guessing_and_asking_one_question_again_earn_no_more(tmp_path: Path) -> None:
    ids = questions(("node",), 6)
    assert len(set(ids)) == 6
    first = [answer_to(id, 1, number % 2 == 0, START + number * MINUTE) for number, id in enumerate(ids[:4])]
    assert score(tmp_path, PRACTICE, first) == 50
    again = [
        answer_to(id, seed, True, START + (10 * seed + number) * MINUTE)
        for seed in range(1, 9)
        for number, id in enumerate(ids)
    ]
    assert score(tmp_path, PRACTICE, first + again) == 50
    assert score(tmp_path, PRACTICE, [given(seed, True, seed) for seed in range(9)]) == 25


def test_only_the_first_answers_to_different_questions_are_told_as_done(tmp_path: Path) -> None:
    found = read_assignment(assignment_of(tmp_path, PRACTICE), course())
    one = [given(seed, seed < 5, seed) for seed in range(6)]
    assert found.state_lines(one, START)[0] == "Week 3: 1 of 4 questions answered, 1 right; 25 of 100."
    ids = questions(("node",), 6)
    every = [answer_to(id, 1, number > 0, START + number * MINUTE) for number, id in enumerate(ids)]
    assert found.state_lines(every, START)[0] == "Week 3: 4 of 4 questions answered, 3 right; 75 of 100."
    assert course_map_words(found, every, START) == "Week 3 · 4 of 4 answered"


def test_answers_that_were_taken_back_are_counted_beside_the_mark(
    command: Command, tmp_path: Path, record: Store
) -> None:
    quiz = open_quiz(Session(course(), record), QuizOptions(Scope(("node",)), 2, seed=7))
    sample = next(each.text for each in quiz.current_instance().samples() if each.expect == "wrong")
    quiz.submit(Submission(sample))
    quiz.undo()
    quiz.submit(Submission(quiz.current_instance().solution))
    row, said = exam_rows(command, tmp_path, PRACTICE)
    record.close()
    assert row.score == 25
    assert said.startswith("Ada: 25 of 100, 1 of 4 answered, 1 answer taken back")
