"""Whether a record is what this program makes: its tables, views and triggers to the letter, and what each cell holds.

SQLite opens any file that is well formed. A record in which somebody put a view in the place of a table, or text where
a number stands, is damaged all the same: what the program asks of it would fail, or never end.
"""

import contextlib
import sqlite3
from functools import lru_cache
from pathlib import Path

from tutor.patterns import compile_lazily
from tutor.progress.tables import schema
from tutor.progress.tables.attempt import ATTEMPT_COLUMNS, GRADED_VERDICTS, MAX_TEXT_LENGTH, AttemptColumn
from tutor.progress.tables.connections import FILE_ERRORS, connect_to_read, is_damage, is_endless, time_limit
from tutor.progress.tables.schema import APPLICATION_ID, MAX_PLAUSIBLE_VERSION, SCHEMA_VERSION, version_of

_BLANKS = compile_lazily(r"\s+")

CHECK_TIMEOUT = 60.0
"""Seconds; a look that takes longer would never end."""
Schema = frozenset[tuple[str, str, str, str]]
"""Kind, name, table and text of everything in a database."""


def find_fault(path: Path, *, thorough: bool = True) -> str:
    """Describe in a few words what is wrong with the record at `path`; "" when it is sound.

    A thorough check reads all of it. A file that cannot be opened at all is not called damaged.
    """
    try:
        if path.stat().st_size == 0:
            return "is empty"
        with contextlib.closing(connect_to_read(path)) as database, time_limit(database, CHECK_TIMEOUT):
            return _check_database(path, database, thorough)
    except FILE_ERRORS as error:
        return "is damaged" if is_damage(error) or is_endless(error) else ""


def _check_database(path: Path, database: sqlite3.Connection, thorough: bool) -> str:
    """What is wrong with an open record; one of a newer version is checked only as far as SQLite goes."""
    (mark,) = database.execute("PRAGMA application_id").fetchone()
    named = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    if mark != APPLICATION_ID or "attempts" not in named:
        return "is not a record of Chainrule"
    version = version_of(database)
    is_known = 1 <= version <= SCHEMA_VERSION
    is_sound = 1 <= version <= MAX_PLAUSIBLE_VERSION and not _is_truncated(path, database)
    is_sound = is_sound and (not is_known or has_expected_schema(database, version))
    if is_sound and thorough:
        is_sound = database.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
        is_sound = is_sound and (not is_known or has_valid_cells(database, version))
    return "" if is_sound else "is damaged"


def _is_truncated(path: Path, database: sqlite3.Connection) -> bool:
    """Whether the last page is incomplete: SQLite reads missing bytes as zeros unless a log holds the page."""
    (page,) = database.execute("PRAGMA page_size").fetchone()
    log = path.with_name(path.name + "-wal")
    return path.stat().st_size % int(page) != 0 and not (log.exists() and log.stat().st_size)


def read_schema(database: sqlite3.Connection) -> Schema:
    """Read a database's schema, without the tables that SQLite adds by itself."""
    rows = database.execute("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE substr(name, 1, 7) <> 'sqlite_'")
    return frozenset((kind, name, table, _BLANKS.sub(" ", sql or "")) for kind, name, table, sql in rows)


def expected_schema(version: int) -> Schema:
    """The schema that a record of a given version must have."""
    return _build_schema(schema.MIGRATIONS[:version])


@lru_cache(maxsize=8)
def _build_schema(migrations: tuple[tuple[str, ...], ...]) -> Schema:
    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        for step in migrations:
            for statement in step:
                database.execute(statement)
        return read_schema(database)


def has_expected_schema(database: sqlite3.Connection, version: int) -> bool:
    """Whether a record of this version, or an older one, has exactly what it was made with."""
    return read_schema(database) == expected_schema(version)


def has_valid_cells(database: sqlite3.Connection, version: int) -> bool:
    """Whether every cell holds what the program writes there, and every undo and regrade has its attempt."""
    faults = (database.execute(query).fetchone() for query in _queries_for_faults(version))
    return all(row is None for row in faults) and database.execute("PRAGMA foreign_key_check").fetchone() is None


def _queries_for_faults(version: int) -> list[str]:
    """Write the queries that find rows which this program never writes."""
    tests_by_table = {
        "attempts": [_column_test(column) for column in ATTEMPT_COLUMNS if column.since <= version],
        "places": [_text_test("lesson"), _whole_test("section"), _time_test("at")],
        "cards": [_text_test("question"), _time_test("due"), _state_test("state")],
        "flags": [_text_test("name"), _text_test("value")],
    }
    if version > 1:
        tests_by_table["undone"] = [_text_test("key"), _time_test("at")]
        texts = [_text_test(name) for name in ("key", "program", "revision")]
        tests_by_table["regrades"] = [*texts, _share_test("score"), _time_test("at"), f"verdict IN {GRADED_VERDICTS}"]
    return [
        f"SELECT 1 FROM {table} WHERE NOT ({_join_tests(tests)}) LIMIT 1" for table, tests in tests_by_table.items()
    ]


def _column_test(column: AttemptColumn) -> str:
    """Write the SQL test for what a cell of a column may hold."""
    name = column.name
    if column.holds:
        return _time_test(name) if column.holds == "time" else f"({_text_test(name)} AND {_list_test(name)})"
    if column.choices:
        return f"({_text_test(name)} AND {name} IN {column.choices})"
    if column.kind is int:
        return _whole_test(name, column.low == 0)
    return _text_test(name) if column.kind is str else _real_test(name, f"{column.low} AND {column.high}")


def _join_tests(tests: list[str]) -> str:
    """Join SQL tests so that all must be true; NULL counts as false."""
    return " AND ".join(f"COALESCE({test}, 0)" for test in tests)


def _text_test(name: str) -> str:
    return f"(typeof({name}) = 'text' AND length({name}) <= {MAX_TEXT_LENGTH})"


def _whole_test(name: str, from_zero: bool = True) -> str:
    return f"(typeof({name}) = 'integer'{f' AND {name} >= 0' if from_zero else ''})"


def _real_test(name: str, bounds: str) -> str:
    return f"(typeof({name}) = 'real' AND {name} BETWEEN {bounds})"


def _share_test(name: str) -> str:
    return _real_test(name, "0 AND 1")


def _time_test(name: str) -> str:
    """A time of UTC as the program writes it, on a day that the calendar has, in a year that any zone can show."""
    digits = "[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]*+00:00"
    return f"(typeof({name}) = 'text' AND {name} GLOB '{digits}' AND date({name}, '+0 days') = substr({name}, 1, 10))"


def _list_test(name: str) -> str:
    strange = f"EXISTS (SELECT 1 FROM json_each({name}) WHERE type <> 'text')"
    return f"CASE WHEN json_valid({name}) AND json_type({name}) = 'array' THEN NOT {strange} ELSE 0 END"


def _state_test(name: str) -> str:
    """Write the test for a card's state: one flat JSON object of FSRS."""
    flat = f"instr(substr({name}, 2), '{{') = 0 AND instr({name}, '[') = 0"
    known = f"json_extract({name}, '$.stability') > 0 AND json_type({name}, '$.last_review') = 'text'"
    return f"CASE WHEN {flat} AND json_valid({name}) AND json_type({name}) = 'object' THEN {known} ELSE 0 END"
