"""A user without a home, a folder that is gone, an environment of nonsense: one clear line, never a crash."""

import gc
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import platformdirs
import pytest

from tests.conftest import Command
from tests.doors import Call, calls, prepare
from tutor.__main__ import main
from tutor.commands.launcher import drop_impossible_sizes
from tutor.content.find import lessons_folder
from tutor.screens.terminal.crash import MAX_REPORTS, crash_error

ADVICE = "this user has no home folder here; set CHAINRULE_HOME to a folder that you may write to"


@pytest.fixture
def homeless(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A user whom the system does not know: no variable and no entry says where her home is."""

    def nobody(*_: object, **__: object) -> Path:
        raise RuntimeError("could not determine the home directory")

    for name in ("CHAINRULE_HOME", "HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name in ("user_data_path", "user_config_path"):
        monkeypatch.setattr(platformdirs, name, nobody)
    prepare(tmp_path / "place", lessons_folder())
    monkeypatch.chdir(tmp_path / "place")


@pytest.mark.usefixtures("homeless")
@pytest.mark.parametrize("call", [call for call in calls() if "--help" not in call.arguments], ids=str)
def test_without_a_home_a_command_works_or_says_what_to_set(command: Command, call: Call) -> None:
    done = command(*call.arguments, typed=call.typed)
    assert done.code in {0, 1, 2, 3}
    assert "Traceback" not in done.out + done.err
    if done.code and done.err and call.arguments[0] not in {"doctor", "nosuchcommand", "grade"}:
        assert done.error_line.endswith(ADVICE)


@pytest.mark.usefixtures("homeless")
@pytest.mark.parametrize("arguments", ["glossary", "formulas", "errata", "ask adam-plain-step", "check lessons"])
def test_what_keeps_nothing_needs_no_home(command: Command, arguments: str) -> None:
    assert command(*arguments.split()).code == 0


def test_an_older_library_that_leaves_the_tilde_is_no_home_either(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CHAINRULE_HOME")
    monkeypatch.setattr(platformdirs, "user_data_path", lambda *_, **__: Path("~/.local/share/chainrule"))
    assert command("progress").error_line == f"chainrule: {ADVICE}"


@pytest.mark.usefixtures("homeless")
def test_a_crash_without_a_home_or_a_place_for_its_report_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "gettempdir", nowhere)
    assert "no report could be written" in str(crash_error(ValueError("x")))


@pytest.mark.usefixtures("homeless")
def test_crashes_without_a_home_share_one_folder_of_few_reports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    said = [str(crash_error(ValueError("x"))) for _ in range(MAX_REPORTS + 2)]
    (folder,) = tmp_path.glob("chainrule-*")
    assert len(list(folder.iterdir())) == MAX_REPORTS and f"the report is in {folder}" in said[-1]


@pytest.mark.unix
@pytest.mark.usefixtures("homeless")
def test_a_folder_for_reports_that_others_could_have_made_is_not_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    crash_error(ValueError("x"))
    (folder,) = tmp_path.glob("chainrule-*")
    folder.chmod(0o777)
    assert "no report could be written" in str(crash_error(ValueError("x")))
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").chmod(0o700)
    assert "no report could be written" in str(crash_error(ValueError("x")))


def test_a_crash_whose_report_cannot_even_be_made_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    import platform

    monkeypatch.setattr(platform, "platform", lambda: 1 / 0)
    assert "no report could be written" in str(crash_error(ValueError("x")))


@pytest.mark.parametrize("arguments", ["check lessons", "export x.jsonl", "new lesson x", "doctor", "learn adam"])
def test_a_folder_that_is_gone_is_told_in_one_line(tmp_path: Path, arguments: str) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    begun = f"import os, sys; os.rmdir({str(gone)!r}); sys.argv[1:] = {arguments.split()!r}"
    code = f"{begun}\nfrom tutor.__main__ import main\nsys.exit(main())"
    environment = {**os.environ, "PYTHONPATH": str(lessons_folder().parent)}
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], cwd=gone, capture_output=True, text=True, env=environment, check=False
    )
    assert "Traceback" not in done.stderr
    assert "fault of its own" not in done.stderr
    assert len(done.stderr.splitlines()) <= 1


@pytest.mark.parametrize("size", ["0", "-5", "abc", "1000000", "", "1", "9" * 400], ids=lambda size: size[:8])
@pytest.mark.parametrize("arguments", ["quiz --help", "--help", "doctor", "sim adam --plain --last"])
def test_a_size_of_nonsense_changes_no_line(
    command: Command, arguments: str, size: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", size)
    monkeypatch.setenv("LINES", size)
    done = command(*arguments.split())
    assert (done.code, done.err) == (0, "")
    assert max(map(len, done.out.splitlines())) <= 400
    assert len(done.out) < 20_000


@pytest.mark.parametrize("size", ["0", "-5", "abc", "100000", "", "9" * 5000], ids=lambda size: size[:8])
def test_no_screen_is_laid_out_in_a_size_of_nonsense(size: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", size)
    monkeypatch.setenv("LINES", "44")
    drop_impossible_sizes()
    assert "COLUMNS" not in os.environ
    assert os.environ["LINES"] == "44"


@pytest.mark.parametrize("arguments", ["learn adan", "learn", "learn --plan", "learn ''", "learn adam", ""])
def test_a_lesson_opened_without_the_parser_is_refused_as_with_it(
    command: Command, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: str
) -> None:
    refused = command(*shlex.split(arguments))
    monkeypatch.setattr(sys, "argv", ["chainrule", *shlex.split(arguments)])
    monkeypatch.setattr(gc, "set_threshold", lambda *_: None)  # the tests have their own
    assert (main(), *capsys.readouterr()) == (refused.code, refused.out, refused.err)
    assert refused.code == 2


@pytest.mark.parametrize("below", ["", "deep/er"])
@pytest.mark.parametrize("call", [call for call in calls() if "--help" not in call.arguments], ids=str)
def test_a_home_that_is_no_folder_is_named_in_words(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Call, below: str
) -> None:
    (tmp_path / "file").write_text("mine")
    prepare(tmp_path / "place", lessons_folder())
    monkeypatch.chdir(tmp_path / "place")
    monkeypatch.setenv("CHAINRULE_HOME", str(tmp_path / "file" / below))
    done = command(*call.arguments, typed=call.typed)
    assert done.code in {0, 1, 2, 3}
    for text in (done.out, done.err):
        assert not [
            word for word in ("Traceback", "Errno", "a fault of its own", " was not kept: the ") if word in text
        ]
    assert len(done.err.splitlines()) <= 1
    if "was not kept" in done.err:
        assert f"({tmp_path / 'file'} is not a folder)" in done.err
    if call.arguments == ("doctor",):
        assert f"{tmp_path / 'file'} is not a folder" in " ".join(done.out.split()).replace("- ", "-")
    assert (tmp_path / "file").read_text() == "mine"
