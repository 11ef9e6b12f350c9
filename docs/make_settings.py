"""Write the table of settings into docs/settings.md: `python docs/make_settings.py`, after a setting changed."""

import re
from pathlib import Path

from tutor.settings.table import docs_rows

PAGE = Path(__file__).with_name("settings.md")
TABLE = re.compile(r"^\| setting \|(?:.*\n)(?:\|.*\n)+", re.MULTILINE)


def with_table(page: str) -> str:
    """The page with its table made anew."""
    return TABLE.sub(lambda _: "\n".join(docs_rows()) + "\n", page)


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text("utf-8")), "utf-8")
    print(PAGE)
