"""Checks for values in the settings file: each returns the usable value and messages about the rest."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tutor.characters import visible
from tutor.errors import advise_on_name, clip
from tutor.progress.review.goal import EXAMPLE_GOAL, read_goal
from tutor.text.numbers import format_number

if TYPE_CHECKING:
    from tutor.settings.keymap import KeyTable


@dataclass(frozen=True)
class ScreenNames:
    """The names of themes and key bindings, which only the screens know.

    Both are functions, so that the screens are imported only when a check needs the names.
    """

    themes: Callable[[], Collection[str]]
    keys: "Callable[[], KeyTable]"


@dataclass(frozen=True)
class Checked:
    """The result of checking one setting."""

    value: Any
    """The value to use; `None` for the default."""
    faults: tuple[tuple[str, str], ...] = ()
    """Faults as (dotted name of the entry, message)."""


Check = Callable[[str, object, ScreenNames | None], Checked]
"""Called with (name of the setting, its value, names to look up); with `None` for the last, names are not looked up."""


def simple_check(find_fault: Callable[[str, object], str]) -> Check:
    """Make a check from `find_fault(name, value)`, which returns what is wrong with the value; "" if nothing is."""

    def check(name: str, value: object, screens: ScreenNames | None) -> Checked:
        fault = find_fault(name, value)
        return Checked(None, ((name, fault),)) if fault else Checked(value)

    return check


@simple_check
def check_switch(name: str, value: object) -> str:
    """Check that a value is true or false."""
    return "" if isinstance(value, bool) else f"{name} is true or false, not {quote_toml(value)}"


def choice_check(choices: Sequence[str]) -> Check:
    """Make a check for one of a few words."""
    *others, last = (f'"{choice}"' for choice in choices)

    @simple_check
    def check(name: str, value: object) -> str:
        return "" if value in choices else f"{name} is {', '.join(others)} or {last}, not {quote_toml(value)}"

    return check


def whole_number_check(low: int, high: int, unit: str = "") -> Check:
    """Make a check for a whole number from `low` to `high`; `unit` is used in its message."""
    expected = f"a whole number of {unit}" if unit else "a whole number"

    @simple_check
    def check(name: str, value: object) -> str:
        # In Python True and False are whole numbers too.
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return ""
        return f"{name} is {expected} from {low} to {high}, not {quote_toml(value)}"

    return check


def number_check(low: float, high: float) -> Check:
    """Make a check for a number from `low` to `high`."""

    @simple_check
    def check(name: str, value: object) -> str:
        if isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high:
            return ""
        return f"{name} is a number from {format_number(low)} to {format_number(high)}, not {quote_toml(value)}"

    return check


def short_text_check(max_length: int, example: str) -> Check:
    """Make a check for a line of at most `max_length` visible characters.

    `example` is used in its message as it is, so that it brings its own quotes: `'"Ada Lovelace"'`.
    """

    @simple_check
    def check(name: str, value: object) -> str:
        if not isinstance(value, str):
            return f"{name} is text in quotes, such as {example}, not {quote_toml(value)}"
        if len(value) > max_length:
            return f"{name} may have {max_length} characters, not {len(value):,}"
        if visible(value) != value:  # it contains a control character or another that does not show
            return f"{name} is one line of signs that can be seen, not {quote_toml(value)}"
        return ""

    return check


@simple_check
def check_goal(name: str, value: object) -> str:
    """Check that a value is a daily or weekly goal; "" stands for no goal."""
    if value == "":
        return ""
    if isinstance(value, str) and read_goal(value) is not None:
        return ""
    return (
        f'{name} is a number of answers or minutes a day or a week, such as "{EXAMPLE_GOAL}" or "60 minutes a week", '
        f"not {quote_toml(value)}"
    )


def check_theme(name: str, value: object, screens: ScreenNames | None) -> Checked:
    """Check that a value is the name of a theme; without `screens`, which know the themes, any text passes."""
    if not isinstance(value, str):
        return Checked(None, ((name, f"theme is the name of a theme in quotes, not {quote_toml(value)}"),))
    if screens is None:
        return Checked(value)
    themes = screens.themes()
    if value in themes:
        return Checked(value)
    advice = advise_on_name(value, themes, otherwise=f"known: {', '.join(themes)}")
    return Checked(None, ((name, f"there is no theme '{clip(value)}'; {advice}"),))


def check_keys(name: str, value: object, screens: ScreenNames | None) -> Checked:
    """Check the learner's keymap, each entry by itself; without `screens`, no entry is used."""
    if screens is None:
        return Checked(None)
    from tutor.settings.keymap import check_keymap

    keymap, faults = check_keymap(value, screens.keys())
    return Checked(keymap, tuple((f"{name}.{entry}", message) for entry, message in faults))


def quote_toml(value: object) -> str:
    """Write a value as TOML does, on one line and shortened if it is long, for a message."""
    if isinstance(value, bool):
        return str(value).lower()
    return clip(f'"{value}"' if isinstance(value, str) else str(value))
