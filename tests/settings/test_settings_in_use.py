"""Settings in use: the file is written, the program and its commands do what it says, and the docs show it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Command
from tests.screens.story import SMALL, app, course, press, record, text, until
from tests.settings.loading import ROOT, load, loaded
from tutor.errors import ChainruleError
from tutor.quiz.selection import QuizOptions, Scope
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.catalogue import key_table, make_startup_names
from tutor.screens.course.home import HomeScreen
from tutor.screens.course.progress import ProgressScreen
from tutor.screens.quiz.quiz import QuizScreen
from tutor.screens.requests import OpenQuiz
from tutor.settings.file import load_settings, settings_folder
from tutor.settings.table import SETTINGS_FILE, Settings, commented_file, docs_rows
from tutor.settings.writer import create_file, save_theme


def put_file(place: Path, content: str) -> Path:
    place.mkdir(parents=True, exist_ok=True)
    (place / SETTINGS_FILE).write_text(content, "utf-8")
    return place


def test_the_table_on_the_page_is_made_from_the_table_of_settings() -> None:
    page = (ROOT / "docs" / "settings.md").read_text("utf-8")
    assert "\n".join(docs_rows()) in page, "run: python docs/make_settings.py"


def test_the_file_that_init_writes_sets_nothing_and_is_never_overwritten(tmp_path: Path) -> None:
    path = create_file(tmp_path / "new")
    assert load(path.parent) == (Settings(), [])
    path.write_text("quiz_count = 3\n", "utf-8")
    with pytest.raises(ChainruleError, match="left as it is"):
        create_file(path.parent)
    assert path.read_text("utf-8") == "quiz_count = 3\n"


def test_every_line_of_the_template_is_sound_once_its_mark_is_taken_away(tmp_path: Path) -> None:
    lines = [line.removeprefix("# ") if " = " in line else line for line in commented_file().splitlines()]
    settings, faults = loaded(tmp_path, "\n".join(lines))
    assert faults == []
    assert settings.keys == {"quiz.next": "n,space", "app.quit": "ctrl+q,f10"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('# mine\ntheme = "nord" # dark\nquiz_count = 3\n', '# mine\ntheme = "dracula"\nquiz_count = 3\n'),
        ("quiz_count = 3\n[keys]\n", 'theme = "dracula"\nquiz_count = 3\n[keys]\n'),
        ('[keys]\n"quiz.next" = "m"\n', 'theme = "dracula"\n[keys]\n"quiz.next" = "m"\n'),
        ("", 'theme = "dracula"\n'),
    ],
)
def test_a_theme_is_kept_and_every_other_line_stays(tmp_path: Path, before: str, after: str) -> None:
    (tmp_path / SETTINGS_FILE).write_text(before, "utf-8")
    save_theme(tmp_path, "dracula")
    assert (tmp_path / SETTINGS_FILE).read_text("utf-8") == after


def test_a_theme_is_not_written_into_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / SETTINGS_FILE).write_text("quiz_count = \n", "utf-8")
    with pytest.raises(ChainruleError, match="mend"):
        save_theme(tmp_path, "nord")
    assert (tmp_path / SETTINGS_FILE).read_text("utf-8") == "quiz_count = \n"


async def test_a_theme_chosen_in_the_program_is_there_the_next_time(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        program.theme = "chainrule-light"
        await until(pilot, (settings_folder() / SETTINGS_FILE).exists)
    assert load(settings_folder())[0].theme == "chainrule-light"


def with_settings(tmp_path: Path, settings: Settings, *faults: str) -> ChainruleApp:
    """The program as it starts with these settings."""
    made = app(tmp_path)
    program = ChainruleApp(made.course, made.store, settings=settings)
    program.settings_faults = list(faults)
    return program


async def test_the_program_starts_in_the_theme_of_the_settings(tmp_path: Path) -> None:
    program = with_settings(tmp_path, Settings(theme="gruvbox"))
    async with program.run_test(size=SMALL):
        assert program.theme == "gruvbox"
        assert program.get_css_variables()["background"] == program.available_themes["gruvbox"].background


async def test_keys_of_the_settings_work_in_place_of_the_old_ones(tmp_path: Path) -> None:
    program = with_settings(tmp_path, Settings(keys={"home.progress": "u"}))
    async with program.run_test(size=(140, 44)) as pilot:
        await until(pilot, "u Progress")
        await press(pilot, ["i"])
        assert isinstance(program.screen, HomeScreen)
        await press(pilot, ["u"])
        await until(pilot, lambda: not isinstance(program.screen, HomeScreen))


async def test_faults_of_the_settings_are_said_once_and_the_program_starts(tmp_path: Path) -> None:
    program = with_settings(
        tmp_path, Settings(), f"{SETTINGS_FILE}:3: there is no setting 'them'; did you mean 'theme'?"
    )
    async with program.run_test(size=(100, 30), notifications=True) as pilot:
        await until(pilot, "settings.toml:3")
        assert "Rates" in text(program)
        await until(pilot, "did you mean")


async def test_a_keymap_is_judged_by_all_bindings_once_the_first_screen_stands(home: Path, tmp_path: Path) -> None:
    lines = ['"home.progress" = "u"', '"quiz.nxt" = "n"', '"home.quiz" = "u"', '"help.close" = "ctrl+q"']
    settings, early = load_settings(put_file(home, "\n".join(["[keys]", *lines])), make_startup_names(ChainruleApp))
    assert [fault.partition(":")[2][0] for fault in early] == ["5"], "only what would hide the way out is known yet"
    program = with_settings(tmp_path, settings, *early)
    program.must_check_keymap = True
    async with program.run_test(size=(100, 30), notifications=True) as pilot:
        await until(pilot, lambda: not program.must_check_keymap)
        await until(pilot, "did you mean 'quiz.next'?")
        assert program.settings.keys == {"home.progress": "u"}
        await press(pilot, ["u"])
        await until(pilot, lambda: isinstance(program.screen, ProgressScreen))


async def test_with_reduced_motion_nothing_is_animated(tmp_path: Path) -> None:
    assert with_settings(tmp_path, Settings(reduced_motion=True)).animation_level == "none"


def test_the_settings_command_shows_path_values_faults_and_every_binding(command: Command, home: Path) -> None:
    home.mkdir()
    (home / SETTINGS_FILE).write_text('quiz_count = 0\nconfidence = false\n[keys]\n"home.quiz" = "u"\n', "utf-8")
    done = command("settings")
    assert done.code == 0
    assert done.out.splitlines()[0] == str(home / SETTINGS_FILE)
    assert "! settings.toml:1: quiz_count is a whole number" in done.out
    assert "confidence      false" in done.out
    assert all(f" {name} " in done.out for name in key_table().bindings)
    assert next(line for line in done.out.splitlines() if "home.quiz " in line).split()[:3] == ["*", "home.quiz", "u"]


def test_the_settings_command_shows_a_name_in_its_own_letters(command: Command, home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    (home / SETTINGS_FILE).write_text('name = "Cem Yılmaz"\n', "utf-8")
    assert '"Cem Yılmaz"' in command("settings").out


def test_the_settings_command_writes_a_file_once(command: Command, home: Path) -> None:
    assert command("settings", "--init").out.strip() == str(home / SETTINGS_FILE)
    again = command("settings", "--init")
    assert again.code == 1
    assert "left as it is" in again.error_line


def test_the_page_on_settings_shows_a_sound_file_and_every_setting(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "settings.md").read_text("utf-8")
    settings, faults = loaded(tmp_path, page.partition("```toml\n")[2].partition("```")[0])
    assert faults == []
    assert settings.theme == "chainrule-safe"
    assert settings.keys["home.progress"] == "g"
    assert all(f"`{name}`" in page for name in vars(Settings()) if name != "keys")


def test_plain_lines_are_in_plain_letters_when_the_settings_say_so(home: Path) -> None:
    home.mkdir()
    (home / SETTINGS_FILE).write_text("ascii = true\n", "utf-8")
    command = [sys.executable, "-m", "tutor", "formulas", "sigmoid"]
    plain = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    (home / SETTINGS_FILE).write_text("ascii = false\n", "utf-8")
    signs = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert plain != signs
    assert "alpha" in plain or "sigma" in plain or "^" in plain


def test_a_quiz_has_as_many_questions_as_the_settings_say(command: Command, home: Path) -> None:
    home.mkdir()
    (home / SETTINGS_FILE).write_text("quiz_count = 2\n", "utf-8")
    assert "Question 1 of 2" in command("quiz", "--plain").out
    assert "Question 1 of 3" in command("quiz", "--plain", "--count", "3").out


@pytest.mark.parametrize("scope", [Scope(), Scope(lesson="doubling"), Scope(concept=("doubling", "squares"))])
async def test_a_quiz_opened_without_its_form_has_as_many_questions_as_the_settings_say(
    tmp_path: Path, scope: Scope
) -> None:
    program = ChainruleApp(course(tmp_path / "lessons"), record(tmp_path / "home"), Opening(), Settings(quiz_count=1))
    async with program.run_test(size=SMALL) as pilot:
        program.post_message(OpenQuiz(QuizOptions(scope)))
        await until(pilot, lambda: isinstance(program.screen, QuizScreen))
        assert isinstance(program.screen, QuizScreen)
        assert len(program.screen.quiz.items) == 1
