"""Lists the names that settings may use: themes, and the key bindings that screens and widgets declare.

Listing all bindings means importing every screen, which takes too long at the start of the program. A keymap is
therefore checked first against the app's own bindings only, so that it cannot take away the key that quits.
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
"""The prefix of the modules to skip: they declare no bindings, and some cannot be imported on every platform."""


def theme_names() -> tuple[str, ...]:
    """The names of the course's themes, then of Textual's."""
    from textual.theme import BUILTIN_THEMES

    from tutor.screens.themes import THEMES

    return (*(theme.name for theme in THEMES), *BUILTIN_THEMES)


@cache
def key_table() -> "KeyTable":
    """List every named binding of the app, sorted by name, and the group of bindings of each class.

    A group has the bindings that the class declares or inherits. They work at the same time, so a keymap must not give
    the same key to two of them.
    """
    from tutor.settings.keymap import DeclaredBinding, KeyTable

    bindings: dict[str, DeclaredBinding] = {}
    groups: set[tuple[str, ...]] = set()
    for owner in own_classes():
        class_bindings = own_bindings(owner)
        for binding in class_bindings:
            bindings[str(binding.id)] = DeclaredBinding(binding.key, binding.tooltip or binding.description)
        names = sorted(str(binding.id) for binding in class_bindings)
        # The app's own bindings work everywhere, so they belong to no group.
        if len(names) > 1 and not names[0].startswith("app."):
            groups.add(tuple(names))
    return KeyTable(dict(sorted(bindings.items())), tuple(sorted(groups)))


def own_classes() -> list[type[DOMNode]]:
    """The classes of the app, every screen and every widget of the course, sorted by module and name."""
    classes: set[type[DOMNode]] = set()
    for module_name in _module_names():
        for value in vars(import_module(module_name)).values():
            is_node_class = isinstance(value, type) and issubclass(value, DOMNode)
            if is_node_class and value.__module__ == module_name:  # defined there, not imported
                classes.add(value)
    return sorted(classes, key=lambda owner: f"{owner.__module__}.{owner.__qualname__}")


def _module_names() -> Iterator[str]:
    """The names of the modules of `tutor.screens` and `tutor.widgets`, without those that only deal with a terminal."""
    from pkgutil import walk_packages

    for package in (tutor.screens, tutor.widgets):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.startswith(TERMINAL_MODULES):
                yield module.name


def own_bindings(owner: type[DOMNode]) -> list[Binding]:
    """The bindings with an id that a class declares or inherits; a redefined one replaces the inherited."""
    bindings: dict[str, Binding] = {}
    for base in owner.__mro__:  # the class itself comes first, so that its own binding is set before an inherited one
        for binding in vars(base).get("BINDINGS", []):
            if isinstance(binding, Binding) and binding.id:
                bindings.setdefault(binding.id, binding)
    return list(bindings.values())


def make_startup_names(app: type[DOMNode]) -> ScreenNames:
    """The names for a check at the start: all themes, but only the app's own keys, since others import the screens."""

    def app_key_table() -> "KeyTable":
        from tutor.settings.keymap import DeclaredBinding, KeyTable

        bindings = {str(binding.id): DeclaredBinding(binding.key, binding.tooltip) for binding in own_bindings(app)}
        return KeyTable(bindings, is_complete=False)

    return ScreenNames(theme_names, app_key_table)


ALL_NAMES = ScreenNames(theme_names, key_table)
"""The names of all themes and of all key bindings."""


def key_meanings() -> dict[str, dict[str, set[str]]]:
    """Key → (description of what it does → the names of the bindings with this description); for docs and tests."""
    meanings: dict[str, dict[str, set[str]]] = {}
    for owner in own_classes():
        for binding in own_bindings(owner):
            for key in binding.key.split(","):
                names_by_description = meanings.setdefault(key.strip(), {})
                names_by_description.setdefault(binding.description, set()).add(str(binding.id))
    return meanings


def key_rows() -> list[str]:
    """The table of keys for the docs, in Markdown, with one row for each meaning of a key."""
    rows = []
    for key, meanings in sorted(key_meanings().items()):
        for description, names in sorted(meanings.items()):
            names_text = ", ".join(f"`{name}`" for name in sorted(names))
            rows.append(f"| `{key}` | {description} | {names_text} |")
    return rows
