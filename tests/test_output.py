"""One place writes to a terminal or a pipe: what it does to signs, and that nobody writes past it."""

import ast
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import tutor
from tutor.characters import visible
from tutor.maths.ascii import to_ascii
from tutor.plain.lines import Lines
from tutor.text.encodings import transliterate
from tutor.text.input import read_byte_lines, read_line, read_lines
from tutor.text.output import shorten, to_json, write

PROGRAM = Path(tutor.__file__).parent
WRITERS = {"output.py"}
NAMES = {"print", "echo", "secho", "confirm", "prompt", "pager", "echo_via_pager"}
ENCODINGS = (
    *("cp1252", "latin-1", "ascii", "cp437", "cp850", "gbk", "shift_jis", "koi8-r", "utf-16", "utf-8", "utf-8-sig"),
    *("big5", "euc-jp", "iso8859-7", "cp1251", "utf-7", "iso2022_jp", "mac-roman", "cp037"),
)
HIDDEN = (
    "\0\x07\x08\x0b\x0c\r\x1b\x7f\x80\x85\x9b\xad\u034f\u061c\u200b\u200c\u200d\u200e\u2028\u2029\u202a\u202e\u2060"
)
HIDDEN += "\u2066\u2069\u3164\ufeff\ufff9\udc80\ud800\U000e0041"
COURSE = "−0.3 × θ₂ → m̂ ≤ x² 10⁻³ ½ “a” … é 漢 😀 │ █ ⣿ ⎡ ∂L/∂w"


def calls(path: Path) -> Iterator[tuple[int, str]]:
    """Where a module writes by itself: calls of `print` and its like, and of a standard stream's `write`."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            said = ast.unparse(node.func)
            name = said.rpartition(".")[2]
            if (said in NAMES) or (said.startswith("click.") and name in NAMES):
                yield node.lineno, said
            if said.startswith(("sys.stdout.", "sys.stderr.", "sys.__std")) and name in {
                "write",
                "flush",
                "reconfigure",
            }:
                yield node.lineno, said


@pytest.mark.parametrize("path", sorted(PROGRAM.rglob("*.py")), ids=lambda path: str(path.relative_to(PROGRAM)))
def test_nobody_writes_past_the_one_place_that_does(path: Path) -> None:
    assert path.name in WRITERS or list(calls(path)) == []


def test_the_guard_knows_the_ways_past_it(tmp_path: Path) -> None:
    source = "print(1)\nclick.echo(1)\nsys.stdout.write('x')\nsys.stderr.flush()\nclick.confirm('x')\nx.write('x')\n"
    (tmp_path / "module.py").write_text(source)
    assert [line for line, _ in calls(tmp_path / "module.py")] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("errors", ["strict", "replace", "ignore"])
def test_every_sign_reaches_every_encoding_or_its_ascii_form_does(encoding: str, errors: str) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, errors=errors)
    for sign in COURSE.split(" "):
        write(sign + "\n", stream)
    stream.flush()
    written = raw.getvalue().decode(encoding).removeprefix("\ufeff").splitlines()
    for sign, got in zip(COURSE.split(" "), written, strict=True):
        assert got in {sign, to_ascii(sign), transliterate(sign, encoding)}
        assert "?" not in got
        assert got.strip()


def test_a_minus_is_a_minus_everywhere() -> None:
    for encoding in ENCODINGS:
        assert transliterate("−3", encoding) in {"−3", "-3"}


@pytest.mark.parametrize("sign", HIDDEN, ids=ascii)
@pytest.mark.parametrize("encoding", ["ascii", "utf-8", "cp1252", "gbk"])
def test_no_hidden_sign_leaves_and_none_is_lost(sign: str, encoding: str) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    write(f"a{sign}b\n", stream)
    stream.flush()
    text = raw.getvalue().decode(encoding)
    assert sign not in text
    assert len(text) > 3
    assert visible(text) == text


def test_hidden_signs_are_named_as_people_know_them() -> None:
    assert visible("a\x1b[2Jb\x07\x9b\u202e\ufeff\n\tc") == "a␛[2Jb␇\\x9b\\u202e\\ufeff\n\tc"
    assert transliterate(visible("\x1b\x7f"), "ascii") == "\\x1b\\x7f"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_json_stays_json_with_its_data_intact(encoding: str) -> None:
    text = COURSE + HIDDEN
    value = {text: [text, 1.5, None, 10**30]}
    made = to_json(value, encoding)
    made.encode(encoding)
    assert visible(made) == made
    assert json.loads(made) == value


def test_numbers_that_json_lacks_become_null() -> None:
    assert to_json({"a": [float("nan"), float("-inf"), 1.0]}) == '{"a": [null, null, 1.0]}'


def test_a_long_message_keeps_its_beginning_and_its_advice() -> None:
    said = shorten("there is no x '" + "a" * 100_000 + "'; see --help")
    assert len(said) <= 1000
    assert said.startswith("there is no x 'a")
    assert said.endswith("a'; see --help")


def test_lines_that_are_typed_are_read_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    import tutor.text.input

    monkeypatch.setattr(tutor.text.input, "MAX_LINE_LENGTH", 10)
    monkeypatch.setattr(tutor.text.input, "MAX_SKIPPED_LENGTH", 100)
    raw = io.BytesIO(b"short\r\n" + b"a" * 50 + b"\n\xff\x80\x00\nlast")
    source = io.TextIOWrapper(raw, encoding="utf-8", errors="strict")
    assert list(tutor.text.input.read_lines(source)) == ["short", "a" * 10, "\ufffd\ufffd\0", "last"]
    assert list(tutor.text.input.read_lines(io.StringIO("b" * 1000))) == []
    assert read_line(None) is None
    source.close()
    assert read_line(source) is None


@pytest.mark.parametrize("encoding", [*ENCODINGS, "utf-16", "shift_jis"])
def test_bytes_that_are_no_text_end_no_session(encoding: str) -> None:
    source = io.TextIOWrapper(io.BytesIO(bytes(range(256)) * 20), encoding=encoding, errors="strict")
    assert "".join(read_lines(source)) or encoding == "utf-16"  # which begins with a mark, or is none


@pytest.mark.parametrize("start", ["right", "partly", "wrong", "not yet", "not graded"])
def test_nothing_but_a_verdict_begins_like_one(start: str) -> None:
    said = io.StringIO()
    Lines(io.StringIO(), said).say(f"{start} is how this line begins")
    assert said.getvalue().startswith(f" {start}")


def test_a_pipe_that_never_ends_ends_the_session() -> None:
    said = io.StringIO()
    session = Lines(io.StringIO("y\n" * 6000), said)
    assert sum(1 for _ in iter(lambda: session.ask("> "), None)) == 5000
    assert "5,000 lines" in said.getvalue()


def test_json_on_standard_input_is_utf_8_whatever_the_terminal_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    given = '{"a": "−1"}\r\n\ufeff{}\n'.encode() + b"\xff\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), encoding="cp1252", errors="strict"))
    assert list(read_byte_lines()) == ['{"a": "−1"}'.encode(), "\ufeff{}".encode(), b"\xff"]
    monkeypatch.setattr(sys, "stdin", None)
    assert list(read_byte_lines()) == []
