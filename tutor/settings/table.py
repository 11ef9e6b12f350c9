"""The table of settings: name, type, default, check and help of each; everything else derives from it.

The reader judges by it, the file that `chainrule settings --init` writes and the table in docs/settings.md are made
from it (`python docs/make_settings.py`), and a screen that needs a setting asks for the field.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from json import dumps
from typing import Any

from tutor.progress.record.owner import MAX_OWNER_LENGTH
from tutor.progress.review.schedule import DEFAULT_DAY_START
from tutor.settings import checks

SETTINGS_FILE = "settings.toml"
MAX_SETTINGS_BYTES = 2**18
"""Bytes of a settings file beyond which it is taken for something else."""


@dataclass(frozen=True)
class SettingEntry:
    """One setting: its check and its documentation."""

    check: checks.Check
    help: str
    """What it does: its row in docs/settings.md."""
    comment: str
    """What the settings file says above it; may have several lines."""
    example: str
    """The lines that set it, as the settings file has them in a comment."""


def setting(default: Any, check: checks.Check, *, help: str, comment: str, example: str) -> Any:
    """Make a field of `Settings` with its check and documentation; a mutable default is given as a function."""
    metadata = {"entry": SettingEntry(check, help, comment, example)}
    if callable(default):
        return field(default_factory=default, metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True)
class Settings:
    """The settings in effect; the defaults apply where the file is silent."""

    theme: str = setting(
        "chainrule-dark",
        checks.check_theme,
        help="the colours: one of the five of the course, or one of Textual's",
        comment="Colours: chainrule-dark, chainrule-light, chainrule-contrast, chainrule-contrast-light, "
        "chainrule-safe\n"
        "(told apart by every kind of colour vision), or a theme of Textual's, such as nord or gruvbox.",
        example='theme = "chainrule-dark"',
    )
    reduced_motion: bool = setting(
        False,
        checks.check_switch,
        help="`true`: nothing is animated, and no simulation plays by itself",
        comment="true: nothing moves unasked.",
        example="reduced_motion = false",
    )
    ascii: bool | None = setting(
        None,
        checks.check_switch,
        help="`true`: plain letters and lines; `false`: Unicode; left out: the terminal decides",
        comment="true: formulas in plain letters. Left out: the terminal decides.",
        example="ascii = true",
    )
    dots: str = setting(
        "auto",
        checks.choice_check(("auto", "braille", "octants")),
        help="the dots of lines in pictures: `octants` are solid, and few fonts have them; `braille` is in nearly "
        "every font; `auto` takes octants in a terminal that is known to draw them",
        comment='The dots of lines in pictures. "octants" are solid, where the terminal has them; `chainrule doctor` '
        'says\nwhether yours is known to. "auto": octants where that is sure, braille elsewhere.',
        example='dots = "octants"',
    )
    pixels: str = setting(
        "auto",
        checks.choice_check(("auto", "on", "off")),
        help="whether fields and images are drawn in pixels, which needs the extra `pictures` and kitty's graphics "
        "protocol: `auto` in kitty and Ghostty; `on` in another terminal that has it, with Unicode placeholders; "
        "`off`: in cells",
        comment="Whether fields and images are drawn in pixels: auto in kitty and Ghostty, with the extra `pictures`;\n"
        "on in another terminal that has kitty's graphics protocol with Unicode placeholders; off: in cells.",
        example='pixels = "off"',
    )
    accessible: bool = setting(
        False,
        checks.check_switch,
        help="`true`: whatever opens a screen runs line by line instead, for screen readers and braille lines; "
        "`ACCESSIBLE=1` does the same",
        comment="true: line by line, for screen readers and braille lines, wherever a screen would open.",
        example="accessible = true",
    )
    confidence: bool = setting(
        True,
        checks.check_switch,
        help="whether a quiz that you set up on its form asks how sure you are, unless you say otherwise there; on the "
        "command line it is `--confidence`",
        comment="Whether a quiz asks how sure you are.",
        example="confidence = true",
    )
    try_again: bool = setting(
        True,
        checks.check_switch,
        help="whether lessons and practice offer a second try, for half the score, before the right answer is shown; "
        "an exam and the placement test ask once",
        comment="Whether a wrong answer can be tried again, for half the score, before the right one is shown.",
        example="try_again = true",
    )
    quiz_count: int = setting(
        10,
        checks.whole_number_check(1, 500),
        help="questions in a quiz, from 1 to 500",
        comment="How many questions a quiz has, from 1 to 500.",
        example="quiz_count = 10",
    )
    day_starts: int = setting(
        DEFAULT_DAY_START,
        checks.whole_number_check(0, 23, "hours"),
        help="the hour at which a day begins, from 0 to 23: what falls due on a day can be asked from then on",
        comment="The hour at which a day begins, from 0 to 23. With 4, what you do at two in the night counts as the "
        "evening before.",
        example="day_starts = 0",
    )
    goal: str = setting(
        "",
        checks.check_goal,
        help="how much you want to do, such as `10 answers a day` or `60 minutes a week` (minutes of answering; a week "
        "begins on Monday); `due` and the progress say how far it is, and nothing happens where it is not reached",
        comment="How much you want to do: answers or minutes, a day or a week. It is only counted.",
        example='goal = "10 answers a day"',
    )
    cell_ratio: float = setting(
        2.0,
        checks.number_check(1.0, 4.0),
        help="how many times as high as wide a cell of your terminal is, from 1 to 4: by it a circle is a circle",
        comment="How many times as high as wide a cell of your terminal is, from 1 to 4. Is a circle too wide? "
        "Give more.",
        example="cell_ratio = 2.1",
    )
    name: str = setting(
        "",
        checks.short_text_check(MAX_OWNER_LENGTH, '"Ada Lovelace"'),
        help="your name, as a hand-in and an export say it; nothing else uses it",
        comment="Your name, which a hand-in and an export say, and nothing else.",
        example='name = "Ada Lovelace"',
    )
    student_id: str = setting(
        "",
        checks.short_text_check(MAX_OWNER_LENGTH, '"ada@school.example"'),
        help="the e-mail address, login or number by which your school's gradebook knows you; a hand-in and an export "
        "say it",
        comment="The e-mail address, login or number by which your school's gradebook knows you.",
        example='student_id = "ada@school.example"',
    )
    keys: Mapping[str, str] = setting(
        dict,
        checks.check_keys,
        help="other keys for a binding, with commas between",
        comment="Other keys for what you do often, with commas between; `chainrule settings` lists the names.",
        example='[keys]\n"quiz.next" = "n,space"\n"app.quit" = "ctrl+q,f10"',
    )
    """The name of a key binding → the keys that do it instead, as Textual's keymaps have them."""


SETTINGS: Mapping[str, SettingEntry] = {setting.name: setting.metadata["entry"] for setting in fields(Settings)}
"""Name → what is known of the setting, in the order in which they are shown."""

FILE_HEADING = """\
# Settings of Chainrule. A line that begins with # says nothing: take the # away to set it.
# `chainrule settings` shows what is in effect, and names every fault by its line.
"""


def commented_file() -> str:
    """Return the text of a settings file that explains every setting and sets none; TOML wants its tables last."""
    tables_last = sorted(SETTINGS.values(), key=lambda entry: entry.example.startswith("["))  # False before True
    return "\n".join([FILE_HEADING, *(_commented_entry(entry) for entry in tables_last)])


def _commented_entry(entry: SettingEntry) -> str:
    """The lines of one setting, all as comments but the heading of a table, which sets nothing by itself."""
    comment = [f"# {line}" for line in entry.comment.splitlines()]
    example = [line if line.startswith("[") else f"# {line}" for line in entry.example.splitlines()]
    return "\n".join([*comment, *example, ""])


def docs_rows() -> list[str]:
    """Return the table in docs/settings.md: its heading and a row for each setting, in Markdown."""
    defaults = Settings()
    rows = ["| setting | what it does | default |", "|---|---|---|"]
    for name, entry in SETTINGS.items():
        default = getattr(defaults, name)
        name_text, default_text = name, f"`{dumps(default)}`"
        if isinstance(default, Mapping):
            name_text, default_text = f"[{name}]", "none"
        elif default is None:
            default_text = "left out"
        rows.append(f"| `{name_text}` | {entry.help} | {default_text} |")
    return rows
