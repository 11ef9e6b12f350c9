"""The one way to write a file: nothing is replaced unasked, nothing half written stays, nobody else may look."""

import ast
import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Command
from tests.irregular import pipe
from tutor import files
from tutor.errors import ChainruleError, UsageError
from tutor.files import create_private_folder, new_file, open_to_read, write_file
from tutor.progress.record.store import Store

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "tutor").rglob("*.py"))
WRITERS = {"write_text", "write_bytes", "mkstemp", "NamedTemporaryFile", "copyfile", "copy", "copy2"}
OUTPUT_DEVICE = ("cli.py", "output.py")
"""Where standard output is turned away from a reader that has gone."""


def writes(node: ast.AST) -> str:
    """How a piece of source writes a file past `tutor.files`; "" when it does not."""
    if not isinstance(node, ast.Call):
        return ""
    called = node.func
    name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
    on = called.value.id if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) else ""
    if name in WRITERS - {"copy"} or (name == "copy" and on == "shutil"):
        return name
    modes = [
        item.value for item in [*node.args, *(word.value for word in node.keywords)] if isinstance(item, ast.Constant)
    ]
    if name in {"open", "fdopen"} and on != "os":
        return (
            "open"
            if any(
                isinstance(mode, str) and set(mode) & set("wax+") <= set(mode) and set(mode) <= set("wax+bt")
                for mode in modes
            )
            else ""
        )
    if on == "os" and name in {"open", "fdopen"}:
        return f"os.{name}"
    return ""


HANDLES = {"landlock.py": {"os.open"}, "lock.py": {"os.open"}, "sandbox.py": {"os.fdopen"}, "shelf.py": {"open"}}
"""What names a folder to the kernel without opening it, ends of pipes to the process of an exercise, and the files of a
pack in a folder that is shown only when it is whole."""


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_other_module_writes_files(path: Path) -> None:
    if path.name == "files.py":
        return
    found = [(node.lineno, how) for node in ast.walk(ast.parse(path.read_text("utf-8"))) if (how := writes(node))]  # type: ignore[attr-defined]
    assert path.name in OUTPUT_DEVICE or [how for _, how in found if how not in HANDLES.get(path.name, ())] == []


@pytest.mark.parametrize(
    "line", ['p.write_text("x")', 'open(p, "w")', 'p.open("x", encoding="utf-8")', 'p.open(mode="ab")', "mkstemp()"]
)
def test_the_search_for_writers_finds_them(line: str) -> None:
    assert any(writes(node) for node in ast.walk(ast.parse(line)))


@pytest.mark.parametrize("line", ['p.open("rb")', "open(p)", 'self._open(None, "Go to step")', "x.copy()"])
def test_the_search_for_writers_leaves_readers_alone(line: str) -> None:
    assert not any(writes(node) for node in ast.walk(ast.parse(line)))


# -- what is never written


def link(path: Path) -> None:
    (path.parent / "elsewhere").write_text("mine")
    path.symlink_to(path.parent / "elsewhere")


def dangling(path: Path) -> None:
    path.symlink_to(path.parent / "nowhere")


def device(path: Path) -> None:
    path.symlink_to("/dev/null")


def listener(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # the name of a socket may not be long
    try:
        with socket.socket(socket.AF_UNIX) as found:
            found.bind(path.name)
    finally:
        os.chdir(here)


ODD: list[Callable[[Path], object]] = [pipe, link, dangling, device, listener, Path.mkdir]


def commands(target: str) -> list[tuple[str, ...]]:
    """Every command that writes where it is told."""
    return [
        ("export", target),
        ("export", "--anki", target),
        ("sim", "playground", "--json", "--last", "--steps", "1", "--save", target),
    ]


WRITING = range(len(commands("")))


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("number", WRITING)
@pytest.mark.parametrize("make", ODD)
def test_what_is_no_regular_file_is_never_replaced(
    command: Command, tmp_path: Path, make: Callable[[Path], object], number: int, force: bool
) -> None:
    target = tmp_path / "target"
    make(target)
    before = target.lstat()
    names = sorted(tmp_path.iterdir())
    done = command(*commands(str(target))[number], *(["--force"] if force else []))
    assert done.code == 2
    assert "never replaced" in done.error_line
    assert done.out == ""
    assert (target.lstat().st_ino, target.lstat().st_mode) == (before.st_ino, before.st_mode)
    assert sorted(path for path in tmp_path.iterdir() if path.name != "home") == [p for p in names if p.name != "home"]


@pytest.mark.parametrize("number", WRITING)
@pytest.mark.parametrize(
    "name", ["/", "", ".", "..", "/dev/null", "/dev/full", "x" * 300, "a/" * 3000 + "b", "nowhere/there"]
)
def test_a_name_that_no_file_can_have_gets_one_line(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = command(*commands(name)[number], "--force")
    assert done.code in {1, 2}
    assert len(done.error_line) < 600
    assert [path for path in tmp_path.iterdir() if path.name != "home"] == []


@pytest.mark.parametrize("number", WRITING)
def test_a_file_is_replaced_only_with_force(command: Command, tmp_path: Path, number: int) -> None:
    target = tmp_path / "target"
    target.write_text("mine")
    done = command(*commands(str(target))[number])
    assert done.code == 1
    assert "--force" in done.error_line
    assert target.read_text() == "mine"
    assert command(*commands(str(target))[number], "--force").code == 0
    assert target.read_bytes() != b"mine"
    assert [path.name for path in tmp_path.iterdir() if path.name != "home"] == ["target"]


@pytest.mark.parametrize("number", WRITING)
@pytest.mark.parametrize("name", ["settings.toml", "record.sqlite3", "record.sqlite3-wal", "copies/2026-03-01.sqlite3"])
def test_what_is_the_programs_own_is_never_replaced(command: Command, home: Path, number: int, name: str) -> None:
    store = Store.open()
    store.save_reading_position("adam", 1)
    store.close()
    own = home / name
    own.parent.mkdir(exist_ok=True)
    if not own.exists():
        own.write_bytes((home / "record.sqlite3").read_bytes() if own.suffix == ".sqlite3" else b"")
    before = own.read_bytes()
    assert command(*commands(str(own))[number], "--force").code == 2
    assert own.read_bytes() == before if own.exists() else own.name.endswith("-wal")  # which SQLite removes


def test_a_name_with_a_zero_in_it_is_a_fault_of_the_name(tmp_path: Path) -> None:
    with pytest.raises(ChainruleError, match="cannot be written"):
        write_file(tmp_path / "a\0b", "x")


def test_a_file_that_may_only_be_read_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("mine")
    target.chmod(0o444)
    with pytest.raises(ChainruleError, match="may only be read"):
        write_file(target, "new", force=True)
    assert target.read_text() == "mine"


# -- whole or not at all


@pytest.mark.parametrize("call", ["os.fsync", "os.fdopen", "pathlib.Path.hardlink_to"])
def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    def full(*_: object) -> None:
        raise FileExistsError(17, "File exists") if call.endswith("to") else OSError(28, "No space left on device")

    monkeypatch.setattr(call, full)
    with pytest.raises(ChainruleError, match=r"No space left|is there already"):
        write_file(tmp_path / "new", "x")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [("settings", "--init"), ("new", "lesson", "my-topic", "--folder", "mine")])
def test_a_full_disk_leaves_no_empty_file_of_a_command(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    done = command(*arguments)
    assert (done.code, done.out) == (1, "")
    assert "No space left" in done.error_line
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_file_that_appears_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    target = tmp_path / "target"
    with pytest.raises(ChainruleError, match="is there already"), new_file(target) as file:
        file.write(b"mine")
        target.write_text("theirs")
    assert target.read_text() == "theirs"
    assert list(tmp_path.iterdir()) == [target]


def test_a_file_system_without_links_is_written_to_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("pathlib.Path.hardlink_to", none)
    write_file(tmp_path / "new", "x")
    assert (tmp_path / "new").read_text() == "x"
    with pytest.raises(ChainruleError, match="is there already"):
        write_file(tmp_path / "new", "y")


def test_an_unfinished_file_is_private_and_its_name_cannot_be_foretold(tmp_path: Path) -> None:
    names = set()
    for number in range(3):
        with new_file(tmp_path / f"{number}") as file:
            (unfinished,) = [path for path in tmp_path.iterdir() if path.name.startswith(files.UNFINISHED_PREFIX)]
            names.add(unfinished.name)
            assert stat.S_IMODE(unfinished.stat().st_mode) == 0o600
            assert os.fstat(file.fileno()).st_nlink == 1
    assert len(names) == 3


@pytest.mark.unix
@pytest.mark.parametrize("mask", [0, 0o022, 0o077])
def test_what_is_written_is_private_whatever_the_mask(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        create_private_folder(tmp_path / "deep" / "folder")
        write_file(tmp_path / "deep" / "folder" / "file", "x")
        write_file(tmp_path / "lesson.md", "x", is_shared=True)
    finally:
        os.umask(before)
    modes = [
        stat.S_IMODE((tmp_path / name).stat().st_mode)
        for name in ("deep", "deep/folder", "deep/folder/file", "lesson.md")
    ]
    assert modes == [0o700, 0o700, 0o600, 0o666 & ~mask]


@pytest.mark.parametrize("make", ODD)
def test_only_a_regular_file_is_read_and_a_pipe_is_never_waited_for(
    tmp_path: Path, make: Callable[[Path], object]
) -> None:
    make(tmp_path / "odd")
    if make is link:
        with open_to_read(tmp_path / "odd") as file:
            assert file.read() == b"mine"
        return
    with pytest.raises(OSError):
        open_to_read(tmp_path / "odd")


def test_the_name_of_standard_output_is_no_name_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="stands for standard output"):
        write_file(Path("-"), "x", force=True)
    write_file(tmp_path / "-", "x")
    assert [path.name for path in tmp_path.iterdir()] == ["-"]


def test_a_folder_that_another_program_makes_meanwhile_is_as_good_as_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made_just_now(path: Path) -> bool:
        path.mkdir()
        return True

    monkeypatch.setattr("os.path.lexists", made_just_now)
    create_private_folder(tmp_path / "record")
    assert (tmp_path / "record").is_dir()
