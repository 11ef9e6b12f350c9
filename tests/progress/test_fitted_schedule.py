"""A schedule that is fitted to its learner: kept only where it foretells better, in the record, and undone again."""

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from benchmarks.month import FIT_ON, LEARNERS, Month, month, summary
from benchmarks.slips import Study, before_and_after, likeliest_slip, with_slip
from benchmarks.slips import log_loss as slips_loss
from tests.conftest import Command
from tests.progress.helping import START, Clock, again, attempt
from tutor.commands.json_objects import Schedule
from tutor.errors import ChainruleError
from tutor.progress.record.schedule_fit import (
    fit_schedule,
    fitted_schedule,
    is_fit_worthwhile,
    use_published_schedule,
)
from tutor.progress.record.store import Store
from tutor.progress.record.transfer import export_record, import_record
from tutor.progress.review.fitted import FITTED_NAME, parse_fitted
from tutor.progress.review.fitting import MAX_REVIEWS_LEARNT, MIN_REVIEWS, History, fit
from tutor.progress.review.schedule import AGAIN, GOOD, PUBLISHED, forecasts, recall_probability, replay, review_card
from tutor.progress.tables.attempt import INSERT_ATTEMPT

BY_NAME = {learner.name: learner for learner in LEARNERS}


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def forgetful(questions: int, lasts: int = 3) -> list[History]:
    """Each question answered on every second day: right while the last right answer is near, else wrong."""
    spacings = (1, 2, 4, 6)
    found: list[History] = []
    for question in range(questions):
        at, history = question % 7, [(GOOD, day(question % 7))]
        for place in range(12):
            gap = spacings[(question + place) % len(spacings)]
            at += gap
            history.append((AGAIN if gap > lasts else GOOD, day(at)))
        found.append(history)
    return found


def put(store: Store, histories: Sequence[History]) -> None:
    """Put histories on record without a card for each answer on the way."""
    number = 0
    with store.transaction() as database:
        for question, history in enumerate(histories):
            for rated, at in history:
                number += 1
                right = float(rated == GOOD)
                one = replace(attempt(number, score=right, at=at), question=f"q{question}", seconds=40.0)
                database.execute(INSERT_ATTEMPT, one.row())


@cache
def fitted_months(name: str) -> tuple[Month, ...]:
    return tuple(month(BY_NAME[name], seed, FIT_ON + 25, 10, FIT_ON) for seed in (0, 1))


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.time = day(70)
    return clock


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Store:
    return Store.open(tmp_path / "record", clock)


@pytest.mark.parametrize("name", ["weak as FSRS", "exponential"])
def test_learners_who_forget_otherwise_come_within_the_bounds(name: str) -> None:
    months = [month(BY_NAME[name], seed, FIT_ON + 25, 10, FIT_ON) for seed in range(4)]
    kept = [one for one in months if one.outcome is not None and one.outcome.is_better]
    assert len(kept) >= 3
    assert not any(summary(one.before(FIT_ON)).holds for one in kept)
    assert summary([seen for one in kept for seen in one.after(FIT_ON)]).holds


def test_a_careless_learner_is_foretold_at_most_half_as_wrongly() -> None:
    for one in fitted_months("careless"):
        before, after = summary(one.before(FIT_ON)), summary(one.after(FIT_ON))
        assert abs(after.forecast - after.observed) < 0.5 * abs(before.forecast - before.observed)


def test_a_slip_is_found_where_there_are_slips_and_leniency_helps_nobody() -> None:
    for name, low, high in (("careless", 0.04, 0.12), ("as FSRS", 0.0, 0.01)):
        study = Study(BY_NAME[name], 0)
        study.go_on(range(40))
        histories = list(study.histories.values())
        begins = day(30)
        learnt, later = before_and_after(histories, begins, PUBLISHED)
        slip = likeliest_slip(learnt)
        assert low <= slip <= high
        assert slips_loss(with_slip(later, slip)) <= slips_loss(later) + 0.001
        assert slips_loss(before_and_after(histories, begins, PUBLISHED, is_lenient=True)[1]) > slips_loss(later)


def test_a_learner_who_forgets_as_published_stays_within_the_bounds() -> None:
    assert all(summary(one.after(FIT_ON)).holds for one in fitted_months("as FSRS"))


def test_the_same_answers_give_the_same_fit_and_the_held_out_ones_are_not_learnt_from() -> None:
    histories = forgetful(100)
    first, second = (fit(histories, PUBLISHED, day(99)).fitted for _ in range(2))
    assert first == second
    reviews = sorted(at for history in histories for _, at in history[1:])
    begins = reviews[int(0.8 * len(reviews))]
    other = [[(rated if at < begins else GOOD, at) for rated, at in history] for history in histories]
    assert fit(other, PUBLISHED, day(99)).fitted.parameters == first.parameters
    assert first.learnt_from + first.held_out == len(reviews)
    assert first.held_out == sum(at >= begins for at in reviews)


def test_what_changes_at_the_end_is_not_kept() -> None:
    histories = forgetful(100)
    reviews = sorted(at for history in histories for _, at in history[1:])
    begins = reviews[int(0.8 * len(reviews))]
    turned = [[(rated if at < begins else GOOD, at) for rated, at in history] for history in histories]
    assert fit(histories, PUBLISHED, day(99)).is_better
    outcome = fit(turned, PUBLISHED, day(99))
    assert not outcome.is_better
    assert outcome.fitted.log_loss > outcome.fitted.log_loss_before


@pytest.mark.parametrize("rated", [AGAIN, GOOD])
def test_a_learner_who_always_answers_alike_can_be_fitted(rated: int) -> None:
    histories = [[(rated, day(each)) for each in range(question % 5, 60, 5)] for question in range(110)]
    outcome = fit(histories, PUBLISHED, day(99))
    assert outcome.is_better
    assert outcome.fitted.log_loss < 0.1


def test_reviews_of_one_moment_cannot_be_held_out() -> None:
    histories = [[(GOOD, day(0)), (GOOD, day(9))] for _ in range(MIN_REVIEWS)]
    with pytest.raises(ChainruleError, match="the same time"):
        fit(histories, PUBLISHED, day(99))


def test_of_very_many_reviews_whole_questions_are_learnt_from() -> None:
    histories = forgetful(100) * 20  # more than count, so every other question does
    outcome = fit(histories, PUBLISHED, day(99))
    assert 0.3 * MAX_REVIEWS_LEARNT < outcome.fitted.learnt_from <= MAX_REVIEWS_LEARNT
    assert outcome.is_better


@pytest.mark.parametrize("questions", [1, 20])
def test_few_questions_of_many_reviews_leave_the_schedule_as_it_is(questions: int) -> None:
    histories = [
        [(GOOD if (question + each) % 4 else AGAIN, day(each * 2)) for each in range(1 + 1200 // questions)]
        for question in range(questions)
    ]
    assert not fit(histories, PUBLISHED, day(3000)).is_better


def test_reviews_from_which_the_optimiser_cannot_learn_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ValueError("NotEnoughData")

    monkeypatch.setattr("fsrs_rs_python.FSRS", lambda _: SimpleNamespace(compute_parameters=refuse))
    with pytest.raises(ChainruleError, match="cannot learn from these reviews"):
        fit(forgetful(100), PUBLISHED, day(99))


def test_second_answers_of_a_day_are_no_reviews() -> None:
    histories = [[(GOOD, day(each / 48)) for each in range(30)] for _ in range(100)]
    with pytest.raises(ChainruleError, match=r"from 1,000 reviews onwards, .* no reviews are on record"):
        fit(histories, PUBLISHED, day(99))


def test_the_forecast_of_a_series_is_that_of_its_cards() -> None:
    history = forgetful(1)[0]
    for parameters in (PUBLISHED, fit(forgetful(100), PUBLISHED, day(99)).fitted.parameters):
        said = list(forecasts(history, parameters))
        assert len(said) == len(history) - 1
        for place, forecast in enumerate(said, start=1):
            state, _ = replay(history[:place], parameters)
            assert forecast == pytest.approx(recall_probability(state, history[place][1], parameters), rel=1e-12)


def test_a_fit_moves_every_card_stays_on_record_goes_with_an_export_and_is_undone(store: Store, tmp_path: Path) -> None:
    put(store, forgetful(100))
    published = replay(forgetful(1)[0])
    assert is_fit_worthwhile(store)
    outcome = fit_schedule(store)
    assert outcome.is_better
    assert fitted_schedule(store) == outcome.fitted
    assert not is_fit_worthwhile(store)
    parameters = outcome.fitted.parameters
    state, due = replay(forgetful(1)[0], parameters)
    assert state != published[0]
    reopened = again(store)
    assert reopened.rows("SELECT due, state FROM cards WHERE question = 'q0'") == [(due.isoformat(), state)]
    assert reopened.recalls()["q0"] == pytest.approx(recall_probability(state, day(70), parameters))
    reopened.add(replace(attempt(9999, at=day(70)), question="q0", seconds=40.0))
    assert reopened.rows("SELECT state FROM cards WHERE question = 'q0'") == [
        (review_card(state, GOOD, day(70), parameters)[0],)
    ]

    export_record(reopened, tmp_path / "all.jsonl")
    other = Store.open(tmp_path / "other", reopened.clock)
    put(other, [[(GOOD, day(1))]])
    import_record(other, tmp_path / "all.jsonl")
    assert fitted_schedule(other) == outcome.fitted
    cards = "SELECT question, due, state FROM cards ORDER BY question"
    alike = [row for row in other.rows(cards) if row[0] != "q0"]
    assert alike == [row for row in reopened.rows(cards) if row[0] != "q0"]
    other.close()

    use_published_schedule(reopened)
    assert fitted_schedule(reopened) is None
    assert reopened.rows("SELECT state FROM cards WHERE question = 'q1'") == [(replay(forgetful(2)[1])[0],)]
    with pytest.raises(ChainruleError, match="already"):
        use_published_schedule(reopened)
    reopened.close()


@cache
def good_flag() -> dict[str, object]:
    """What a fit leaves."""
    flag: dict[str, object] = json.loads(fit(forgetful(100), PUBLISHED, day(99)).fitted.as_text())
    return flag


@pytest.mark.parametrize(
    "change",
    [
        {"parameters": []},
        {"parameters": [1.0] * 20},
        {"parameters": [1e9] * 21},
        {"parameters": "all"},
        {"at": "yesterday"},
        {"at": "2026-03-01T12:00:00"},
        {"learnt_from": -1},
        {"log_loss": None},
    ],
    ids=str,
)
def test_a_flag_that_no_fit_left_leaves_the_published_parameters_in_use(store: Store, change: object) -> None:
    assert isinstance(change, dict)
    assert parse_fitted(json.dumps(good_flag())) is not None
    store.save_stored(FITTED_NAME, json.dumps({**good_flag(), **change}), "it")
    assert fitted_schedule(store) is None
    store.add(replace(attempt(1), seconds=40.0))
    assert store.recalls()["q1"] == pytest.approx(recall_probability(replay([(GOOD, START)])[0], day(70)))
    store.close()


NO_FITS = {
    "empty": "",
    "cut": "{",
    "nothing": "null",
    "list": "[]",
    "long number": "9" * 5000,
    "deep": '{"x": ' + "[" * 200_000,
    "other sign": "\ufffd",
}


@pytest.mark.parametrize("value", NO_FITS.values(), ids=NO_FITS.keys())
def test_a_flag_that_is_no_json_does_neither(store: Store, value: str) -> None:
    store.save_stored(FITTED_NAME, value, "it")
    assert fitted_schedule(store) is None
    store.save_stored("schedule:tried", value, "it")
    assert not is_fit_worthwhile(store)
    store.close()


def test_a_fit_is_offered_again_with_half_as_many_reviews_more_also_after_it_was_undone(store: Store) -> None:
    histories = forgetful(100)
    put(store, histories)
    fit_schedule(store)
    repeated = sum(len(history) - 1 for history in histories)
    spare = repeated // 2 - 1
    with store.transaction() as database:
        for number in range(spare):
            one = replace(attempt(10_000 + number, at=day(65)), question="q0", seconds=40.0)
            database.execute(INSERT_ATTEMPT, one.row())
    assert not is_fit_worthwhile(store)
    use_published_schedule(store)
    assert not is_fit_worthwhile(store)
    store.add(replace(attempt(99_999, at=day(66)), question="q0", seconds=40.0))
    assert is_fit_worthwhile(store)
    store.close()


def test_the_commands_say_what_they_do(command: Command, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = command("schedule", "fit")
    assert (done.code, "from 1,000 reviews onwards" in done.error_line) == (1, True)
    assert not (home / "record.sqlite3").exists()
    assert command("schedule", "show").out == "The schedule has FSRS’s published parameters.\n"
    store = Store.open()
    put(store, forgetful(100))
    store.close()
    assert "chainrule schedule fit" in command("schedule", "show").out
    assert "chainrule schedule fit" in command("progress").out
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "fsrs_rs_python", None)
        done = command("schedule", "fit")
        assert (done.code, "pip install 'chainrule[fit]'" in done.error_line) == (1, True)
    told = json.loads(command("schedule", "fit", "--json").out)
    msgspec.convert(told, Schedule)
    assert told["kept"] is True
    assert told["fitted"]["log_loss"] < told["fitted"]["log_loss_before"]
    shown = json.loads(command("schedule", "show", "--json").out)
    msgspec.convert(shown, Schedule)
    assert shown == {"fitted": told["fitted"], "fit_worthwhile": False}
    assert "reviews that it had not seen" in command("schedule", "show").out
    assert "The schedule was fitted to your answers on" in command("progress").out
    assert "schedule fitted on" in " ".join(command("doctor").out.split())
    done = command("schedule", "fit")
    assert done.code == 0
    assert done.out.startswith("Nothing was changed: ")
    assert command("schedule", "undo").code == 0
    assert command("schedule", "undo").code == 1
    assert "fitted" not in command("doctor").out
