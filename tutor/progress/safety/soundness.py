"""Whether a record is what this program makes: its tables, views and triggers to the letter, and what each cell holds.

SQLite opens any file that is well formed. A record in which somebody put a view in the place of a table, or text where
a number stands, is damaged all the same: what the program asks of it would fail, or never end.
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from functools import lru_cache
from time import monotonic

from tutor.patterns import late
from tutor.progress.record import schema
from tutor.progress.record.attempt import COLUMNS, MAX_ANSWER_SECONDS, NUMBERS, VERDICTS

_BLANKS = late(r"\s+")

INSTRUCTIONS_PER_CHECK = 10_000
"""Instructions of SQLite between two looks at the clock."""
Shape = frozenset[tuple[str, str, str, str]]
"""Kind, name, table and text of everything in a database."""


@contextlib.contextmanager
def time_limit(database: sqlite3.Connection, seconds: float) -> Iterator[None]:
    """Interrupt what takes longer: a view that never ends would hang the program."""
    until = monotonic() + seconds
    database.set_progress_handler(lambda: monotonic() > until, INSTRUCTIONS_PER_CHECK)
    try:
        yield
    finally:
        database.set_progress_handler(None, INSTRUCTIONS_PER_CHECK)


def read_schema(database: sqlite3.Connection) -> Shape:
    """What is in a database, apart from what SQLite puts there by itself."""
    rows = database.execute("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE substr(name, 1, 7) <> 'sqlite_'")
    return frozenset((kind, name, table, _BLANKS.sub(" ", sql or "")) for kind, name, table, sql in rows)


def expected_schema(version: int) -> Shape:
    """What is in a record of a version as this program makes it."""
    return _made(schema.MIGRATIONS[:version])


@lru_cache(maxsize=8)
def _made(steps: tuple[tuple[str, ...], ...]) -> Shape:
    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        for step in steps:
            for statement in step:
                database.execute(statement)
        return read_schema(database)


def has_expected_schema(database: sqlite3.Connection, version: int) -> bool:
    """Whether a record of this version, or an older one, has exactly what it was made with."""
    return read_schema(database) == expected_schema(version)


def has_valid_cells(database: sqlite3.Connection, version: int) -> bool:
    """Whether every cell holds what the program puts there, and whatever became of attempts has its attempt."""
    found = (database.execute(question).fetchone() for question in _searches(version))
    return all(row is None for row in found) and database.execute("PRAGMA foreign_key_check").fetchone() is None


def _searches(version: int) -> list[str]:
    """The SQL questions for rows that no program of ours wrote."""
    columns = COLUMNS if version > 1 else COLUMNS[: COLUMNS.index("confidence")]
    attempts = [_text(name) for name in columns if name not in NUMBERS]
    attempts += [
        _whole("seed", False),
        _whole("hints"),
        _share("score"),
        _between("seconds", f"0 AND {MAX_ANSWER_SECONDS}"),
        _time("at"),
    ]
    attempts += [_list("concepts"), f"verdict IN {VERDICTS}"]
    sound = {
        "attempts": attempts,
        "places": [_text("lesson"), _whole("section"), _time("at")],
        "cards": [_text("question"), _time("due"), _state("state")],
        "flags": [_text("name"), _text("value")],
    }
    if version > 1:
        sound["undone"] = [_text("key"), _time("at")]
        texts = [_text(name) for name in ("key", "program", "revision")]
        sound["regrades"] = [*texts, _share("score"), _time("at"), f"verdict IN {VERDICTS[:3]}"]
    return [f"SELECT 1 FROM {table} WHERE NOT ({_all(tests)}) LIMIT 1" for table, tests in sound.items()]


def _all(tests: list[str]) -> str:
    """All of the tests; what is neither true nor false fails."""
    return " AND ".join(f"COALESCE({test}, 0)" for test in tests)


def _text(name: str) -> str:
    return f"typeof({name}) = 'text'"


def _whole(name: str, from_zero: bool = True) -> str:
    return f"(typeof({name}) = 'integer'{f' AND {name} >= 0' if from_zero else ''})"


def _between(name: str, bounds: str) -> str:
    return f"(typeof({name}) = 'real' AND {name} BETWEEN {bounds})"


def _share(name: str) -> str:
    return _between(name, "0 AND 1")


def _time(name: str) -> str:
    """A time of UTC as the program writes it, on a day that the calendar has, in a year that any zone can show."""
    digits = "[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]*+00:00"
    return f"(typeof({name}) = 'text' AND {name} GLOB '{digits}' AND date({name}, '+0 days') = substr({name}, 1, 10))"


def _list(name: str) -> str:
    strange = f"EXISTS (SELECT 1 FROM json_each({name}) WHERE type <> 'text')"
    return f"CASE WHEN json_valid({name}) AND json_type({name}) = 'array' THEN NOT {strange} ELSE 0 END"


def _state(name: str) -> str:
    """One object of FSRS, with nothing nested in it."""
    flat = f"instr(substr({name}, 2), '{{') = 0 AND instr({name}, '[') = 0"
    known = f"json_extract({name}, '$.stability') > 0 AND json_type({name}, '$.last_review') = 'text'"
    return f"CASE WHEN {flat} AND json_valid({name}) AND json_type({name}) = 'object' THEN {known} ELSE 0 END"
