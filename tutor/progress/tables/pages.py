"""Which pages of a lesson were read: one stored text for each page, beside the current reading position.

Records that were kept before pages were have reading positions only. There a lesson counts as read up to its position.
`KEPT_SINCE` names the text in which such a record says from when on pages are kept; what a position older than that
stands for is written out as pages before the position moves.
"""

import sqlite3
from datetime import UTC, datetime

PAGE_PREFIX = "page:"
KEPT_SINCE = "pages-kept-since"
"""The name of the moment from which on pages are kept one by one, in a record that is older than that."""
MAX_PAGES = 200
"""The most pages that a position may imply: an imported record may hold any number."""


def pages_prefix(lesson: str) -> str:
    """What the names of all pages of a lesson begin with."""
    return f"{PAGE_PREFIX}{lesson}:"


def stored_page_name(lesson: str, section: int) -> str:
    """The name under which it is kept that the page `section`, counted from 0, was read to its end."""
    return f"{pages_prefix(lesson)}{section}"


def lesson_of(name: str) -> str:
    """The lesson to which the page with this stored name belongs."""
    return name.removeprefix(PAGE_PREFIX).rpartition(":")[0]


def section_of(name: str) -> int | None:
    """The page with this stored name, counted from 0; `None` for a name that no page can have."""
    number = name.rpartition(":")[2]
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 6 else None


def keep_page(database: sqlite3.Connection, lesson: str, section: int, now: datetime) -> None:
    """Keep that a page was read to its end."""
    row = (stored_page_name(lesson, section), now.astimezone(UTC).isoformat())
    database.execute("INSERT INTO flags VALUES (?, ?) ON CONFLICT DO NOTHING", row)


def write_out_position(database: sqlite3.Connection, lesson: str) -> None:
    """Expand a reading position from before pages were recorded into the pages it implies."""
    row = database.execute("SELECT section, at FROM places WHERE lesson = ?", (lesson,)).fetchone()
    since = database.execute("SELECT value FROM flags WHERE name = ?", (KEPT_SINCE,)).fetchone()
    if row is not None and is_before_pages(row[1], since[0] if since else None):
        for section in pages_up_to(row[0]):
            keep_page(database, lesson, section, datetime.fromisoformat(row[1]))


def pages_up_to(section: int) -> range:
    """The pages up to `section`, no more than a lesson can have."""
    return range(min(section, MAX_PAGES - 1) + 1)


def is_before_pages(at: str, since: str | None) -> bool:
    """Whether what was written at `at` is from before pages were kept."""
    return since is not None and at < since
