"""Checks the learner's keymap: the way out stays reachable, and no key does two things in one place."""

import string
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tutor.errors import clip, nearest

RESERVED_KEYS = {"ctrl+p": "the command palette", "ctrl+c": "copying"}
"""Keys of Textual's own that cannot be given to a binding, and what they do."""
CTRL_ALIASES = {
    **{"m": "Enter", "j": "Enter", "i": "Tab", "h": "Backspace"},
    **{"left_square_bracket": "Esc", "question_mark": "Backspace", "space": "ctrl+@"},
}
"""Key → the key for which a terminal sends the same bytes when Ctrl is held."""
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
WORKS_WHILE_TYPING = frozenset(("app.quit", "app.help-typing", "app.suspend"))
"""The bindings that work on every screen, even while one types."""
NAMED_KEYS = frozenset((*ARROW_KEYS, *COMMAND_KEYS, *(f"f{number}" for number in range(1, 25))))
MODIFIERS = ("ctrl", "alt", "shift")


@dataclass(frozen=True)
class KeyTable:
    """The key bindings of all screens and widgets."""

    bindings: Mapping[str, tuple[str, str]]
    """Name of a binding → its keys, and what they do; by name."""
    groups: tuple[tuple[str, ...], ...] = ()
    """The names of bindings that work at one place, where a key can do one thing only."""
    is_complete: bool = True
    """Whether all bindings are listed; an entry for one that is not is judged by its keys alone."""


def key_name(key: str) -> str:
    """Return Textual's name of a key: `?` → `question_mark`; a name is returned unchanged."""
    if len(key) != 1 or key.isalnum():
        return key
    name = unicodedata.name(key, key).lower().replace("-", "_").replace(" ", "_")
    return TEXTUAL_NAMES.get(name, name)


PUNCTUATION_KEYS = {key_name(sign): sign for sign in string.punctuation}
"""The name of each punctuation key → its character."""


def is_key(key: str) -> bool:
    """Whether a terminal can send a key of this name."""
    *modifiers, last = key.split("+")
    if any(modifier not in MODIFIERS for modifier in modifiers) or len(set(modifiers)) != len(modifiers):
        return False
    return (
        last in NAMED_KEYS or last in PUNCTUATION_KEYS or (len(last) == 1 and last.isprintable() and not last.isspace())
    )


def writes_text(key: str) -> bool:
    """Whether the key writes a character while one types."""
    return len(key) == 1 or key in PUNCTUATION_KEYS or key == "space"


def terminal_alias(key: str) -> str:
    """Return the key that sends the same code as `key` in a terminal (Ctrl-M is Enter); "" when there is none."""
    *modifiers, last = key.split("+")
    return CTRL_ALIASES.get(key_name(last.lower()), "") if "ctrl" in modifiers else ""


def key_list(keys: str) -> list[str]:
    """Split the keys of a binding at commas, each with Textual's name."""
    return [key_name(part.strip()) for part in keys.split(",")]


def check_keymap(table: object, known: KeyTable) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Check a keymap: return the entries that can be used, and the faults of the others as (entry, message)."""
    if not isinstance(table, dict):
        return {}, [("", 'keys is a table: write [keys], and below it lines such as "quiz.next" = "n,space"')]
    keymap: dict[str, str] = {}
    faults: list[tuple[str, str]] = []
    for name, value in _flat_entries(table):
        if name in keymap:
            faults.append((name, f"'{name}' is given twice; the first is used"))
        elif fault := _entry_fault(name, value, known):
            faults.append((name, fault))
        else:
            keymap[name] = ",".join(dict.fromkeys(key_list(str(value))))
    return _drop_clashes(keymap, known, faults), faults


def _flat_entries(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """List entries by their full name: `quiz.next = …` and `"quiz.next" = …` are the same."""
    for name, value in table.items():
        if isinstance(value, dict) and value:
            yield from _flat_entries(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _entry_fault(name: str, value: object, known: KeyTable) -> str:
    """Say what is wrong with one entry by itself; "" if nothing is."""
    if name not in known.bindings and known.is_complete:
        near = nearest(name, known.bindings)
        advice = f"did you mean '{near}'?" if near else "chainrule settings lists them"
        return f"there is no key binding '{clip(name)}'; {advice}"
    if not isinstance(value, str):
        return f'{name} is keys in quotes, such as "n,space"'
    keys = key_list(value)
    for key in keys:
        if not is_key(key):
            return f"{name}: there is no key '{clip(key)}'; write n, space, ctrl+n, f2 … with commas between"
    return next((fault for key in keys if (fault := _key_fault(name, key))), "")


def _key_fault(name: str, key: str) -> str:
    """Say why the binding `name` cannot have this key; "" if it can."""
    if key in RESERVED_KEYS:
        return f"{name}: {key} is kept for {RESERVED_KEYS[key]}"
    if alias := terminal_alias(key):
        return f"{name}: to a terminal {key} is {alias}; choose another key, such as f10"
    if name in WORKS_WHILE_TYPING and writes_text(key):
        advice = "f10" if terminal_alias(f"ctrl+{key}") else f"ctrl+{key} or f2"
        return f"{name} works while one types too, so it cannot be '{key}'; write {advice}"
    if name in WORKS_WHILE_TYPING and key.rsplit("+", maxsplit=1)[-1] in EDITING_KEYS:
        return f"{name} works while one types too, where {key} moves about or edits; write another key, such as f10"
    return ""


def _drop_clashes(keymap: dict[str, str], known: KeyTable, faults: list[tuple[str, str]]) -> dict[str, str]:
    """Remove entries that take a key from another binding, and add each of them to `faults`."""
    remaining = dict(keymap)
    while clash := next(_find_clashes(remaining, known), None):
        name, key, other = clash
        if other.startswith(GLOBAL_PREFIX):
            message = f"{name}: the key {key} would hide {other} ({known.bindings[other][1]})"
        else:
            message = f"{name}: the key {key} belongs to {other} already; give that another key first"
        faults.append((name, message))
        del remaining[name]
    return remaining


def _find_clashes(keymap: Mapping[str, str], known: KeyTable) -> Iterator[tuple[str, str, str]]:
    """Find clashes as (entry, key, the other binding with this key), the last entries first."""
    for name in reversed(list(keymap)):
        keys = set(key_list(keymap[name]))
        default_keys = set(key_list(known.bindings[name][0])) if name in known.bindings else set()
        for other in _possible_clashes(name, known):
            other_default = known.bindings[other][0]
            shared = default_keys & set(key_list(other_default))  # by design, never active at the same time
            for key in sorted((keys - shared) & set(key_list(keymap.get(other, other_default)))):
                yield name, key, other


def _possible_clashes(name: str, known: KeyTable) -> list[str]:
    """The bindings that may be active together with this one.

    These are those of its groups and the global ones; with a global one, all.
    """
    global_names = [other for other in known.bindings if other.startswith(GLOBAL_PREFIX)]
    if name.startswith(GLOBAL_PREFIX):
        others = [*global_names, *known.bindings]
    else:
        others = [*global_names, *(other for group in known.groups if name in group for other in group)]
    return [other for other in dict.fromkeys(others) if other != name]
