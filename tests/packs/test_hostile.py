"""Packs that somebody made to do harm, or spoilt: one line each, and nothing is installed or written elsewhere."""

import os
import random
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Command
from tests.packs.making import EXERCISE, LESSON, MANIFEST, SOUND, as_folder, as_zip
from tutor.packs import entries

Odd = Callable[[Path], Path]


def renamed(name: str) -> Odd:
    """A zip with one more file, of this name."""
    return lambda path: as_zip(path, SOUND, (zipfile.ZipInfo(name), b"x"))


def changed(**files: str | bytes | None) -> Odd:
    """A zip in which some files are others, or are missing."""
    named = {name.replace("__", ".").replace("_", "-"): data for name, data in files.items()}
    kept = {name: data for name, data in SOUND.items() if name not in named}
    new = {name: data.encode() if isinstance(data, str) else data for name, data in named.items() if data is not None}
    return lambda path: as_zip(path, {**kept, **new})


def with_mode(mode: int) -> Odd:
    """A zip with an entry of another kind than a file."""
    info = zipfile.ZipInfo("assets/link.csv")
    info.external_attr = mode << 16
    return lambda path: as_zip(path, SOUND, (info, b"/etc/passwd"))


def edited(name: str, offset: int, change: bytes) -> Odd:
    """A zip in whose directory the entry `name` says something else, `offset` bytes after its beginning."""

    def make(path: Path) -> Path:
        data = bytearray(as_zip(path).read_bytes())
        at = data.rindex(name.encode()) - 46 + offset
        data[at : at + len(change)] = change
        path.write_bytes(data)
        return path

    return make


def bytes_of(data: bytes) -> Odd:
    """A file that is no zip, or the beginning of one."""

    def make(path: Path) -> Path:
        path.write_bytes(data)
        return path

    return make


def cut(path: Path) -> Path:
    path.write_bytes(as_zip(path).read_bytes()[:-200])
    return path


def with_nul(path: Path) -> Path:
    """A zip with a name that ends earlier for some programs than for others."""
    as_zip(path, SOUND, (zipfile.ZipInfo("02-x.mdQ.csv"), b"x"))
    path.write_bytes(path.read_bytes().replace(b"02-x.mdQ", b"02-x.md\0"))
    return path


def damaged(path: Path) -> Path:
    """A zip whose content does not fit its checksum."""
    info = zipfile.ZipInfo("assets/numbers.csv")
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in SOUND.items():
            archive.writestr(name, data)
        archive.writestr(info, b"1,2,3,4,5,6,7")
    path.write_bytes(path.read_bytes().replace(b"1,2,3,4,5,6,7", b"9,9,9,9,9,9,9", 1))
    return path


def overlapping(path: Path) -> Path:
    """Fifield's bomb in small: many entries of the directory share the bytes of one file."""
    packed = zlib.compress(b"0" * 4_000_000, 9)[2:-4]
    crc, names = zlib.crc32(b"0" * 4_000_000), [f"assets/{number}.txt".encode() for number in range(200)]
    sizes = struct.pack("<HIII", 8, 0, crc, len(packed)) + struct.pack("<I", 3_900_000)
    local = b"PK\x03\x04" + struct.pack("<HH", 20, 0) + sizes + struct.pack("<HH", len(names[0]), 0) + names[0] + packed
    central = b"".join(
        b"PK\x01\x02"
        + struct.pack("<HHH", 20, 20, 0)
        + sizes
        + struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, 0)
        + name
        for name in names
    )
    count = len(names)
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, len(central), len(local), 0)
    path.write_bytes(local + central + end)
    return path


HOSTILE: dict[str, tuple[Odd, str]] = {
    "a way up": (renamed("../evil.md"), "leads out of the pack"),
    "a way up within": (renamed("assets/../../evil.csv"), "leads out of the pack"),
    "a way up that is hidden": (renamed(".git/../../evil.md"), "leads out of the pack"),
    "an absolute path": (renamed("/tmp/evil.md"), "absolute path"),
    "a drive": (renamed("C:evil.md"), "absolute path"),
    "a share": (renamed("\\\\host\\share\\evil.md"), "absolute path"),
    "a backslash": (renamed("assets\\evil.csv"), "backslash"),
    "a NUL": (with_nul, "NUL"),
    "a device": (renamed("assets/NUL.csv"), "device"),
    "a device without suffix": (renamed("assets/com1/x.csv"), "device"),
    "a stream": (renamed("assets/a.csv:hidden"), "not every system"),
    "a dot at the end": (renamed("assets/a.csv."), "not every system"),
    "a control character": (renamed("assets/\x1b[2Ja.csv"), "not every system"),
    "a sign that turns text round": (renamed("assets/\u202eвса.csv"), "not every system"),
    "an empty part": (renamed("assets//a.csv"), "not every system"),
    "a name of one dot": (renamed("./a.md"), "not every system"),
    "a long name": (renamed(f"assets/{'a' * 200}.csv"), "more than 80 characters"),
    "too deep": (renamed("assets/a/b/c/d/e/f.csv"), "folders deep"),
    "one name in two cases": (renamed("Pack.yaml"), "one file where case does not count"),
    "a file that is a folder too": (
        lambda path: as_zip(path, {**SOUND, "assets/a.csv": b"1", "assets/A.CSV/b.csv": b"2"}),
        "is a file, and the folder of",
    ),
    "a link": (with_mode(stat.S_IFLNK | 0o777), "a symbolic link"),
    "a pipe": (with_mode(stat.S_IFIFO | 0o666), "a pipe"),
    "a device node": (with_mode(stat.S_IFCHR | 0o666), "a device"),
    "code": (renamed("lesson.py"), "does not belong in a pack"),
    "code among the data": (renamed("assets/run.py"), "does not belong in a pack"),
    "a pickle": (renamed("assets/net.pkl"), "does not belong in a pack"),
    "a zip in a zip": (renamed("assets/more.zip"), "does not belong in a pack"),
    "a bomb": (lambda path: as_zip(path, {**SOUND, "assets/zeros.csv": b"0" * 4_900_000}), "times as large"),
    "a file that is too large": (lambda path: as_zip(path, {**SOUND, "02-big.md": os.urandom(1_100_000)}), "1 MB"),
    "too much in all": (
        lambda path: as_zip(path, {**SOUND, **{f"assets/{n}.csv": b"0,1\n" * 24_000 for n in range(260)}}),
        "larger than",
    ),
    "too many files": (
        lambda path: as_zip(path, {**SOUND, **{f"assets/{n}.csv": b"0" for n in range(400)}}),
        "more than 300 files",
    ),
    "too many entries": (
        lambda path: as_zip(path, {**SOUND, **{f".git/{n}": b"" for n in range(1_300)}}),
        "more than 300 files",
    ),
    "files that share their bytes": (overlapping, "times as large"),
    "encrypted": (edited("README.md", 8, b"\x01\x00"), "encrypted"),
    "another method": (edited("README.md", 10, b"\x0c\x00"), "a method that is not read"),
    "a size that is not true": (edited("README.md", 24, b"\x03\x00\x00\x00"), "damaged"),
    "cut": (cut, "no zip"),
    "damaged": (damaged, "damaged"),
    "no zip": (bytes_of(b"PK nothing"), "no zip"),
    "nothing": (bytes_of(b""), "no zip"),
    "no manifest": (changed(pack__yaml=None), "has no pack.yaml"),
    "no lessons": (changed(**{"01_toy__md": None}), "holds no lessons"),
    "a manifest that is no YAML": (changed(pack__yaml="name: [vectors\n"), "pack.yaml:"),
    "a manifest that is no text": (changed(pack__yaml=b"name: \xff\n"), "not UTF-8"),
    "a manifest with anchors": (changed(pack__yaml=MANIFEST.replace("[Ada Lovelace]", "&a [*a, *a]")), "pack.yaml:"),
    "a manifest that is too large": (changed(pack__yaml=MANIFEST + "#" * 20_000), "16 KB"),
    "a key that is missing": (changed(pack__yaml=MANIFEST.replace("licence: CC BY 4.0\n", "")), "'licence' is missing"),
    "a key that is unknown": (changed(pack__yaml=MANIFEST.replace("licence", "license")), "did you mean 'licence'?"),
    "a name that is a way out": (changed(pack__yaml=MANIFEST.replace("counting", "../counting")), "name: ../counting"),
    "a name that is a device": (changed(pack__yaml=MANIFEST.replace("counting", "nul")), "name: nul"),
    "a version that is a number": (changed(pack__yaml=MANIFEST.replace('"1.0"', "1.0")), "in quotation marks"),
    "a later Chainrule": (changed(pack__yaml=MANIFEST.replace(">=0.1", ">=99.1")), "needs Chainrule 99.1 or later"),
    "an id of the course": (
        changed(**{"01_toy__md": LESSON.replace("id: toy-sum", "id: adam-first-m-hat")}),
        "01-toy.md:47: the question id 'adam-first-m-hat' is taken by the course",
    ),
    "a lesson of the course": (
        changed(**{"01_toy__md": None, "01_adam__md": LESSON.replace("id: toy\n", "id: adam\n")}),
        "01-adam.md:2: the lesson id 'adam' is taken by the course",
    ),
    "an id that hides": (
        changed(**{"01_toy__md": LESSON.replace("id: toy-sum", "id: toy-sum # mine")}),
        "write this id on a line of its own",
    ),
    "a lesson with a fault": (
        changed(**{"01_toy__md": LESSON.replace("answer: a + 1", "answer: b + 1")}),
        "01-toy.md:",
    ),
    "a link to a file": (
        changed(**{"01_toy__md": LESSON.replace("(show:conv-cost?kernels=125&step=3)", "(file:///etc/passwd)")}),
        "leads nowhere",
    ),
}
"""What is wrong → how to make a pack with it, and a piece of the line that says so."""


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_pack_gets_one_line_and_leaves_nothing(what: str, command: Command, tmp_path: Path) -> None:
    make, words = HOSTILE[what]
    source = make(tmp_path / "odd.zip")
    before = {*tmp_path.rglob("*")}
    done = command("pack", "add", str(source))
    assert (done.code, done.out) == (1, "")
    assert words in done.error_line
    assert done.error_line.endswith("; nothing was installed")
    assert done.error_line.isprintable()
    assert {*tmp_path.rglob("*")} - before <= {tmp_path / "home", tmp_path / "home" / "packs"}


@pytest.mark.unix
def test_a_folder_with_what_is_no_file_is_refused(command: Command, tmp_path: Path) -> None:
    folder = as_folder(tmp_path / "odd")
    odd = folder / "assets" / "odd.csv"
    for make, words in (
        (lambda: odd.symlink_to("/etc/passwd"), "a symbolic link"),
        (lambda: odd.symlink_to(tmp_path), "a symbolic link"),
        (lambda: os.mkfifo(odd), "a pipe"),
        (lambda: (folder / "run.sh").write_text("rm"), "does not belong"),
    ):
        make()
        for verb in ("add", "build"):
            assert words in command("pack", verb, str(folder)).error_line
        odd.unlink(missing_ok=True)
        (folder / "run.sh").unlink(missing_ok=True)
    assert not list(tmp_path.glob("*.zip"))


def test_a_folder_without_end_is_left_after_its_first_files(tmp_path: Path) -> None:
    folder = as_folder(tmp_path / "odd")
    for number in range(entries.MAX_FILES + 1):
        (folder / f"{number}.md").touch()
    with pytest.raises(entries.PackError, match="more than 300 files"):
        entries.read_entries(folder)


def test_whatever_happens_to_the_bytes_of_a_zip_is_said_in_one_line(tmp_path: Path) -> None:
    whole, path, rng = as_zip(tmp_path / "whole.zip").read_bytes(), tmp_path / "odd.zip", random.Random(5)
    refused = 0
    for _ in range(200):
        data = bytearray(whole)
        for _ in range(rng.choice((1, 2, 20))):
            data[-rng.randrange(1, rng.choice((700, len(data))))] = rng.randrange(256)
        path.write_bytes(data[: rng.choice((len(data), len(data), rng.randrange(len(data))))])
        try:
            entries.read_entries(path)
        except entries.PackError as error:
            refused += 1
            assert str(error).isprintable()
    assert refused > 100


def test_what_is_no_pack_at_all_is_said(command: Command, tmp_path: Path) -> None:
    assert "no such file or folder" in command("pack", "add", str(tmp_path / "none")).error_line
    assert "no such folder" in command("pack", "build", str(tmp_path / "none")).error_line
    (tmp_path / "empty").mkdir()
    assert "chainrule new pack" in command("pack", "add", str(tmp_path / "empty")).error_line
    assert "no installed pack 'nothing'" in command("pack", "remove", "nothing").error_line
    assert "no installed pack" in command("pack", "remove", "../..").error_line
    assert "cannot be a pack's name" in command("new", "pack", "../x").error_line


@pytest.mark.unix
def test_a_pack_with_code_needs_the_whole_sandbox(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = as_folder(tmp_path / "coded", {**SOUND, "01-toy.md": (LESSON + EXERCISE).encode()})
    monkeypatch.setattr("tutor.packs.shelf.active_guards", lambda: ("time",))
    assert "--trust" in command("pack", "add", str(source)).error_line
    assert "is installed" in command("pack", "add", str(source), "--trust").out
