"""What every test shares: a record of its own, and the command line run in this process."""

import gc
import io
import itertools
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest
from _pytest.terminal import TerminalReporter

from tests.browser.chromium import find_chromium
from tests.connections import Connections
from tests.parsed_styles import share_parsed_rules
from tests.read_once import share_read_lessons
from tests.settling import settle_instead
from tutor.progress.record.store import Store

settle_instead()
share_parsed_rules()
share_read_lessons()

# The programs that tests start read compiled modules, as a learner's do, instead of compiling all of them each time.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ.pop("TMUX", None)  # in tmux the last line names fewer keys
sys.dont_write_bytecode = False
# The program collects garbage when it is idle, not while it draws; so do its tests, which are a quarter faster for it.
gc.set_threshold(20_000, 20, 100)

# A property is tried with the same examples each time, and none has to be quick: a busy machine fails no test.
hypothesis.settings.register_profile("still", derandomize=True, deadline=None)
hypothesis.settings.load_profile("still")

UNIX_ONLY = ("end_to_end", "screens/test_outlet.py", "test_benchmarks.py")
"""Folders and files whose modules import what Windows lacks: there they are not even looked at."""
LINUX_ONLY = ("sandbox/test_escapes.py", "sandbox/test_zygote.py", "serving/test_course.py")
"""Files on what only Linux has: elsewhere fewer walls stand around a learner's code, and no class is served."""
collect_ignore = [
    *(UNIX_ONLY if sys.platform == "win32" else ()),
    *(LINUX_ONLY if sys.platform != "linux" else ()),
]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests marked `unix` on Windows, and those marked `chromium` where there is no Chromium."""
    missing = [*(["unix"] if sys.platform == "win32" else []), *([] if find_chromium() else ["chromium"])]
    left_out = [item for item in items if any(map(item.get_closest_marker, missing))]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Say what was left out because a program is missing."""
    if not find_chromium():
        terminalreporter.write_line("Left out: tests marked 'chromium', since no Chromium is installed here.")


def pytest_collection_finish() -> None:
    """What stands now stays: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """The last look for what was lost looks at what came since the last time, not five times at everything."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _nothing_of_ours_stays_among_temporary_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Temporary files have a folder of their own; what the program and its tests leave there is a fault."""
    folder = tmp_path_factory.mktemp("temporary")
    before, environment = tempfile.tempdir, os.environ.get("TMPDIR")
    tempfile.tempdir = os.environ["TMPDIR"] = str(folder)
    yield
    tempfile.tempdir = before
    if environment is None:
        del os.environ["TMPDIR"]
    else:
        os.environ["TMPDIR"] = environment
    left = sorted(path.name for path in folder.glob("*chainrule*"))
    assert not left, f"left among the temporary files: {left}"


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def error_line(self) -> str:
        """The one line on standard error."""
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        return lines[0]


Command = Callable[..., Done]


_numbers = itertools.count(1)


@pytest.fixture
def tmp_path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this test's own; pytest's own fixture looks through all folders of the thousands of tests before."""
    name = re.sub(r"\W", "_", request.node.name)[:30]
    folder = tmp_path_factory.getbasetemp() / f"{next(_numbers)}-{name}"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A record of this test's own: nothing a test does reaches the learner's."""
    folder = tmp_path / "home"
    monkeypatch.setenv("CHAINRULE_HOME", str(folder))
    return folder


FIRST_SEED = Store.first_seed


@pytest.fixture(autouse=True)
def seeds_begin_at_0(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every record draws the same questions, so that a test knows which come."""
    monkeypatch.setattr(Store, "first_seed", 0)


@pytest.fixture
def seeds_of_their_own(seeds_begin_at_0: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every record draws its own questions, as those of learners do."""
    monkeypatch.setattr(Store, "first_seed", FIRST_SEED)


@pytest.fixture(autouse=True)
def no_connection_is_left_open(monkeypatch: pytest.MonkeyPatch) -> Iterator[Connections]:
    """The program closes every connection to a database that it opens, also where it fails."""
    connections = Connections()
    connections.watch(monkeypatch)
    yield connections
    assert connections.left_open() == []


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run `chainrule ARGUMENTS` with `typed` on standard input."""
    from tutor.cli import run

    def call(*arguments: str, typed: str = "") -> Done:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode()), encoding="utf-8"))
        code = run(arguments)
        out, err = capsys.readouterr()
        return Done(code, out, err)

    return call
