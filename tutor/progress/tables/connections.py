"""Opens SQLite connections to a record (to write, to read, or to a copy), runs transactions, classifies errors."""

import contextlib
import sqlite3
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

from tutor.files import copy_aside, create_private_folder, describe_mode
from tutor.progress.tables.paths import atomic_create
from tutor.progress.tables.schema import SCHEMA_VERSION, migrate, version_of

MAX_CELL_BYTES = 2**25
"""The most bytes in a cell; the program writes none that is larger."""
LOCK_TIMEOUT = 1.0
"""Seconds to wait for another program before the learner is told."""
LOCK_ADVICE = "let that program finish, or close it, then try again"
MAX_SNAPSHOT_BYTES = 2**28
"""A locked record with more bytes than this is not copied: only what is in the file itself is read."""
INSTRUCTIONS_PER_CHECK = 10_000
"""Instructions of SQLite between two looks at the clock."""
IMPORT_CACHE_KIB = 65_536
"""KiB of memory for SQLite's cache during an import, so that inserting many random keys need not wait for the disk."""
DAMAGE_CODES = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_TOOBIG)
FILE_ERRORS = (sqlite3.Error, OSError, UnicodeDecodeError)
"""The errors that working with a record's file can raise.

`UnicodeDecodeError` is among them, since SQLite's message about a damaged file may not be valid text.
"""


class DamageError(sqlite3.DatabaseError):
    """A record that SQLite can open turned out to be damaged when all of it was read."""


def is_damage(error: BaseException) -> bool:
    """Whether `error` says that a file's contents are damaged, rather than locked, full or forbidden."""
    code = getattr(error, "sqlite_errorcode", 0)
    primary_code = code & 0xFF  # the upper bits of an extended code say more
    if primary_code in DAMAGE_CODES or code == sqlite3.SQLITE_IOERR_SHORT_READ:
        return True
    # Python's own errors about a text that is not UTF-8 have no code of SQLite.
    return isinstance(error, (DamageError, UnicodeDecodeError)) or "Could not decode to UTF-8" in str(error)


def is_locked(error: BaseException) -> bool:
    """Whether `error` says that another program holds the file."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def is_endless(error: BaseException) -> bool:
    """Whether `error` says that `time_limit` stopped a query."""
    return getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT


def connect(path: Path, lock_timeout: float | None = None) -> sqlite3.Connection:
    """Open a connection with explicit transactions, which waits `lock_timeout` seconds for other programs' locks.

    By default these are `LOCK_TIMEOUT`.
    """
    timeout = LOCK_TIMEOUT if lock_timeout is None else lock_timeout
    with _close_on_failure(sqlite3.connect(path, timeout=timeout, isolation_level=None)) as database:
        _harden(database)
        database.execute("PRAGMA foreign_keys = ON")
    return database


def _harden(database: sqlite3.Connection) -> None:
    """Harden a connection against a hostile file: its schema may call no unsafe function, and cells are bounded."""
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_CELL_BYTES)
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA cell_size_check = ON")


def create_record(record: Path) -> None:
    """Make an empty record, completely or not at all; if another program makes one meanwhile, that one is kept.

    Raises:
        OSError, sqlite3.Error: it cannot be made.
    """
    create_private_folder(record.parent)
    with atomic_create(record) as unfinished, contextlib.closing(connect(unfinished)) as database:
        migrate(database)


def connect_to_read(path: Path, *, threads: bool = False) -> sqlite3.Connection:
    """A connection that cannot write; with `threads` another thread may interrupt it."""
    address = f"{path.absolute().as_uri()}?mode=ro"
    opened = sqlite3.connect(address, uri=True, timeout=LOCK_TIMEOUT, check_same_thread=not threads)
    with _close_on_failure(opened) as database:
        _harden(database)
    return database


def size_if_readable(path: Path) -> int:
    """The size of a record in bytes, if it can be read.

    Raises:
        OSError: it is no regular file.
        sqlite3.Error: it cannot be read, for instance because another program holds it.
    """
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise OSError(f"it is {describe_mode(status.st_mode)}, not a file")
    with contextlib.closing(connect_to_read(path)) as database:
        database.execute("PRAGMA user_version").fetchone()  # raises where the file is locked, or is no database
    return status.st_size


def connect_without_writing(path: Path, *, locked: bool) -> sqlite3.Connection | None:
    """Open a record that cannot be written, to read it; `None` when there is no such file.

    `locked` says whether another program holds it.

    Raises:
        OSError, sqlite3.Error: it cannot be read.
    """
    if not path.is_file():
        return None
    return snapshot(path) if locked else read_only(path)


def snapshot(path: Path) -> sqlite3.Connection:
    """Copy a record that another program has locked into memory, as that program last saved it.

    One larger than `MAX_SNAPSHOT_BYTES` is opened read-only instead.

    Raises:
        OSError, sqlite3.Error: it cannot be read.
    """
    if path.stat().st_size > MAX_SNAPSHOT_BYTES:
        return read_only(path)
    write_ahead_log = path.with_name(path.name + "-wal")
    with (
        copy_aside([path, write_ahead_log]) as (copy, _),
        contextlib.closing(sqlite3.connect(copy)) as source,
        _close_on_failure(sqlite3.connect(":memory:", isolation_level=None)) as database,
    ):
        _harden(source)
        source.backup(database)
        if 0 < version_of(database) < SCHEMA_VERSION:  # version 0 is an empty file, and no record
            migrate(database)
    return database


def read_only(path: Path) -> sqlite3.Connection:
    """Open a record without writing or leaving a file beside it; an older one is migrated in memory.

    With `immutable`, SQLite assumes that nobody changes the file, so it makes neither locks nor a log beside it.

    Raises:
        sqlite3.Error: it cannot be read.
    """
    with _close_on_failure(sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)) as database:
        is_older = 0 < version_of(database) < SCHEMA_VERSION
        if not is_older:
            return database
    with (
        contextlib.closing(database),
        _close_on_failure(sqlite3.connect(":memory:", isolation_level=None)) as copy,
    ):
        database.backup(copy)
        migrate(copy)
    return copy


@contextlib.contextmanager
def _close_on_failure(database: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Close a new connection if the block that prepares it fails; otherwise leave it open."""
    try:
        yield database
    except BaseException:
        database.close()
        raise


@contextlib.contextmanager
def time_limit(database: sqlite3.Connection, seconds: float) -> Iterator[None]:
    """Interrupt a query after `seconds`, since a hostile view might never end."""
    deadline = monotonic() + seconds
    database.set_progress_handler(lambda: monotonic() > deadline, INSTRUCTIONS_PER_CHECK)  # true interrupts the query
    try:
        yield
    finally:
        database.set_progress_handler(None, INSTRUCTIONS_PER_CHECK)


@contextlib.contextmanager
def larger_cache(database: sqlite3.Connection) -> Iterator[None]:
    """Let SQLite hold more of the file in memory while many rows are added."""
    (usual_size,) = database.execute("PRAGMA cache_size").fetchone()
    database.execute(f"PRAGMA cache_size = -{IMPORT_CACHE_KIB}")  # negative: in KiB, not in pages
    try:
        yield
    finally:
        database.execute(f"PRAGMA cache_size = {usual_size}")


@contextlib.contextmanager
def transaction(database: sqlite3.Connection, patience: float, notify: Callable[[], None]) -> Iterator[None]:
    """Run the block as a transaction: all of it takes effect, or none.

    It waits up to `patience` seconds for another program; `notify` is called after each second of waiting.

    Raises:
        sqlite3.Error: it cannot be begun or ended.
    """
    if patience < LOCK_TIMEOUT:  # SQLite by itself would wait longer, for the timeout that the connection was given
        database.execute(f"PRAGMA busy_timeout = {round(1000 * patience)}")
    wait_while_locked(lambda: database.execute("BEGIN IMMEDIATE"), patience, notify)
    try:
        yield
        wait_while_locked(lambda: database.execute("COMMIT"), patience, notify)
    except BaseException:
        if database.in_transaction:  # some errors, such as a full disk, end the transaction
            database.execute("ROLLBACK")
        raise


def wait_while_locked(act: Callable[[], object], patience: float, notify: Callable[[], None]) -> None:
    """Run `act`, and retry it for up to `patience` seconds while another program holds the record.

    SQLite itself waits a second at each try; `notify` is called after each of these waits.

    Raises:
        sqlite3.Error: `act` failed for another reason, or the record was locked all the time.
    """
    deadline = monotonic() + patience
    while True:
        try:
            act()
            return
        except sqlite3.OperationalError as error:
            if not is_locked(error) or monotonic() >= deadline:
                raise
        notify()
