"""Which pages of a lesson were read: one stored text for each page, beside the current reading position.

Records of older versions have only reading positions; in them a lesson counts as read up to its position. Such a record
stores under `PAGES_SINCE_NAME` when it began to record pages. An older position is turned into the pages that it
implies before it moves.
"""

import sqlite3
from datetime import UTC, datetime

PAGE_PREFIX = "page:"
PAGES_SINCE_NAME = "pages-kept-since"
"""The name of the stored text with the time from which on pages are recorded, in a record that was begun earlier."""
MAX_PAGES = 200
"""The most pages that a position may imply: an imported record may hold any number."""


def pages_prefix(lesson: str) -> str:
    """How the stored names of all pages of a lesson begin."""
    return f"{PAGE_PREFIX}{lesson}:"


def stored_page_name(lesson: str, section: int) -> str:
    """The name of the stored text which says that the page `section`, counted from 0, was read to its end."""
    return f"{pages_prefix(lesson)}{section}"


def lesson_of(name: str) -> str:
    """The lesson to which the page with this stored name belongs."""
    return name.removeprefix(PAGE_PREFIX).rpartition(":")[0]


def section_of(name: str) -> int | None:
    """The page with this stored name, counted from 0; `None` for a name that no page can have."""
    number = name.rpartition(":")[2]
    is_page_number = number.isascii() and number.isdecimal() and len(number) < 6  # an import may bring any name
    return int(number) if is_page_number else None


def record_page(database: sqlite3.Connection, lesson: str, section: int, read_at: datetime) -> None:
    """Record that a page was read to its end at `read_at`; if that is recorded already, the first time stays."""
    row = (stored_page_name(lesson, section), read_at.astimezone(UTC).isoformat())
    database.execute("INSERT INTO flags VALUES (?, ?) ON CONFLICT DO NOTHING", row)


def expand_position(database: sqlite3.Connection, lesson: str) -> None:
    """Record as read all pages up to the lesson's reading position, if that is from before pages were recorded.

    Call it before the position moves, or the pages that it implies are lost.
    """
    position = database.execute("SELECT section, at FROM places WHERE lesson = ?", (lesson,)).fetchone()
    since_row = database.execute("SELECT value FROM flags WHERE name = ?", (PAGES_SINCE_NAME,)).fetchone()
    if position is None or since_row is None:
        return
    last_section, position_time = position
    (pages_since,) = since_row
    if is_before_pages(position_time, pages_since):
        for section in pages_up_to(last_section):
            record_page(database, lesson, section, datetime.fromisoformat(position_time))


def pages_up_to(section: int) -> range:
    """The pages from 0 to `section`, at most `MAX_PAGES` of them."""
    return range(min(section, MAX_PAGES - 1) + 1)


def is_before_pages(position_time: str, pages_since: str | None) -> bool:
    """Whether a reading position is from before pages were recorded, which began at `pages_since`.

    Both are times in UTC as the record writes them, so the texts sort like the times. `None` says that pages were
    recorded from the beginning.
    """
    return pages_since is not None and position_time < pages_since
