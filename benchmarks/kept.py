"""Figures of families that run only when they are named: kept from their last run, for the table of the others."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path

from benchmarks.table import Row

FOLDER = Path(__file__).parent.parent / ".pytest_cache"


def keep_rows(family: str, rows: Sequence[Row]) -> None:
    """Keep the rows of this run."""
    FOLDER.mkdir(exist_ok=True)
    kept = {"at": f"{datetime.now():%Y-%m-%d %H:%M}", "rows": [asdict(row) for row in rows]}
    _file_of(family).write_text(json.dumps(kept), "utf-8")


def last_rows(family: str) -> Iterator[Row]:
    """The rows of the last run, which say when it was; nothing where there was none, and a line that says so."""
    if not _file_of(family).exists():
        print(f"{family} was never measured here: python -m benchmarks {family}", file=sys.stderr)
        return
    kept = json.loads(_file_of(family).read_text("utf-8"))
    for row in (Row(**values) for values in kept["rows"]):
        yield replace(row, name=f"{row.name}, measured on {kept['at']}")


def _file_of(family: str) -> Path:
    return FOLDER / f"{family}.json"
