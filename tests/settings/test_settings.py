"""Settings: what a file says is in effect; what is wrong in it is named by line and costs that entry only."""

import subprocess
import sys
from pathlib import Path
from time import process_time

import pytest

from tests.conftest import Command
from tests.screens.story import SMALL, app, press, text, until
from tutor.errors import ChainruleError
from tutor.screens.app import ChainruleApp
from tutor.screens.catalogue import SCREEN_NAMES, key_table, start_names
from tutor.screens.course.home import HomeScreen
from tutor.screens.course.progress import ProgressScreen
from tutor.settings.file import load_settings, settings_folder
from tutor.settings.keymap import NAMED_KEYS, check_keymap, is_key, key_name
from tutor.settings.reader import EntryLines, parse_settings
from tutor.settings.table import MAX_SETTINGS_BYTES, SETTINGS, SETTINGS_FILE, Settings, commented_file, docs_rows
from tutor.settings.writer import create_file, save_theme

ROOT = Path(__file__).parent.parent.parent


def load(place: Path) -> tuple[Settings, list[str]]:
    return load_settings(place, SCREEN_NAMES)


def put_file(place: Path, content: str) -> Path:
    place.mkdir(parents=True, exist_ok=True)
    (place / SETTINGS_FILE).write_text(content, "utf-8")
    return place


def loaded(place: Path, content: str) -> tuple[Settings, list[str]]:
    (place / SETTINGS_FILE).write_text(content, "utf-8")
    return load(place)


def test_without_a_file_everything_has_its_default(tmp_path: Path) -> None:
    assert load(tmp_path / "nowhere") == (Settings(), [])


def test_a_file_is_not_read_as_toml_when_there_is_none(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tutor.settings.file import load_settings; "
        "load_settings(Path(sys.argv[1])); "
        "print(sorted({'tomllib', 'tutor.settings.reader', 'textual'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    assert subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.strip() == "[]"


def test_every_setting_can_be_set(tmp_path: Path) -> None:
    settings, faults = loaded(
        tmp_path,
        'theme = "nord"\nreduced_motion = true\nascii = false\nconfidence = false\nquiz_count = 25\n'
        '[keys]\n"quiz.next" = "n, space"\nhome.quiz = "u"\n',
    )
    assert faults == []
    assert settings == Settings(
        "nord",
        reduced_motion=True,
        ascii=False,
        confidence=False,
        quiz_count=25,
        keys={"quiz.next": "n,space", "home.quiz": "u"},
    )


WRONG = [
    ("\n\nthem = 1", "3: there is no setting 'them'; did you mean 'theme'?"),
    (
        "xyzzy = 1",
        "1: there is no setting 'xyzzy'; known: theme, reduced_motion, ascii, accessible, confidence, try_again, "
        "quiz_count, day_starts, goal, cell_ratio, name, student_id, keys",
    ),
    ("day_starts = 24", "1: day_starts is a whole number of hours from 0 to 23, not 24"),
    ("day_starts = true", "1: day_starts is a whole number of hours from 0 to 23, not true"),
    (
        'goal = "lots"',
        '1: goal is a number of answers or minutes a day or a week, such as "10 answers a day" or "60 minutes a week", '
        'not "lots"',
    ),
    (
        "goal = 10",
        '1: goal is a number of answers or minutes a day or a week, such as "10 answers a day" or "60 minutes a week", '
        "not 10",
    ),
    ("cell_ratio = 0.5", "1: cell_ratio is a number from 1 to 4, not 0.5"),
    ("cell_ratio = nan", "1: cell_ratio is a number from 1 to 4, not nan"),
    ('cell_ratio = "2:1"', '1: cell_ratio is a number from 1 to 4, not "2:1"'),
    ('# a\ntheme = "nrod"', "2: there is no theme 'nrod'; did you mean 'nord'?"),
    ("theme = 3", "1: theme is the name of a theme in quotes, not 3"),
    ('ascii = "no"', '1: ascii is true or false, not "no"'),
    ("confidence = 1", "1: confidence is true or false, not 1"),
    ("quiz_count = 0", "1: quiz_count is a whole number from 1 to 500, not 0"),
    ("name = 3", '1: name is text in quotes, such as "Ada Lovelace", not 3'),
    (f'name = "{"a" * 101}"', "1: name may have 100 characters, not 101"),
    ('student_id = "a\\u202eb"', '1: student_id is one line of signs that can be seen, not "a\\u202eb"'),
    ("quiz_count = true", "1: quiz_count is a whole number from 1 to 500, not true"),
    ("quiz_count = 1e1", "1: quiz_count is a whole number from 1 to 500, not 10.0"),
    ("keys = 3", '1: keys is a table: write [keys], and below it lines such as "quiz.next" = "n,space"'),
    ('[keys]\n\n"quiz.nxt" = "n"', "3: there is no key binding 'quiz.nxt'; did you mean 'quiz.next'?"),
    ("[keys]\nquiz.next = 3", '2: quiz.next is keys in quotes, such as "n,space"'),
    ('[keys.quiz]\nnext = ""', "2: quiz.next: there is no key ''; write n, space, ctrl+n, f2 … with commas between"),
    ('[keys]\n"app.quit" = "q"', "2: app.quit works while one types too, so it cannot be 'q'; write ctrl+q or f2"),
    ('[keys]\n"home.quiz" = "ctrl+q"', "2: home.quiz: the key ctrl+q would hide app.quit (Leave; everything is kept)"),
    ('[keys]\n"home.quiz" = "ctrl+p"', "2: home.quiz: ctrl+p is kept for the command palette"),
    (
        '[keys]\n"home.due" = "i"',
        "2: home.due: the key i belongs to home.progress already; give that another key first",
    ),
    ("theme = ", "1: this is not TOML (Invalid value); the defaults are used until it is"),
    ("a = 1\na = 2\n", "2: this is not TOML (Cannot overwrite a value); the defaults are used until it is"),
]


@pytest.mark.parametrize(("content", "said"), WRONG, ids=[content for content, _ in WRONG])
def test_a_fault_is_named_by_its_line_and_the_default_is_used(tmp_path: Path, content: str, said: str) -> None:
    settings, faults = loaded(tmp_path, content)
    assert faults == [f"{SETTINGS_FILE}:{said}"]
    assert settings == Settings()


def test_a_fault_costs_its_own_entry_only(tmp_path: Path) -> None:
    settings, faults = loaded(
        tmp_path, 'quiz_count = "ten"\nconfidence = false\n[keys]\n"x.y" = "n"\n"quiz.next" = "Z"\n'
    )
    assert [fault.split(": ")[0] for fault in faults] == [f"{SETTINGS_FILE}:1", f"{SETTINGS_FILE}:4"]
    assert settings == Settings(confidence=False, keys={"quiz.next": "Z"})


def test_a_setting_below_the_table_of_keys_is_told_to_belong_above_it(tmp_path: Path) -> None:
    assert not set(SETTINGS) & set(key_table().bindings)
    (tmp_path / SETTINGS_FILE).write_text('[keys]\n"quiz.next" = "Z"\nname = "Ada"\nstudent_id = "a1"\n', "utf-8")
    said = [
        f"{SETTINGS_FILE}:{line}: there is no key binding '{name}': it is a setting, so it belongs above [keys]"
        for line, name in ((3, "name"), (4, "student_id"))
    ]
    assert load_settings(tmp_path, SCREEN_NAMES) == (Settings(keys={"quiz.next": "Z"}), said)
    assert load_settings(tmp_path) == (Settings(), said)


def test_two_bindings_can_exchange_their_keys(tmp_path: Path) -> None:
    settings, faults = loaded(tmp_path, '[keys]\n"home.due" = "i"\n"home.progress" = "d"\n')
    assert faults == []
    assert settings.keys == {"home.due": "i", "home.progress": "d"}


def test_of_two_new_keys_that_clash_the_first_is_used(tmp_path: Path) -> None:
    settings, faults = loaded(tmp_path, '[keys]\n"home.due" = "u"\n"home.progress" = "u"\n')
    assert settings.keys == {"home.due": "u"}
    assert len(faults) == 1
    assert faults[0].startswith(f"{SETTINGS_FILE}:3: home.progress: the key u belongs to home.due already")


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe\x00",
        b"theme = '" + b"a" * MAX_SETTINGS_BYTES,
        b"a = " + b"[" * 5000,
        b"\x00",
        b"[keys",
        b"a = 1" + b"0" * 5000,
    ],
    ids=["no UTF-8", "huge", "deep", "NUL", "cut off", "long number"],
)
def test_bytes_that_are_no_settings_give_one_fault_and_the_defaults(tmp_path: Path, data: bytes) -> None:
    (tmp_path / SETTINGS_FILE).write_bytes(data)
    settings, faults = load(tmp_path)
    assert settings == Settings()
    assert len(faults) == 1
    assert faults[0].startswith(f"{SETTINGS_FILE}:1: ")
    assert len(faults[0].splitlines()) == 1


def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / SETTINGS_FILE).mkdir()
    settings, faults = load(tmp_path)
    assert settings == Settings()
    assert "cannot be read" in faults[0]


def test_signs_are_keys_by_themselves_and_by_their_names() -> None:
    assert key_name("?") == "question_mark"
    assert key_name("-") == "minus"
    assert key_name("/") == "slash"
    assert all(is_key(key) for keys, _ in key_table().bindings.values() for key in keys.split(","))
    assert not any(is_key(key) for key in ("", "ctrl+", "foo", "ctrl+ctrl+a", "ab", "hyper+a", "\x1b"))


def test_the_table_on_the_page_is_made_from_the_table_of_settings() -> None:
    page = (ROOT / "docs" / "settings.md").read_text("utf-8")
    assert "\n".join(docs_rows()) in page, "run: python docs/make_settings.py"


def test_a_start_without_a_keymap_lists_no_bindings(tmp_path: Path) -> None:
    (tmp_path / SETTINGS_FILE).write_text("quiz_count = 3\n", "utf-8")
    code = (
        "import sys; from pathlib import Path; from tutor.settings.file import load_settings; "
        "from tutor.screens.catalogue import SCREEN_NAMES; load_settings(Path(sys.argv[1]), SCREEN_NAMES); "
        "print(sorted(name for name in sys.modules if name.startswith(('tutor.screens.', 'tutor.widgets.'))))"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "['tutor.screens.catalogue']"


def test_without_a_screen_a_theme_is_taken_as_it_is_and_keys_are_left_out(tmp_path: Path) -> None:
    (tmp_path / SETTINGS_FILE).write_text('theme = "nrod"\nascii = true\n[keys]\n"quiz.nxt" = "n"\n', "utf-8")
    assert load_settings(tmp_path) == (Settings("nrod", ascii=True), [])


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
    settings, early = load_settings(put_file(home, "\n".join(["[keys]", *lines])), start_names(ChainruleApp))
    assert [fault.partition(":")[2][0] for fault in early] == ["5"], "only what would hide the way out is known yet"
    program = with_settings(tmp_path, settings, *early)
    program.are_keys_unjudged = True
    async with program.run_test(size=(100, 30), notifications=True) as pilot:
        await until(pilot, lambda: not program.are_keys_unjudged)
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


@pytest.mark.parametrize("name", ["app.quit", "app.help", "quiz.next", "screen.back", "chooser.choose"])
@pytest.mark.parametrize(
    ("key", "meant"),
    [
        *(("ctrl+m", "Enter"), ("ctrl+j", "Enter"), ("ctrl+i", "Tab"), ("ctrl+[", "Esc"), ("ctrl+h", "Backspace")),
        *(("ctrl+M", "Enter"), ("ctrl+shift+i", "Tab"), ("ctrl+left_square_bracket", "Esc"), ("ctrl+?", "Backspace")),
        ("ctrl+space", "ctrl+@"),
    ],
)
def test_a_key_that_is_another_one_to_a_terminal_is_refused_by_its_name(name: str, key: str, meant: str) -> None:
    used, faults = check_keymap({name: f"f9,{key}"}, key_table())
    assert used == {}
    assert faults == [(name, f"{name}: to a terminal {key} is {meant}; choose another key, such as f10")]


@pytest.mark.parametrize("name", ["app.quit", "app.help-typing", "app.suspend"])
@pytest.mark.parametrize(
    "key", [*sorted(NAMED_KEYS - {f"f{n}" for n in range(1, 25)}), "shift+tab", "alt+enter", "m", "["]
)
def test_what_works_while_one_types_cannot_be_a_key_that_moves_edits_or_writes(name: str, key: str) -> None:
    used, ((_, said),) = check_keymap({name: key}, key_table())
    assert used == {}
    assert said.startswith(f"{name} works while one types too, ")
    assert "ctrl+m" not in said


@pytest.mark.parametrize(
    "text", [" " * 4000, " " * 2000 + "=", "\t" * 64_000, "[" + " " * 4000, "a" * 60_000, "'" * 9999]
)
def test_a_long_line_of_settings_is_read_at_once(text: str) -> None:
    started = process_time()
    parse_settings(text.encode())
    parse_settings(f"theme = 'x'\n{text}\nquiz_count = 0\n".encode())
    EntryLines(text * 3)
    assert process_time() - started < 0.5
