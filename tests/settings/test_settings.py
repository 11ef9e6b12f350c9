"""Settings: what a file says is in effect; what is wrong in it is named by line and costs that entry only."""

import subprocess
import sys
from pathlib import Path
from time import process_time

import pytest

from tests.settings.loading import ROOT, load, loaded
from tutor.screens.catalogue import ALL_NAMES, key_table
from tutor.settings.file import load_settings
from tutor.settings.keymap import NAMED_KEYS, check_keymap, is_key, key_name
from tutor.settings.reader import EntryLines, parse_settings
from tutor.settings.table import MAX_SETTINGS_BYTES, SETTINGS, SETTINGS_FILE, Settings


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
        "1: there is no setting 'xyzzy'; known: theme, reduced_motion, ascii, dots, pixels, accessible, confidence, "
        "try_again, quiz_count, day_starts, goal, cell_ratio, name, student_id, keys",
    ),
    ("day_starts = 24", "1: day_starts is a whole number of hours from 0 to 23, not 24"),
    ('dots = "solid"', '1: dots is "auto", "braille" or "octants", not "solid"'),
    ("dots = 8", '1: dots is "auto", "braille" or "octants", not 8'),
    ("dots = []", '1: dots is "auto", "braille" or "octants", not []'),
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
    assert load_settings(tmp_path, ALL_NAMES) == (Settings(keys={"quiz.next": "Z"}), said)
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


def test_a_start_without_a_keymap_lists_no_bindings(tmp_path: Path) -> None:
    (tmp_path / SETTINGS_FILE).write_text("quiz_count = 3\n", "utf-8")
    code = (
        "import sys; from pathlib import Path; from tutor.settings.file import load_settings; "
        "from tutor.screens.catalogue import ALL_NAMES; load_settings(Path(sys.argv[1]), ALL_NAMES); "
        "print(sorted(name for name in sys.modules if name.startswith(('tutor.screens.', 'tutor.widgets.'))))"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "['tutor.screens.catalogue']"


def test_without_a_screen_a_theme_is_taken_as_it_is_and_keys_are_left_out(tmp_path: Path) -> None:
    (tmp_path / SETTINGS_FILE).write_text('theme = "nrod"\nascii = true\n[keys]\n"quiz.nxt" = "n"\n', "utf-8")
    assert load_settings(tmp_path) == (Settings("nrod", ascii=True), [])


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
