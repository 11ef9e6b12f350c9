"""An exercise on screen: written here or in another editor, checked at every save, and nothing of it ever lost."""

import os
import re
import shlex
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.screens.story import DOUBLING, SMALL, WIDE, press, record, text, until
from tutor.content.course import Course, open_course
from tutor.content.findable import lesson_contents
from tutor.exercises.workfile import FileChangedError, WorkFile
from tutor.progress.tables.attempt import RETRY
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.course.lesson import LessonScreen
from tutor.screens.exercise.exercise import ExerciseScreen
from tutor.screens.requests import OpenScreen
from tutor.widgets.exercise.both_changed import BothChangedScreen
from tutor.widgets.exercise.colours import colour_spans
from tutor.widgets.exercise.editor import CodeEditor

TOY = r"""
## Write it yourself

A line of text.

```{code} code-toy
function: double(x)
title: Twice
concept: doubling
ask: 'Return twice $x$.'
parameters: {x: array}
returns: array
cases: ['np.array([1.0])', 'np.array([2.0, -1.0])']
reference: |
  def double(x):
      return 2 * x
mistakes:
  - {change: {'2 * x': x}, say: 'That is x itself.'}
  - {change: {'2 * x': x**2}, say: 'That is the square.'}
  - {code: 'def double(x): return x + 2', say: 'That is two more.'}
hints: [Add it to itself., Two of them., 2 * x]
why: 'Doubling is linear.'
```
"""
RIGHT = "def double(x):\n    return 2 * x\n"


class Desk:
    """The program with an exercise open, and what a test looks at."""

    def __init__(self, program: ChainruleApp, pilot: Pilot[Any]) -> None:
        self.program, self.pilot = program, pilot
        self.file = program.store.folder / "code" / "code-toy.py"

    @property
    def screen(self) -> ExerciseScreen:
        assert isinstance(self.program.screen, ExerciseScreen)
        return self.program.screen

    @property
    def code(self) -> CodeEditor:
        return self.screen.query_one(CodeEditor)

    async def see(self, words: str) -> None:
        await until(self.pilot, words)

    async def open(self) -> None:
        self.program.post_message(OpenScreen("exercise", "code-toy"))
        await until(self.pilot, lambda: isinstance(self.program.screen, ExerciseScreen))
        await until(self.pilot, lambda: self.program.focused is not None)

    async def leave(self) -> None:
        while isinstance(self.program.screen, ExerciseScreen):
            await press(self.pilot, ["escape"])


@asynccontextmanager
async def desk(
    folder: Path, size: tuple[int, int] = SMALL, toy: str = TOY, *, notices: bool = False
) -> AsyncIterator[Desk]:
    lessons = folder / "lessons"
    lessons.mkdir(exist_ok=True)
    (lessons / "01-doubling.md").write_text(DOUBLING + toy, "utf-8")
    opening = Opening("lesson", lesson="doubling", section=3)
    program = ChainruleApp(Course(lessons), record(folder / "home"), opening)
    async with program.run_test(size=size, notifications=notices) as pilot:
        await until(pilot, "Write it here (E)")
        yield Desk(program, pilot)


async def test_an_exercise_is_opened_written_helped_and_passed(tmp_path: Path) -> None:
    async with desk(tmp_path, notices=True) as at:
        await press(at.pilot, ["E"])
        await at.see("Write the function; ^s saves it and checks it.")
        assert at.file.read_text() == at.code.text and "raise NotImplementedError" in at.code.selected_text
        await press(at.pilot, ["i", "f", "space", "x", "colon", "enter", "d"])
        assert at.code.text.endswith("    if x:\n        d\n"), "letters type, and Enter indents"
        assert "not saved" in text(at.program)
        at.code.load_text("def double(x):\n    print('seen')\n    return x\n")
        await press(at.pilot, ["ctrl+s"])
        await at.see("Not yet: That is x itself.")
        await at.see("seen")
        assert at.file.read_text() == at.code.text
        await press(at.pilot, ["f2", "f2"])
        await at.see("Hint 2 of 3: Two of them.")
        at.code.load_text(RIGHT)
        await press(at.pilot, ["ctrl+s"])
        await at.see("Passed: All 2 cases are right.")
        await at.see("return 2 * x")
        await until(at.pilot, lambda: bool(at.screen.query("#ours, #why")))
        draft, passed = at.program.store.attempts()
        assert (draft.mode, passed.mode, passed.answer, passed.hints) == (RETRY, "lesson", RIGHT, 2)
        await press(at.pilot, ["f3"])
        await at.see("No simulation of the course")
        await press(at.pilot, ["escape", "enter"])
        assert isinstance(at.program.screen, LessonScreen)
        await at.see("passed ✓")


SIGNATURE = "adam_step(theta, m, v, g, t, rate, beta1, beta2, epsilon)"
STEP = f"def {SIGNATURE}:\n    return theta - rate * g, m, v\n"


async def test_ones_code_drives_the_simulation_with_ours_beside_it(tmp_path: Path) -> None:
    names = SIGNATURE.partition("(")[2].rstrip(")").split(", ")
    toy = TOY.replace("double(x)\ntitle", f"{SIGNATURE}\ntitle")
    toy = toy.replace("{x: array}", "{" + ", ".join(f"{name}: a" for name in names) + "}")
    async with desk(tmp_path, toy=toy, notices=True) as at:
        await at.open()
        at.code.load_text(STEP)
        await press(at.pilot, ["ctrl+s", "escape", "d"])
        await at.see("A is our run.")
        drive = at.program.screen
        await press(at.pilot, ["l", "l"])
        await at.see("Step 1 is the first that differs")
        await until(at.pilot, lambda: "≠" in text(at.program))
        assert re.search(r"this run +A\b", text(at.program)), "both values of each quantity stand side by side"
        await press(at.pilot, ["h", "right_square_bracket"])
        await at.see("A is our run.")
        await press(at.pilot, ["enter"])
        assert at.program.screen is not drive
        at.code.load_text("x = 1\n")
        await press(at.pilot, ["f3"])
        await at.see("the file has no")


async def test_what_another_editor_saves_is_seen_and_two_texts_are_never_merged(tmp_path: Path) -> None:
    async with desk(tmp_path, WIDE) as at:
        await at.open()
        at.file.write_text(RIGHT.replace("2 * x", "x**2"))
        await at.see("That is the square.")
        at.code.insert("# mine\n", (0, 0))
        at.file.write_text("# theirs\n" + RIGHT)
        await until(at.pilot, lambda: isinstance(at.program.screen, BothChangedScreen))
        await press(at.pilot, ["escape"])
        assert at.code.text.startswith("# mine") and at.file.read_text().startswith("# theirs"), "nothing is decided"
        await press(at.pilot, ["ctrl+s"])
        await until(at.pilot, lambda: isinstance(at.program.screen, BothChangedScreen))
        await press(at.pilot, ["enter"])
        await until(at.pilot, lambda: at.file.read_text().startswith("# mine"))
        assert at.file.with_name("code-toy.1.py").read_text().startswith("# theirs")
        at.code.insert("# again\n", (0, 0))
        at.file.write_text("# third\n" + RIGHT)
        await until(at.pilot, lambda: isinstance(at.program.screen, BothChangedScreen))
        await press(at.pilot, ["down", "enter"])
        await at.see("All 2 cases are right")
        assert at.code.text.startswith("# third") and at.file.read_text() == at.code.text
        assert at.file.with_name("code-toy.2.py").read_text().startswith("# again")
        at.code.insert("# last\n", (0, 0))
        at.program.exit()
    assert at.file.read_text().startswith("# last"), "also when the program is left"


async def test_what_stands_in_the_way_gets_one_line_and_nothing_is_lost(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        folder = at.file.parent
        folder.write_text("in the way")
        await at.open()
        await at.see("cannot be made")
        at.code.load_text(RIGHT)
        await press(at.pilot, ["ctrl+s"])
        await at.see("Passed: All 2 cases are right.")
        await at.see("Not saved:")
        await at.leave()
        assert (tmp_path / "home" / "code-toy.1.py").read_text() == RIGHT == at.program.store.newest_code("code-toy")
        folder.unlink()
        folder.mkdir()
        for make, said in (
            (at.file.mkdir, "it is a folder, not a file"),
            (lambda: at.file.write_bytes(b"#" * 10_000_000), "is larger than 256 KB"),
            (lambda: at.file.write_bytes("# Größe\n".encode("latin-1")), "is not UTF-8 (line 1): save it as UTF-8"),
        ):
            make()
            before = at.file.stat()
            await at.open()
            await until(at.pilot, lambda said=said: said in " ".join(text(at.program).split()))  # type: ignore[misc]
            await press(at.pilot, ["a", "ctrl+s"])
            assert at.code.read_only and at.code.text == ""
            after = at.file.stat()
            assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
            if "UTF-8" not in said:
                await at.leave()
                at.file.rmdir() if at.file.is_dir() else at.file.unlink()
        at.file.write_text(RIGHT)
        await at.see("All 2 cases are right")
        assert at.code.text == RIGHT and not at.code.read_only, "what is mended is loaded"


async def test_ones_own_editor_the_solution_on_demand_and_a_loop_without_an_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ChainruleApp, "suspend", lambda _: nullcontext())
    monkeypatch.delenv("EDITOR", raising=False)
    async with desk(tmp_path) as at:
        await at.open()
        for command, said in (
            ("", "Neither $VISUAL nor $EDITOR is set."),
            ("missing-editor -x", "Your editor 'missing-editor' cannot be started"),
            ("'unfinished", "is no command"),
        ):
            monkeypatch.setenv("VISUAL", command)
            await press(at.pilot, ["ctrl+e"])
            await at.see(said)
        half = "def double(x):\n    return x if len(x) > 1 else 2 * x\n"
        script = tmp_path / "editor.py"
        script.write_text(f"import pathlib, sys\npathlib.Path(sys.argv[1]).write_text({half!r})\n")
        monkeypatch.setenv("EDITOR", shlex.join([sys.executable, str(script)]))
        monkeypatch.setenv("VISUAL", "")
        at.code.insert("# typed before\n", (0, 0))
        await press(at.pilot, ["ctrl+e"])
        await at.see("right: 1 of 2")
        assert at.code.text == half
        await press(at.pilot, ["f9"])
        await until(at.pilot, lambda: bool(at.screen.query("#ours")))
        assert [(each.mode, each.score) for each in at.program.store.attempts()] == [(RETRY, 0.5), ("lesson", 0.5)]
        at.code.load_text("def double(x):\n    while True: pass\n")
        await press(at.pilot, ["ctrl+s"])
        await at.see("checking …")
        at.code.load_text(RIGHT)
        await press(at.pilot, ["ctrl+s"])
        await at.see("Passed")
        last = at.program.store.attempts()[-1]
        assert (last.answer, last.hints) == (RIGHT, 1), "what passes after the solution was shown was helped"
        assert at.program.store.count() == 3, "the loop that was not waited for is no answer"


def test_an_exercise_is_found_by_what_it_computes_and_by_its_function() -> None:
    found = [each for each in lesson_contents(open_course().lesson("adam")) if "adam_step" in each.detail]
    assert [(each.kind, each.title) for each in found] == [("page", "Write it yourself: A step of Adam")]


def test_a_file_is_written_only_where_it_is_what_was_read(tmp_path: Path) -> None:
    path = tmp_path / "code-toy.py"
    path.write_bytes(b"\xef\xbb\xbfa = 1\r\n")
    if os.name != "nt":
        path.chmod(0o600)
    file = WorkFile(path)
    content = file.read()
    file.accept(content)
    file.save(content.text + "b = 2\r\n")
    assert path.read_bytes() == b"\xef\xbb\xbfa = 1\r\nb = 2\r\n" and path.stat().st_mode & 0o777 in {0o600, 0o666}
    path.write_text("other")
    with pytest.raises(FileChangedError):
        file.save("mine")
    assert path.read_text() == "other"
    assert [file.set_aside(words).name for words in ("a", "b")] == ["code-toy.1.py", "code-toy.2.py"]
    path.unlink()
    file.save("mine")
    assert path.read_text() == "mine"


def test_a_file_that_is_being_written_is_told_once_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "code-toy.py"
    path.write_text("a")
    file = WorkFile(path)
    file.accept(file.read())
    assert not file.has_changed()
    path.write_text("ab")
    assert not file.has_changed()
    path.write_text("abc")
    assert [file.has_changed() for _ in range(3)] == [False, True, False]
    path.unlink()
    assert not file.has_changed()


@pytest.mark.parametrize(
    ("lines", "spans"),
    [
        (["def f(x):", "    return 1"], {0: [(0, 3, "keyword"), (4, 5, "function")], 1: [(4, 10, "keyword")]}),
        (['"""ä', 'b"""  # é'], {0: [(0, 5, "string")], 1: [(0, 4, "string"), (6, 10, "comment")]}),
        (["", "x = ("], {}),
    ],
)
def test_the_parts_of_python_have_colours(lines: list[str], spans: dict[int, list[tuple[int, int, str]]]) -> None:
    found = colour_spans(lines)
    assert {line: [each for each in found[line] if each[2] != "number"] for line in found} == spans
