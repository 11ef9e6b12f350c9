"""A pipe, a device, a socket, a folder or a link to one, wherever a file is read: never opened, refused in one line."""

import os
import signal
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import Command
from tests.irregular import IRREGULAR, LINKED
from tests.progress.helping import attempt
from tutor.progress.record.store import Store
from tutor.settings.file import load_settings
from tutor.settings.table import SETTINGS_FILE
from tutor.settings.writer import save_theme

pytestmark = pytest.mark.unix

MAKERS = (*IRREGULAR, *LINKED)
Door = tuple[str, tuple[tuple[str, ...], ...]]
DOORS: list[Door] = [
    ("home/settings.toml", (("settings",), ("doctor",), ("settings", "--init"), ("progress",))),
    ("home/record.sqlite3", (("progress",), ("quiz", "--plain", "--count", "1"), ("export", "-"), ("doctor",))),
    ("home/record.sqlite3", (("reset", "--yes"), ("regrade",), ("import", "-"), ("reset", "--lesson", "a", "--yes"))),
    ("pack/01-odd.md", (("check", "pack"), ("check", "pack/01-odd.md"), ("--lessons", "pack", "glossary"))),
    ("pack/01-odd.md", (("--lessons", "pack", "learn", "odd", "--plain"), ("--lessons", "pack", "quiz", "--plain"))),
    ("pack/01-odd.md", (("--lessons", "pack", "formulas"), ("--lessons", "pack", "errata"))),
    ("odd", (("sim", "playground", "--data", "odd"), ("sim", "playground", "--load", "odd"), ("import", "odd"))),
    ("odd", (("sim", "playground", "--json", "--save", "odd", "--force"), ("export", "odd", "--force"))),
]
"""Where it lies, and the commands that meet it there."""
WATCHED: list[str] = []
"""What the process opened while it was looked at."""


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if event in {"open", "os.open"} and isinstance(arguments[0], (str, bytes, os.PathLike)):
        WATCHED.append(os.fsdecode(arguments[0]))


sys.addaudithook(_note)


@contextmanager
def in_time(seconds: float = 20.0) -> Iterator[None]:
    """Who waits for a writer is interrupted, and fails."""

    def give_up(*_: object) -> None:
        raise TimeoutError("it waits for ever")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def kind(path: Path) -> tuple[int, str]:
    """What is at a path, and where a link leads."""
    return stat.S_IFMT(path.lstat().st_mode), str(path.readlink()) if path.is_symlink() else ""


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize(("place", "calls"), DOORS, ids=range(len(DOORS)))
def test_it_is_refused_in_one_line_and_stays(
    command: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    calls: tuple[tuple[str, ...], ...],
    make: Callable[[Path], object],
) -> None:
    odd = tmp_path / place
    odd.parent.mkdir(exist_ok=True)
    make(odd)
    before = kind(odd)
    monkeypatch.chdir(tmp_path)
    for call in calls:
        WATCHED.clear()
        with in_time():
            done = command(*call)
        said = done.err or done.out
        assert "Traceback" not in said
        assert "a fault of its own" not in said
        assert len(done.err.splitlines()) <= 1, done.err
        assert done.code in {0, 1, 2, 3}
        assert done.code or odd.name != "odd"
        assert {odd.name, f"{odd.name}.end", "zero"}.isdisjoint(Path(name).name for name in WATCHED), call
        assert kind(odd) == before


@pytest.mark.parametrize("make", MAKERS)
def test_a_theme_is_not_kept_in_it(home: Path, make: Callable[[Path], object]) -> None:
    home.mkdir()
    make(home / SETTINGS_FILE)
    before = kind(home / SETTINGS_FILE)
    with in_time(), pytest.raises(Exception, match="the theme was not kept") as caught:
        save_theme(home, "chainrule-light")
    assert len(str(caught.value).splitlines()) == 1
    assert "cannot be read" in load_settings(home)[1][0]
    assert kind(home / SETTINGS_FILE) == before


@pytest.mark.parametrize("make", MAKERS)
def test_a_copy_that_is_none_is_passed_over(command: Command, home: Path, make: Callable[[Path], object]) -> None:
    store = Store.open()
    store.add(attempt(1))
    store.close()
    (copy,) = (home / "copies").iterdir()
    make(copy.with_name("2099-01-01.sqlite3"))
    make(copy.with_name("2020-01-01.sqlite3"))
    (home / "record.sqlite3").write_bytes(b"no record")
    with in_time():
        done = command("progress", "--json")
    assert "with 1 attempt" in done.error_line


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("call", [("glossary",), ("learn", "adam", "--plain"), ("doctor",)])
def test_a_folder_of_lessons_that_is_none_is_named(
    command: Command, tmp_path: Path, make: Callable[[Path], object], call: tuple[str, ...]
) -> None:
    make(tmp_path / "pack")
    with in_time():
        done = command("--lessons", str(tmp_path / "pack"), *call)
    assert len(done.err.splitlines()) <= 1
    assert "a fault of its own" not in done.err
