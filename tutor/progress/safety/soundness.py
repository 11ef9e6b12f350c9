"""Checks that a record is what this program makes: the exact tables, views and triggers, and valid values in each cell.

SQLite opens any well-formed file. A record in which a table was replaced by a view, or a number by a text, still counts
as damaged: the program's queries on it could fail, or never end.
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
"""Seconds after which a check is interrupted, since a hostile record can make it endless."""
Schema = frozenset[tuple[str, str, str, str]]
"""(type, name, table, definition in SQL) of each table, view, index and trigger of a database."""


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
    """What is wrong with an open record, "" for nothing; a record of a newer version is checked only by SQLite."""
    (application_id,) = database.execute("PRAGMA application_id").fetchone()
    names = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    if application_id != APPLICATION_ID or "attempts" not in names:
        return "is not a record of Chainrule"
    is_sound = _is_sound(path, database, thorough)
    return "" if is_sound else "is damaged"


def _is_sound(path: Path, database: sqlite3.Connection, thorough: bool) -> bool:
    """Whether a record is not damaged; only a thorough check reads all of it."""
    version = version_of(database)
    is_known_version = 1 <= version <= SCHEMA_VERSION
    if not 1 <= version <= MAX_PLAUSIBLE_VERSION or _is_truncated(path, database):
        return False
    if is_known_version and not has_expected_schema(database, version):
        return False
    if not thorough:
        return True
    if database.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
        return False
    return not is_known_version or has_valid_cells(database, version)  # the cells of a newer version cannot be checked


def _is_truncated(path: Path, database: sqlite3.Connection) -> bool:
    """Whether the last page is incomplete, and not in the write-ahead log: SQLite reads missing bytes as zeros."""
    (page_size,) = database.execute("PRAGMA page_size").fetchone()
    if path.stat().st_size % int(page_size) == 0:
        return False
    log = path.with_name(path.name + "-wal")
    has_log = log.exists() and log.stat().st_size > 0
    return not has_log


def read_schema(database: sqlite3.Connection) -> Schema:
    """Read a database's schema, without the tables that SQLite adds by itself."""
    rows = database.execute("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE substr(name, 1, 7) <> 'sqlite_'")
    return frozenset((type_, name, table, _BLANKS.sub(" ", sql or "")) for type_, name, table, sql in rows)


def expected_schema(version: int) -> Schema:
    """The schema that a record of a given version must have."""
    return _build_schema(schema.MIGRATIONS[:version])


@lru_cache(maxsize=8)
def _build_schema(migrations: tuple[tuple[str, ...], ...]) -> Schema:
    """The schema of an empty database after these migrations."""
    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        for migration in migrations:
            for statement in migration:
                database.execute(statement)
        return read_schema(database)


def has_expected_schema(database: sqlite3.Connection, version: int) -> bool:
    """Whether a record has exactly the tables, views, indices and triggers of its version."""
    return read_schema(database) == expected_schema(version)


def has_valid_cells(database: sqlite3.Connection, version: int) -> bool:
    """Whether every cell holds what the program writes there, and every undo and regrade has its attempt."""
    for query in _queries_for_faults(version):
        if database.execute(query).fetchone() is not None:
            return False
    return database.execute("PRAGMA foreign_key_check").fetchone() is None


def _queries_for_faults(version: int) -> list[str]:
    """The queries that find rows which this program never writes."""
    conditions_by_table = {
        "attempts": [_column_condition(column) for column in ATTEMPT_COLUMNS if column.since <= version],
        "places": [_text_condition("lesson"), _whole_condition("section"), _time_condition("at")],
        "cards": [_text_condition("question"), _time_condition("due"), _state_condition("state")],
        "flags": [_text_condition("name"), _text_condition("value")],
    }
    if version > 1:
        conditions_by_table["undone"] = [_text_condition("key"), _time_condition("at")]
        conditions_by_table["regrades"] = [
            *(_text_condition(name) for name in ("key", "program", "revision")),
            _share_condition("score"),
            _time_condition("at"),
            f"verdict IN {GRADED_VERDICTS}",  # Python writes a tuple of texts like a list in SQL
        ]
    return [
        f"SELECT 1 FROM {table} WHERE NOT ({_join_conditions(conditions)}) LIMIT 1"
        for table, conditions in conditions_by_table.items()
    ]


def _column_condition(column: AttemptColumn) -> str:
    """The SQL condition on what a cell of a column may hold."""
    name = column.name
    if column.text_format == "time":
        return _time_condition(name)
    if column.text_format == "names":
        return f"({_text_condition(name)} AND {_list_condition(name)})"
    if column.choices:
        return f"({_text_condition(name)} AND {name} IN {column.choices})"
    if column.value_type is str:
        return _text_condition(name)
    if column.value_type is int:
        return _whole_condition(name, from_zero=column.low == 0)
    return _real_condition(name, f"{column.low} AND {column.high}")


def _join_conditions(conditions: list[str]) -> str:
    """The SQL condition that all `conditions` are true; NULL counts as false."""
    return " AND ".join(f"COALESCE({condition}, 0)" for condition in conditions)


def _text_condition(name: str) -> str:
    """The SQL condition on a column of texts."""
    return f"(typeof({name}) = 'text' AND length({name}) <= {MAX_TEXT_LENGTH})"


def _whole_condition(name: str, *, from_zero: bool = True) -> str:
    """The SQL condition on a column of whole numbers, which may be negative unless `from_zero`."""
    return f"(typeof({name}) = 'integer'{f' AND {name} >= 0' if from_zero else ''})"


def _real_condition(name: str, bounds: str) -> str:
    """The SQL condition on a column of numbers; `bounds` are written as `0 AND 1`."""
    return f"(typeof({name}) = 'real' AND {name} BETWEEN {bounds})"


def _share_condition(name: str) -> str:
    """The SQL condition on a column of numbers from 0 to 1."""
    return _real_condition(name, "0 AND 1")


def _time_condition(name: str) -> str:
    """The SQL condition on a column of times: UTC as the program writes it, on a day that exists.

    SQLite's `date` with a shift of 0 days turns 2026-02-30 into 2026-03-02, so a day that does not exist is changed.
    """
    digits = "[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]*+00:00"
    return f"(typeof({name}) = 'text' AND {name} GLOB '{digits}' AND date({name}, '+0 days') = substr({name}, 1, 10))"


def _list_condition(name: str) -> str:
    """The SQL condition on a column of JSON lists of texts."""
    has_other_type = f"EXISTS (SELECT 1 FROM json_each({name}) WHERE type <> 'text')"
    return f"CASE WHEN json_valid({name}) AND json_type({name}) = 'array' THEN NOT {has_other_type} ELSE 0 END"


def _state_condition(name: str) -> str:
    """The SQL condition on a column of cards' states: each is a JSON object of FSRS without objects or lists in it."""
    is_flat = f"instr(substr({name}, 2), '{{') = 0 AND instr({name}, '[') = 0"
    has_values = f"json_extract({name}, '$.stability') > 0 AND json_type({name}, '$.last_review') = 'text'"
    return f"CASE WHEN {is_flat} AND json_valid({name}) AND json_type({name}) = 'object' THEN {has_values} ELSE 0 END"
