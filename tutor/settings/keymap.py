"""Checks the learner's keymap: the way out stays reachable, and no key does two things in one place."""

import string
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tutor.errors import advise_on_name, clip

RESERVED_KEYS = {"ctrl+p": "the command palette", "ctrl+c": "copying"}
"""Keys of Textual's own that cannot be given to a binding, and what they do."""
CTRL_ALIASES = {
    **{"m": "Enter", "j": "Enter", "i": "Tab", "h": "Backspace"},
    **{"left_square_bracket": "Esc", "question_mark": "Backspace", "space": "ctrl+@"},
}
"""Key → the key that looks the same to a terminal as Ctrl with this one (it sends the same bytes)."""
GLOBAL_PREFIX = "app."
"""The names of the bindings that work on every screen begin with this."""
TEXTUAL_NAMES = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
"""Punctuation: its Unicode name → its name in Textual, where the two differ."""
ARROW_KEYS = ("up", "down", "left", "right", "home", "end", "pageup", "pagedown")
COMMAND_KEYS = ("escape", "enter", "tab", "space", "backspace", "delete", "insert")
EDITING_KEYS = frozenset((*ARROW_KEYS, *COMMAND_KEYS))
"""Keys that move the cursor, edit or leave a text field, with or without a modifier."""
WORKS_WHILE_TYPING = frozenset(("app.quit", "app.help-typing", "app.suspend"))
"""The bindings that work on every screen, even while one types."""
NAMED_KEYS = frozenset((*ARROW_KEYS, *COMMAND_KEYS, *(f"f{number}" for number in range(1, 25))))
MODIFIERS = ("ctrl", "alt", "shift")


class DeclaredBinding(NamedTuple):
    """A key binding as a screen or a widget declares it."""

    keys: str
    """Its keys, with commas between."""
    action: str
    """What the keys do, in words."""


@dataclass(frozen=True)
class KeyTable:
    """The key bindings of all screens and widgets."""

    bindings: Mapping[str, DeclaredBinding]
    """Name of a binding → the binding."""
    groups: tuple[tuple[str, ...], ...] = ()
    """Names of bindings that are active together; within a group a key can do one thing only."""
    is_complete: bool = True
    """Whether all bindings are listed; if not, an entry for an unlisted one is judged by its keys alone."""


class KeyClash(NamedTuple):
    """An entry of a keymap gives a key to a binding, but another binding has that key."""

    entry: str
    key: str
    owner: str
    """The name of the binding that has the key."""


def key_name(key: str) -> str:
    """Return Textual's name of a key: `?` → `question_mark`; a name is returned unchanged."""
    if len(key) != 1 or key.isalnum():
        return key
    name = unicodedata.name(key, key).lower().replace("-", "_").replace(" ", "_")  # as Textual derives its names
    return TEXTUAL_NAMES.get(name, name)


PUNCTUATION_KEYS = {key_name(character): character for character in string.punctuation}
"""The name of each punctuation key → its character."""


def is_key(key: str) -> bool:
    """Whether a terminal can send a key of this name, such as `n`, `f2` or `ctrl+n`."""
    *modifiers, base_key = key.split("+")
    if any(modifier not in MODIFIERS for modifier in modifiers):
        return False
    has_repeated_modifier = len(set(modifiers)) != len(modifiers)
    if has_repeated_modifier:
        return False
    is_visible_character = len(base_key) == 1 and base_key.isprintable() and not base_key.isspace()
    return base_key in NAMED_KEYS or base_key in PUNCTUATION_KEYS or is_visible_character


def writes_text(key: str) -> bool:
    """Whether the key writes a character in a text field."""
    return len(key) == 1 or key in PUNCTUATION_KEYS or key == "space"


def terminal_alias(key: str) -> str:
    """Return the key that sends the same code as `key` in a terminal (Ctrl-M is Enter); "" when there is none."""
    *modifiers, base_key = key.split("+")
    if "ctrl" not in modifiers:
        return ""
    return CTRL_ALIASES.get(key_name(base_key.lower()), "")


def key_list(keys: str) -> list[str]:
    """Split the keys of a binding at commas, and give each the name that Textual has for it."""
    return [key_name(part.strip()) for part in keys.split(",")]


def check_keymap(entries: object, key_table: KeyTable) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Check the entries below `[keys]`: return those that can be used, and the faults of the others.

    A usable entry maps the name of a binding to its new keys, with commas between; a fault is (name, message).
    """
    if not isinstance(entries, dict):
        return {}, [("", 'keys is a table: write [keys], and below it lines such as "quiz.next" = "n,space"')]
    keymap: dict[str, str] = {}
    faults: list[tuple[str, str]] = []
    for name, value in _flat_entries(entries):
        if name in keymap:
            faults.append((name, f"'{name}' is given twice; the first is used"))
        elif fault := _entry_fault(name, value, key_table):
            faults.append((name, fault))
        else:
            keys_without_repeats = dict.fromkeys(key_list(str(value)))
            keymap[name] = ",".join(keys_without_repeats)
    usable_entries, clash_faults = _drop_clashes(keymap, key_table)
    return usable_entries, faults + clash_faults


def _flat_entries(entries: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Yield each entry with its full name: `quiz.next = …`, in TOML a nested table, means the same as `"quiz.next"`."""
    for name, value in entries.items():
        if isinstance(value, dict) and value:
            yield from _flat_entries(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _entry_fault(name: str, value: object, key_table: KeyTable) -> str:
    """Say what is wrong with one entry by itself; "" if nothing is."""
    if name not in key_table.bindings and key_table.is_complete:
        advice = advise_on_name(name, key_table.bindings, otherwise="chainrule settings lists them")
        return f"there is no key binding '{clip(name)}'; {advice}"
    if not isinstance(value, str):
        return f'{name} is keys in quotes, such as "n,space"'
    keys = key_list(value)
    for key in keys:
        if not is_key(key):
            return f"{name}: there is no key '{clip(key)}'; write n, space, ctrl+n, f2 … with commas between"
    for key in keys:
        if fault := _key_fault(name, key):
            return fault
    return ""


def _key_fault(name: str, key: str) -> str:
    """Say why the binding `name` cannot have this key, whatever keys the others have; "" if it can."""
    if key in RESERVED_KEYS:
        return f"{name}: {key} is kept for {RESERVED_KEYS[key]}"
    if alias := terminal_alias(key):
        return f"{name}: to a terminal {key} is {alias}; choose another key, such as f10"
    if name in WORKS_WHILE_TYPING and writes_text(key):
        advice = "f10" if terminal_alias(f"ctrl+{key}") else f"ctrl+{key} or f2"
        return f"{name} works while one types too, so it cannot be '{key}'; write {advice}"
    base_key = key.rsplit("+", maxsplit=1)[-1]
    if name in WORKS_WHILE_TYPING and base_key in EDITING_KEYS:
        return f"{name} works while one types too, where {key} moves about or edits; write another key, such as f10"
    return ""


def _drop_clashes(keymap: Mapping[str, str], key_table: KeyTable) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Return the entries that share no key with another binding, and a fault (name, message) for each other entry."""
    remaining = dict(keymap)
    faults: list[tuple[str, str]] = []
    while clash := _first_clash(remaining, key_table):  # searched again each time: without an entry, others may fit
        name, key, owner = clash
        if owner.startswith(GLOBAL_PREFIX):
            message = f"{name}: the key {key} would hide {owner} ({key_table.bindings[owner].action})"
        else:
            message = f"{name}: the key {key} belongs to {owner} already; give that another key first"
        faults.append((name, message))
        del remaining[name]
    return remaining, faults


def _first_clash(keymap: Mapping[str, str], key_table: KeyTable) -> KeyClash | None:
    """Find an entry that has a key in common with another binding; `None` if there is none.

    The search begins with the last entry, so that of two that clash the earlier one is kept.
    """
    for name in reversed(list(keymap)):
        new_keys = set(key_list(keymap[name]))
        usual_keys = set(key_list(key_table.bindings[name].keys)) if name in key_table.bindings else set()
        for other in _active_together(name, key_table):
            other_usual_keys = set(key_list(key_table.bindings[other].keys))
            other_keys = set(key_list(keymap[other])) if other in keymap else other_usual_keys
            # Two bindings share a key by default only where they are never active at the same time, although the
            # groups list them together.
            shared_by_default = usual_keys & other_usual_keys
            clashing_keys = (new_keys - shared_by_default) & other_keys
            if clashing_keys:
                return KeyClash(name, min(clashing_keys), other)
    return None


def _active_together(name: str, key_table: KeyTable) -> list[str]:
    """The names of the other bindings that may be active at the same time as the binding `name`.

    These are the global bindings and those in its groups; for a global binding, all others.
    """
    names = [other for other in key_table.bindings if other.startswith(GLOBAL_PREFIX)]
    if name.startswith(GLOBAL_PREFIX):
        names += key_table.bindings
    else:
        for group in key_table.groups:
            if name in group:
                names += group
    return [other for other in dict.fromkeys(names) if other != name]
