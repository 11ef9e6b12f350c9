"""Checks of a value in the settings file: each gives the value that can be used, and what is wrong with the rest."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tutor.errors import clip, nearest

if TYPE_CHECKING:
    from tutor.settings.keymap import KeyTable


@dataclass(frozen=True)
class ScreenNames:
    """The names that only the screens know; each is looked up when an entry of the file needs it."""

    themes: Callable[[], Collection[str]]
    keys: "Callable[[], KeyTable]"


@dataclass(frozen=True)
class Checked:
    """The outcome of a check."""

    value: Any
    """The value to use; `None` for the default."""
    faults: tuple[tuple[str, str], ...] = ()
    """Faults as (path of the entry, message)."""


Check = Callable[[str, object, ScreenNames | None], Checked]
"""Checks the value of the setting with the given name; without `ScreenNames` what only they know is left unchecked."""


def simple_check(message: Callable[[str, object], str]) -> Check:
    """A check that takes a value as it is, unless `message(name, value)` says what is wrong with it."""

    def check(name: str, value: object, screens: ScreenNames | None) -> Checked:
        wrong = message(name, value)
        return Checked(None, ((name, wrong),)) if wrong else Checked(value)

    return check


@simple_check
def true_or_false(name: str, value: object) -> str:
    """A switch."""
    return "" if isinstance(value, bool) else f"{name} is true or false, not {quoted(value)}"


def whole_number(low: int, high: int, unit: str = "") -> Check:
    """A whole number from `low` to `high`; `unit` says of what."""
    kind = f"a whole number of {unit}" if unit else "a whole number"

    @simple_check
    def check(name: str, value: object) -> str:
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return ""
        return f"{name} is {kind} from {low} to {high}, not {quoted(value)}"

    return check


def theme_name(name: str, value: object, screens: ScreenNames | None) -> Checked:
    """The name of a theme."""
    if not isinstance(value, str):
        return Checked(None, ((name, f"theme is the name of a theme in quotes, not {quoted(value)}"),))
    themes = (value,) if screens is None else screens.themes()
    if value in themes:
        return Checked(value)
    near = nearest(value, themes)
    advice = f"did you mean '{near}'?" if near else f"known: {', '.join(themes)}"
    return Checked(None, ((name, f"there is no theme '{clip(value)}'; {advice}"),))


def keymap(name: str, value: object, screens: ScreenNames | None) -> Checked:
    """Other keys for bindings; each entry is judged by itself."""
    if screens is None:
        return Checked(None)
    from tutor.settings.keymap import judge_keys

    keys, faults = judge_keys(value, screens.keys())
    return Checked(keys, tuple((f"{name}.{entry}", message) for entry, message in faults))


def quoted(value: object) -> str:
    """A value as TOML writes it, on one line."""
    if isinstance(value, bool):
        return str(value).lower()
    return clip(f'"{value}"' if isinstance(value, str) else str(value))
