"""Wrong clocks, time zones and the two odd days of a year: no review is lost and none is asked twice."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.progress.helping import START, Clock, again, attempt
from tutor.progress.record.store import Store

DAY = timedelta(days=1)
EVER = timedelta(days=4000)


def due_of(store: Store, question: str = "q1") -> datetime:
    ((due,),) = store.rows("SELECT due FROM cards WHERE question = ?", question)
    return datetime.fromisoformat(due)


def answer(store: Store, clock: Clock, score: float = 1.0) -> None:
    store.add(attempt(1, at=clock.time, score=score))


def test_a_clock_that_once_stood_years_ahead_puts_no_review_off(store: Store, clock: Clock) -> None:
    clock.time = START + EVER
    answer(store, clock)
    clock.time = START
    assert store.due() == ["q1"]
    answer(store, clock)
    assert store.due() == []
    assert START < due_of(store) < START + 30 * DAY
    clock.time = due_of(store)
    assert again(store).due() == ["q1"]


@pytest.mark.parametrize("back", [timedelta(seconds=1), timedelta(hours=1), timedelta(hours=23)])
def test_a_clock_that_goes_back_a_little_asks_nothing_twice(store: Store, clock: Clock, back: timedelta) -> None:
    answer(store, clock)
    clock.time += timedelta(minutes=10)
    answer(store, clock)
    clock.time -= back
    assert store.due() == []
    answer(store, clock)
    assert store.due() == []
    assert len(store.rows("SELECT * FROM cards")) == 1


@pytest.mark.parametrize(("back", "due"), [(DAY, []), (DAY + timedelta(seconds=1), ["q1"]), (3 * DAY, ["q1"])])
def test_a_review_more_than_a_day_ahead_of_the_clock_was_made_by_a_wrong_one(
    store: Store, clock: Clock, back: timedelta, due: list[str]
) -> None:
    for days in (0, 3, 12):
        clock.time = START + days * DAY
        answer(store, clock)
    assert due_of(store) > clock.time + DAY
    clock.time -= back
    assert store.due() == due


def test_whatever_the_clock_did_the_card_is_what_the_attempts_make_it(store: Store, clock: Clock) -> None:
    for days, score in ((0, 1), (3, 0), (2, 1), (9, 1), (-400, 1), (10, 1)):
        clock.time = START + days * DAY
        answer(store, clock, score)
    card = store.rows("SELECT * FROM cards")
    slip = attempt(1, at=clock.time + DAY)
    store.add(slip)
    store.undo(slip.key)  # works the card out anew
    assert store.rows("SELECT * FROM cards") == card


def test_the_zone_of_an_answer_changes_neither_its_review_nor_its_place(store: Store, tmp_path: Path) -> None:
    zones = [ZoneInfo(name) for name in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu")]
    other = Store.open(tmp_path / "other", store.clock)
    for number, zone in enumerate(zones):
        at = START + number * DAY
        store.add(attempt(1, at=at))
        other.add(attempt(1, at=at.astimezone(zone)))
    assert other.rows("SELECT * FROM cards") == store.rows("SELECT * FROM cards")
    assert [item.at for item in other.attempts()] == [item.at for item in store.attempts()]
    for zone in zones:
        assert other.due(due_of(store).astimezone(zone)) == ["q1"]
        begins = due_of(store).astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        assert other.due(begins, zone) == ["q1"]
        assert other.due(begins - timedelta(seconds=1), zone) == []
    other.close()


def put(store: Store, dues: list[datetime]) -> None:
    """Cards that fall due at the times given."""
    state = '{"last_review": "2026-01-01T00:00:00+00:00"}'
    with store.transaction() as database:
        database.executemany(
            "INSERT INTO cards VALUES (?, ?, ?)",
            [(f"c{n}", due.astimezone(ZoneInfo("UTC")).isoformat(), state) for n, due in enumerate(dues)],
        )


@pytest.mark.parametrize("day", [datetime(2026, 3, 29), datetime(2026, 10, 25)])
def test_the_days_on_which_the_clock_is_changed_hold_each_review_once(store: Store, day: datetime) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    first = day.replace(tzinfo=berlin) - DAY
    hours = [first.astimezone(ZoneInfo("UTC")) + timedelta(minutes=30 * half) for half in range(2 * 73)]
    put(store, hours)
    counts = store.forecast(4, first - timedelta(seconds=1) + timedelta(seconds=1), berlin)
    change = 46 if day.month == 3 else 50
    assert counts == [48, change, 48, 146 - 96 - change]
    assert sum(counts) == len(hours)


def test_the_forecast_follows_the_learners_own_calendar(store: Store) -> None:
    put(
        store, [START - DAY, START + timedelta(hours=11), START + timedelta(hours=13), START + 3 * DAY, START + 9 * DAY]
    )
    assert store.forecast(5, zone=ZoneInfo("UTC")) == [2, 1, 0, 1, 0]
    assert store.forecast(5, zone=ZoneInfo("Asia/Tokyo")) == [1, 2, 0, 1, 0]
    assert store.forecast(0) == []


def test_what_is_due_is_told_by_concept(store: Store) -> None:
    store.add(replace(attempt(1), concepts=("b",)))
    store.add(replace(attempt(2, at=START - DAY), concepts=("b", "a")))
    assert store.due_by_concept(START + 30 * DAY) == {"a": ["q2"], "b": ["q2", "q1"]}
    assert store.due_by_concept(due_of(store, "q2")) == {"a": ["q2"], "b": ["q2"]}
    assert store.due_by_concept(START) == {}


def test_a_spoiled_card_stops_no_list(store: Store) -> None:
    store.add(attempt(1))
    with store.transaction() as database:
        database.execute("UPDATE cards SET state = '{'")
    assert store.due(START + 30 * DAY) == ["q1"]
    assert store.recalls() == {}
    assert store.summary()["concepts"][0]["recall"] == 1.0


@pytest.mark.parametrize(
    ("starts", "now", "due"),
    [
        (0, (2026, 3, 8, 23, 59), False),
        (0, (2026, 3, 9, 0, 0), True),
        (4, (2026, 3, 9, 0, 30), False),
        (4, (2026, 3, 9, 3, 59), False),
        (4, (2026, 3, 9, 4, 0), True),
        (23, (2026, 3, 8, 22, 59), False),
        (23, (2026, 3, 8, 23, 0), True),
    ],
)
def test_what_is_due_today_can_be_asked_from_the_hour_at_which_the_day_begins(
    store: Store, starts: int, now: tuple[int, int, int, int, int], due: bool
) -> None:
    zone = ZoneInfo("Europe/Berlin")
    store.add(attempt(1))
    assert due_of(store).astimezone(zone) == datetime(2026, 3, 9, 13, tzinfo=zone)
    store.day_starts = starts
    when = datetime(*now, tzinfo=zone)
    assert store.due(when, zone) == (["q1"] if due else [])
    assert store.forecast(9, when, zone)[0] == due


def test_the_forecast_of_today_is_what_is_due_at_every_hour(store: Store) -> None:
    for number in range(8):
        store.add(attempt(number, at=START + timedelta(hours=7 * number), score=number % 3 / 2))
    for hour in range(24 * 20):
        now = START + timedelta(hours=hour)
        assert store.forecast(3, now)[0] == len(store.due(now))


@pytest.mark.parametrize(("score", "hints"), [(0.0, 0), (0.6, 0), (1.0, 1)], ids=["wrong", "partly", "with a hint"])
def test_nothing_is_due_within_hours_of_its_answer(store: Store, clock: Clock, score: float, hints: int) -> None:
    store.add(attempt(1, score=score, hints=hints))
    assert due_of(store) <= START + timedelta(minutes=10)  # FSRS's own steps of learning
    for minutes in (0, 1, 10, 60, 239):
        clock.time = START + timedelta(minutes=minutes)
        assert (store.due(), store.forecast(2)) == ([], [0, 0])
        assert store.due_by_concept() == {}
        assert store.summary()["due"] == []
    clock.time = START + timedelta(hours=4)
    assert (store.due(), store.forecast(2)) == (["q1"], [1, 0])


def test_a_review_of_the_next_day_waits_hours_after_an_answer_just_before_midnight(store: Store) -> None:
    utc = ZoneInfo("UTC")
    late = START.replace(hour=23, minute=50)
    put(store, [late + DAY])
    with store.transaction() as database:
        database.execute("UPDATE cards SET state = json_set(state, '$.last_review', ?)", (late.isoformat(),))
    assert store.due(late + timedelta(minutes=20), utc) == []
    assert store.due(late + timedelta(hours=4), utc) == ["c0"]
