"""A lesson has a budget of work: what asks for more is named with its line, and nothing waits for it."""

from pathlib import Path
from time import process_time

import pytest

from tutor.budget import Budget, BudgetSpentError, afford, spend
from tutor.content.check import check
from tutor.content.course import Course
from tutor.content.read import read_lesson
from tutor.errors import ChainruleError
from tutor.progress.record.store import Store
from tutor.questions.answers.submission import Submission
from tutor.quiz.session import Session

HEAD = "---\nid: toy\ntitle: T\npart: P\nconcepts: [a]\nminutes: 5\n---\n\n## A\n\n"
LARGE = "{hidden: [8, 8, 8, 8, 8, 8], batch: 1}"
TAIL = 'hints: ["Look."]\nwhy: "So."\n```\n'


def question(kind: str, keys: str) -> str:
    return f"```{{question}} {kind}\nid: heavy\n{keys}{TAIL}"


HEAVY = {
    "conditions": question(
        "number",
        "given: {n: {low: 1, high: 9999}}\nwhere:\n"
        + '  - "n * n * n - n > n - 9999"\n' * 199
        + '  - "n > 9990"\nask: "{n}"\nanswer: n\n',
    ),
    "values": "```{values}\n"
    + "".join(
        f"v{n}: {{simulation: playground, set: {{seed: {n}}}, steps: 10000, value: loss_train}}\n" for n in range(20)
    )
    + "```\n",
    "predict": question("predict", f"simulation: playground\nset: {LARGE}\nstep: 3000\nvalue: loss_train\n"),
    "predict with numbers": question(
        "predict", f"given: {{n: {{low: 100, high: 5000}}}}\nsimulation: playground\nset: {LARGE}\nstep: n\n"
    ),
    "terms": question(
        "text",
        'given: {n: {low: 1, high: 9999}}\nask: "{n}"\nanswers: ['
        + ", ".join(f"term{n:03}" for n in range(200))
        + "]\nmistakes:\n"
        + "".join(f"  - {{value: [slip{n:03}], say: no}}\n" for n in range(200)),
    ),
    "challenge": question(
        "challenge",
        'simulation: playground\nask: "?"\nallow: [seed]\ngoal: step > 99000\nmost: 100000\n'
        "solution: seed=3 steps=100000\n",
    ),
    "simulation": f"```{{simulation}} playground\nset: {LARGE}\nstep: 9000\n```\n",
    "goal": f"```{{simulation}} playground\nset: {LARGE}\nstep: 550\ntry:\n"
    + "".join(f"  - {{do: '{n}', goal: loss_test < -1}}\n" for n in range(30))
    + "```\n",
    "picture": f"```{{picture}} playground\nset: {LARGE}\nstep: 9000\ncaption: c\n```\n",
    "links": "".join(f"[a](show:autoencoder?step=400&seed={n})\n" for n in range(10)),
    "formulas": "".join(f"$x_{n}{'+x' * 990}$\n\n" for n in range(9)),
}


@pytest.mark.parametrize("name", HEAVY)
def test_a_lesson_that_asks_for_too_much_is_told_so_at_its_line_and_soon(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "20-toy.md"
    path.write_text(HEAD + HEAVY[name], "utf-8")
    assert not read_lesson(path).faults
    monkeypatch.setattr("tutor.content.checks.blocks.LESSON_BUDGET", 300_000)
    started = process_time()
    faults = check([path])
    assert process_time() - started < 10 * 0.3
    first = HEAD.count("\n") + 1
    told = [fault for fault in faults if "more work than it may" in fault.message]
    assert told, faults
    assert all(fault.line >= first for fault in told)


@pytest.mark.parametrize("name", ["predict", "values", "challenge"])
def test_an_added_lesson_that_asks_for_too_much_does_not_open(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "20-toy.md").write_text(HEAD + HEAVY[name], "utf-8")
    course = Course(tmp_path / "own", [tmp_path / "more"])
    monkeypatch.setattr("tutor.content.checks.blocks.LESSON_BUDGET", 300_000)
    with pytest.raises(ChainruleError, match="more work than it may"):
        course.lesson("toy")


def test_a_question_that_asks_for_too_much_is_refused_when_it_is_asked_and_when_it_is_graded(tmp_path: Path) -> None:
    (tmp_path / "20-toy.md").write_text(HEAD + HEAVY["predict"], "utf-8")
    (tmp_path / "21-due.md").write_text(
        HEAD.replace("toy", "due") + HEAVY["challenge"].replace("id: heavy", "id: long"), "utf-8"
    )
    store = Store.open()
    session = Session(Course(tmp_path), store)
    with pytest.raises(BudgetSpentError, match="this question takes more work than it may"):
        session.make_instance("heavy")
    instance = session.make_instance("long")
    with pytest.raises(BudgetSpentError, match="this answer takes more work than it may"):
        session.submit(instance, Submission("seed=3 steps=100000", 0, 1.0, ""))
    assert store.count() == 0
    store.close()


def test_the_figures_of_a_lesson_share_one_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tutor.content.values.LESSON_BUDGET", 300_000)
    (tmp_path / "20-toy.md").write_text(HEAD + HEAVY["values"] + "\n{v0} and {v1}\n", "utf-8")
    block = Course(tmp_path).lesson("toy").sections[0].blocks[-1]
    with pytest.raises(ChainruleError, match="the text of this lesson takes more work"):
        _ = block.text  # type: ignore[union-attr]  # it is prose


def test_work_is_counted_and_a_piece_counts_for_what_is_around_it() -> None:
    outer, inner = Budget(100, "the outer"), Budget(50, "the inner")
    spend(1_000_000)  # nobody counts
    with outer.activate():
        spend(30)
        with inner.activate(), inner.activate():
            spend(40)
            with pytest.raises(BudgetSpentError, match="the inner"):
                afford(11)
    assert (outer.units_left, inner.units_left) == (30, 10)
    with outer.activate(), pytest.raises(BudgetSpentError, match="the outer takes more work than it may"):
        spend(31)
    with outer.activate(), pytest.raises(BudgetSpentError):
        spend(0)


def test_the_same_lesson_costs_the_same_every_time(tmp_path: Path) -> None:
    from tutor.content.checks.blocks import prove_blocks

    left = []
    for name in ("predict with numbers", "terms", "predict with numbers", "terms"):
        path = tmp_path / f"20-{name.replace(' ', '-')}.md"
        path.write_text(HEAD + HEAVY[name], "utf-8")
        work = Budget(200_000, "this lesson")
        with work.activate():
            list(prove_blocks(read_lesson(path), work))
        left.append(work.units_left)
    assert left[:2] == left[2:]


def test_the_clock_stands_behind_the_count(monkeypatch: pytest.MonkeyPatch) -> None:
    import tutor.budget

    ticks = iter([0.0, 0.5, 3.5, 4.0, 4.0, 4.0])
    monkeypatch.setattr(tutor.budget, "thread_time", lambda: next(ticks))
    with Budget(1_000_000, "this lesson").activate():
        spend(tutor.budget.UNITS_PER_CLOCK_CHECK)
        with pytest.raises(BudgetSpentError):
            spend(tutor.budget.UNITS_PER_CLOCK_CHECK)
