"""Every command through every door: encodings, broken pipes, hostile text and endless arguments."""

import csv
import errno
import io
import json
import os
import sys
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import click
import pytest

from tests.conftest import Command
from tests.doors import ENCODINGS, EVIL, HIDDEN, Call, calls, hostile_pack, prepare
from tutor.characters import visible
from tutor.cli import chainrule, run
from tutor.commands.completion import walk_commands
from tutor.content.find import lessons_folder
from tutor.progress.record.exported_lines import COUNT_NAMES
from tutor.text.output import finish

LONG = "a" * 100_000


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what the examples need."""
    folder = tmp_path / "place"
    prepare(folder, lessons_folder())
    monkeypatch.chdir(folder)
    return folder


class Refusing(io.RawIOBase):
    """A stream whose other end takes nothing; what comes after it is told goes nowhere, as the writer arranges."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.told = False

    def writable(self) -> bool:
        return True

    def write(self, data: "memoryview | bytes") -> int:  # type: ignore[override]  # all that a buffer hands over
        if self.told:
            return len(data)
        self.told = True
        raise OSError(self.number, os.strerror(self.number))


def piped(
    call: Call, monkeypatch: pytest.MonkeyPatch, encoding: str, raw: io.RawIOBase | None = None
) -> tuple[int, str, str]:
    """Run `call` as if both outputs were pipes in `encoding`, which refuse every sign they lack."""
    ends = [io.BytesIO(), io.BytesIO()]
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BufferedWriter(raw) if raw else ends[0], encoding, "strict"))
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(ends[1], encoding, "strict"))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(call.typed.encode()), encoding="utf-8"))
    code = finish(run(call.arguments))
    sys.stderr.flush()
    out, err = (end.getvalue().decode(encoding).removeprefix("\ufeff") for end in ends)
    return code, out, err


def sound(text: str) -> bool:
    """Whether a text holds nothing that a terminal would obey, and no trace of a crash."""
    return visible(text) == text and "Traceback" not in text and "a fault of its own" not in text


@pytest.mark.parametrize(("call", "encoding"), list(zip(calls(), cycle(ENCODINGS), strict=False)), ids=str)
def test_every_command_speaks_every_encoding(call: Call, encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, err = piped(call, monkeypatch, encoding)
    assert sound(out)
    assert sound(err)
    assert code in {0, 1, 2, 3}
    assert len(err.splitlines()) <= 1
    assert out or err


@pytest.mark.parametrize("call", calls(), ids=str)
def test_every_line_of_every_command_is_ascii_when_that_is_wished(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAINRULE_ASCII", "1")
    code, out, err = piped(call, monkeypatch, "utf-8")
    assert out.isascii()
    assert err.isascii()
    assert "\\u" not in out or "--json" in call.arguments or "doctor" in call.arguments
    if "--json" in call.arguments and "--help" not in call.arguments and not (code == 1 and err):
        assert [json.loads(line) for line in ([out] if "--list" in call.arguments else out.splitlines())]


@pytest.mark.parametrize(
    ("call", "number"), list(zip(calls(), cycle((errno.ENOSPC, errno.EPIPE, errno.EIO)), strict=False)), ids=str
)
def test_an_end_that_takes_nothing_is_told_in_one_line(
    call: Call, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, _, err = piped(call, monkeypatch, "utf-8", Refusing(number))
    assert sound(err)
    assert len(err.splitlines()) <= 1
    if number == errno.EPIPE:
        assert "the output cannot be written" not in err
    else:
        assert code
        assert len(err.splitlines()) == 1


def given(value: str) -> Iterator[tuple[str, ...]]:
    """Every command with `value` in the place of each option and argument that takes any."""
    context = click.Context(chainrule, info_name="chainrule")
    for name, command, _ in walk_commands(context):
        needed = ["x" for item in command.params if isinstance(item, click.Argument) and item.required]
        for item in command.params:
            if isinstance(item, click.Argument):
                yield *name.split(), value
            elif isinstance(item, click.Option) and not item.is_flag:
                yield *name.split(), *needed, item.opts[0], value
                yield *name.split(), *needed, f"{item.opts[0]}={value}"
        yield *name.split(), *needed, f"--{value}"
    yield (value,)
    yield "--lessons", value, "glossary"
    yield "sim", "adam", "--plain", "--set", f"learning_rate={value}"
    yield "sim", "adam", "--plain", "--set", f"{value}=1"
    yield "sim", "adam", "--plain", "--change", f"3:learning_rate={value}"
    yield "ask", "adam-plain-step", "--answer", value
    yield "ask", "adam-plain-step", "--json", "--answer", value
    yield "grade", "number", "--expected", "1", "--answer", value
    yield "grade", "expression", "--expected", "x", "--answer", value
    yield "grade", "expression", "--expected", "x", "--answer", "x", "--assume", f"{value}=positive"


EVIL_NAMES = EVIL.replace("\0", "")


@pytest.mark.parametrize("arguments", list(given(EVIL_NAMES)), ids=lambda found: visible(" ".join(found))[:40])
def test_no_argument_reaches_the_terminal_raw(command: Command, arguments: tuple[str, ...]) -> None:
    done = command(*arguments)
    assert sound(done.out)
    assert sound(done.err)
    assert len(done.err.splitlines()) <= 1


@pytest.mark.parametrize("arguments", list(given(LONG)), ids=lambda found: " ".join(found)[:40])
def test_an_endless_argument_does_not_fill_the_screen(command: Command, arguments: tuple[str, ...]) -> None:
    done = command(*arguments)
    assert sound(done.out)
    assert sound(done.err)
    assert len(done.err) <= 1100
    assert LONG[:3000] not in done.out


PACK = [
    ("learn", "hostile", "--plain"),
    ("quiz", "--plain", "--lesson", "hostile"),
    ("ask", "evil-number", "--answer", "9"),
    ("ask", "evil-number", "--answer", EVIL_NAMES),
    ("ask", "evil-choice", "--json", "--answer", "a"),
    ("glossary",),
    ("glossary", "meaning"),
    ("formulas",),
    ("errata",),
    ("check",),
    ("placement", "--plain"),
    ("regrade",),
]


@pytest.mark.parametrize("arguments", PACK, ids=lambda found: visible(" ".join(found)))
def test_no_text_of_a_lesson_reaches_the_terminal_raw(
    command: Command, arguments: tuple[str, ...], tmp_path: Path
) -> None:
    done = command("--lessons", str(hostile_pack(tmp_path / "pack")), *arguments, typed=f"9\nhint\n{EVIL}\nb\nquit\n")
    assert sound(done.out)
    assert sound(done.err)
    if arguments[0] in {"learn", "quiz", "ask", "check"}:
        assert "hostile" in done.out or "evil" in done.out or "\\u202e" in done.out


def test_a_file_s_name_is_shown_and_not_obeyed(command: Command, tmp_path: Path) -> None:
    pack = hostile_pack(tmp_path / f"pack{EVIL_NAMES}".replace("/", ""))
    (pack / f"98-{EVIL_NAMES}.md").write_text("no lesson")
    for arguments in (("check", str(pack)), ("--lessons", str(pack / "no"), "errata"), ("import", str(pack / "no"))):
        done = command(*arguments)
        assert sound(done.out + done.err)
        assert "␛" in done.out + done.err


FORMULAS = ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1")
MARKUP = "[x](javascript:alert(1)) <b>y</b> | `z` **w**\nright: no"


def imported(command: Command, concepts: list[str], **other: str) -> None:
    """A record with an attempt on `concepts`, brought in as anybody may."""
    assert command("learn", "adam", "--section", "6", "--plain", typed="0.3\nquit\n").code == 0
    lines = [json.loads(line) for line in command("export", "-").out.splitlines()]
    (attempt,) = (line for line in lines if line.get("type") == "attempt")
    evil = attempt | {"key": "1" * 32, "question": "gone", "lesson": "nowhere", "concepts": concepts} | other
    head = lines[0] | dict.fromkeys(COUNT_NAMES.values(), 0) | {"attempts": 1}
    Path("evil.jsonl").write_text("\n".join(map(json.dumps, (head, evil))))
    done = command("import", "evil.jsonl")
    assert done.code == 0, done.err


def test_nothing_on_record_reaches_the_terminal_raw(command: Command) -> None:
    names = (EVIL_NAMES, EVIL, MARKUP)
    imported(command, list(names), question=EVIL_NAMES, lesson=EVIL_NAMES, answer=EVIL, kind=EVIL_NAMES)
    forms = (("--json",), ("--markdown",), ("--csv",), ())
    for arguments in (
        *(("progress", *form) for form in forms),
        ("regrade",),
        ("quiz", "--weak", "--plain"),
        ("export", "-"),
    ):
        shown = command(*arguments)
        assert sound(shown.out + shown.err)
        if arguments[0] == "progress":
            assert "\\u202e" in shown.out.replace("\\\\", "\\")
            assert not any(line.startswith("right") for line in shown.out.splitlines())


def test_no_line_that_is_imported_reaches_the_terminal_raw(command: Command) -> None:
    head = json.dumps({"chainrule": "record", "format": 1, "program": EVIL})
    for line in (
        EVIL,
        json.dumps({"type": EVIL}),
        json.dumps({EVIL: EVIL}),
        '{"type": "place", "lesson": 3}',
        "[" * 99999,
    ):
        Path("evil.jsonl").write_text(f"{head}\n{line}\n", "utf-8")
        done = command("import", "evil.jsonl")
        assert done.code
        assert sound(done.out + done.err)
        assert len(done.error_line) < 1100


def test_no_cell_of_a_table_is_taken_for_a_formula(command: Command) -> None:
    imported(command, [*FORMULAS, "plain-name"])
    rows = list(csv.reader(io.StringIO(command("progress", "--csv").out)))
    names = [row[0] for row in rows[1:]]
    assert {"plain-name", "'=cmd|' /C calc'!A0", "'-2+3", "'@SUM(A1)"} <= set(names)
    assert not any(name.lstrip().startswith(("=", "+", "-", "@", "＝")) for name in names)
    assert all(float(cell) >= 0 for row in rows[1:] for cell in row[1:4])


def test_no_cell_of_a_report_is_taken_for_markup(command: Command) -> None:
    from markdown_it import MarkdownIt

    imported(command, [MARKUP, "plain-name", "a|b", "https://x.yz"])
    report = command("progress", "--markdown").out
    tokens = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(report)
    found = {child.type for token in tokens for child in token.children or ()}
    assert found <= {"text", "text_special", "softbreak"}
    assert "plain-name" in report


def test_no_setting_reaches_the_terminal_raw(command: Command, home: Path) -> None:
    home.mkdir(exist_ok=True)
    said = f'"{SPELLED_TOML}"'
    text = f'theme = {said}\n{said} = 1\n[keys]\n{said} = "x"\n"quiz.next" = {said}\n'
    (home / "settings.toml").write_text(text, "utf-8")
    for arguments in (("settings",), ("settings", "--json"), ("doctor",), ("doctor", "--json")):
        done = command(*arguments)
        assert sound(done.out + done.err)
    assert "\\u202e" in command("settings").out
    assert "␛" in command("settings").out


SPELLED_TOML = "\\u001b[31m\\u009b\\u202e\\u200b\\u007f"


def test_every_hidden_sign_is_one_that_output_shows() -> None:
    assert all(visible(sign) != sign for sign in HIDDEN)
