"""Lists the names that settings may use: themes, and the key bindings that screens and widgets declare.

Listing all bindings imports every screen, which a start does not wait for: at first a keymap is judged by the app's own
bindings alone, so that it cannot hide the way out.
"""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.dom import DOMNode

import tutor.screens
import tutor.widgets
from tutor.settings.checks import ScreenNames

if TYPE_CHECKING:
    from tutor.settings.keymap import KeyTable

TERMINAL_MODULES = "tutor.screens.terminal."
"""Modules that have no bindings, and cannot be imported on every platform, begin with this."""


def theme_names() -> tuple[str, ...]:
    """The themes of the course, then Textual's."""
    from textual.theme import BUILTIN_THEMES

    from tutor.screens.themes import THEMES

    return (*(theme.name for theme in THEMES), *BUILTIN_THEMES)


@cache
def key_table() -> "KeyTable":
    """Every named binding, and which of them work in the same place: on one class or a subclass."""
    from tutor.settings.keymap import KeyTable

    by_class = [own_bindings(owner) for owner in own_classes()]
    bindings = {str(each.id): each for bindings in by_class for each in bindings}
    groups = {tuple(sorted(str(each.id) for each in bindings)) for bindings in by_class}
    return KeyTable(
        {id: (bindings[id].key, bindings[id].tooltip or bindings[id].description) for id in sorted(bindings)},
        tuple(group for group in sorted(groups) if len(group) > 1 and not group[0].startswith("app.")),
    )


def own_classes() -> list[type[DOMNode]]:
    """The app, every screen and every widget of the course, by module and name."""
    return sorted(
        {
            each
            for name in _module_names()
            for each in vars(import_module(name)).values()
            if isinstance(each, type) and issubclass(each, DOMNode) and each.__module__ == name
        },
        key=lambda each: f"{each.__module__}.{each.__qualname__}",
    )


def _module_names() -> Iterator[str]:
    from pkgutil import walk_packages

    for package in (tutor.screens, tutor.widgets):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.startswith(TERMINAL_MODULES):
                yield module.name


def own_bindings(owner: type[DOMNode]) -> list[Binding]:
    """The named bindings of a class and of those it inherits from."""
    bindings: dict[str, Binding] = {}
    for base in owner.__mro__:
        for binding in vars(base).get("BINDINGS", []):
            if isinstance(binding, Binding) and binding.id:
                bindings.setdefault(binding.id, binding)
    return list(bindings.values())


def make_startup_names(app: type[DOMNode]) -> ScreenNames:
    """What settings may name at the start: all themes, and the app's own keys, so that no screen is imported for it."""
    bindings = {str(each.id): (each.key, each.tooltip) for each in own_bindings(app)}

    def app_keys() -> "KeyTable":
        from tutor.settings.keymap import KeyTable

        return KeyTable(bindings, is_complete=False)

    return ScreenNames(theme_names, app_keys)


ALL_NAMES = ScreenNames(theme_names, key_table)


def key_meanings() -> dict[str, dict[str, set[str]]]:
    """Map each key to what it does, in its binding's words, and those to the bindings' names."""
    meanings: dict[str, dict[str, set[str]]] = {}
    for binding in (binding for owner in own_classes() for binding in own_bindings(owner)):
        for key in binding.key.split(","):
            meanings.setdefault(key.strip(), {}).setdefault(binding.description, set()).add(str(binding.id))
    return meanings


def key_rows() -> list[str]:
    """The table of keys for the docs, with one row for each meaning of a key."""
    return [
        f"| `{key}` | {description} | {', '.join(f'`{name}`' for name in sorted(names))} |"
        for key, meanings in sorted(key_meanings().items())
        for description, names in sorted(meanings.items())
    ]
