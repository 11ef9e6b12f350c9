"""Checks for values in the settings file: each returns the usable value and messages about the rest."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tutor.characters import visible
from tutor.errors import clip, nearest
from tutor.progress.review.goal import EXAMPLE_GOAL, read_goal
from tutor.text.numbers import format_number

if TYPE_CHECKING:
    from tutor.settings.keymap import KeyTable


@dataclass(frozen=True)
class ScreenNames:
    """Looks up the names of themes and key bindings, which only the screens know, when a check needs them."""

    themes: Callable[[], Collection[str]]
    keys: "Callable[[], KeyTable]"


@dataclass(frozen=True)
class Checked:
    """The result of checking one setting."""

    value: Any
    """The value to use; `None` for the default."""
    faults: tuple[tuple[str, str], ...] = ()
    """Faults as (path of the entry, message)."""


Check = Callable[[str, object, ScreenNames | None], Checked]
"""Checks the value of the setting with the given name; without `ScreenNames` what only they know is left unchecked."""


def simple_check(message: Callable[[str, object], str]) -> Check:
    """Make a check from `message(name, value)`, which returns what is wrong with the value, or ""."""

    def check(name: str, value: object, screens: ScreenNames | None) -> Checked:
        fault = message(name, value)
        return Checked(None, ((name, fault),)) if fault else Checked(value)

    return check


@simple_check
def check_switch(name: str, value: object) -> str:
    """Check that a value is true or false."""
    return "" if isinstance(value, bool) else f"{name} is true or false, not {quote_toml(value)}"


def whole_number_check(low: int, high: int, unit: str = "") -> Check:
    """Make a check for a whole number from `low` to `high`; `unit` is used in its message."""
    kind = f"a whole number of {unit}" if unit else "a whole number"

    @simple_check
    def check(name: str, value: object) -> str:
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return ""
        return f"{name} is {kind} from {low} to {high}, not {quote_toml(value)}"

    return check


def number_check(low: float, high: float) -> Check:
    """Make a check for a number from `low` to `high`."""

    @simple_check
    def check(name: str, value: object) -> str:
        if isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high:
            return ""
        return f"{name} is a number from {format_number(low)} to {format_number(high)}, not {quote_toml(value)}"

    return check


def short_text_check(most: int, example: str) -> Check:
    """Make a check for a line of at most `most` characters, all of them visible; `example` is used in its message."""

    @simple_check
    def check(name: str, value: object) -> str:
        if not isinstance(value, str):
            return f"{name} is text in quotes, such as {example}, not {quote_toml(value)}"
        if len(value) > most:
            return f"{name} may have {most} characters, not {len(value):,}"
        if visible(value) != value:
            return f"{name} is one line of signs that can be seen, not {quote_toml(value)}"
        return ""

    return check


@simple_check
def check_goal(name: str, value: object) -> str:
    """Check that a value sets a goal, or none."""
    if value == "" or (isinstance(value, str) and read_goal(value) is not None):
        return ""
    return (
        f'{name} is a number of answers or minutes a day or a week, such as "{EXAMPLE_GOAL}" or "60 minutes a week", '
        f"not {quote_toml(value)}"
    )


def check_theme(setting: str, value: object, screens: ScreenNames | None) -> Checked:
    """Check that a value names a theme; without `screens`, which know the themes, any text passes."""
    if not isinstance(value, str):
        return Checked(None, ((setting, f"theme is the name of a theme in quotes, not {quote_toml(value)}"),))
    themes = (value,) if screens is None else screens.themes()
    if value in themes:
        return Checked(value)
    near = nearest(value, themes)
    advice = f"did you mean '{near}'?" if near else f"known: {', '.join(themes)}"
    return Checked(None, ((setting, f"there is no theme '{clip(value)}'; {advice}"),))


def check_keys(name: str, value: object, screens: ScreenNames | None) -> Checked:
    """Check the learner's key bindings, each entry by itself."""
    if screens is None:
        return Checked(None)
    from tutor.settings.keymap import check_keymap

    keys, faults = check_keymap(value, screens.keys())
    return Checked(keys, tuple((f"{name}.{entry}", message) for entry, message in faults))


def quote_toml(value: object) -> str:
    """Write a value as TOML does, on one line, for a message."""
    if isinstance(value, bool):
        return str(value).lower()
    return clip(f'"{value}"' if isinstance(value, str) else str(value))
