"""Judging the keys a learner gives to bindings: nothing may hide the way out, and no key does two things."""

import string
import unicodedata
from collections.abc import Iterator, Mapping

from tutor.errors import clip, nearest
from tutor.settings.bindings import BINDINGS, TOGETHER

KEPT = {"ctrl+p": "the command palette", "ctrl+c": "copying"}
"""Keys that are not bindings of ours and stay what they are."""
ANOTHER = {
    **{"m": "Enter", "j": "Enter", "i": "Tab", "h": "Backspace"},
    **{"left_square_bracket": "Esc", "question_mark": "Backspace", "space": "ctrl+@"},
}
"""What with Ctrl is another key to a terminal, which sends the same for both."""
EVERYWHERE = "app."
"""What the names of the bindings begin with that work on every screen."""
RENAMED = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
"""Signs that Textual calls otherwise than Unicode does."""
ARROWS = ("up", "down", "left", "right", "home", "end", "pageup", "pagedown")
EDITING = ("escape", "enter", "tab", "space", "backspace", "delete", "insert")
EDITING_KEYS = frozenset((*ARROWS, *EDITING))
WHILE_TYPING = frozenset(("app.quit", "app.help-typing", "app.suspend"))
"""What works wherever one is, while one types as well."""
NAMED = frozenset((*ARROWS, *EDITING, *(f"f{number}" for number in range(1, 25))))
MODIFIERS = ("ctrl", "alt", "shift")


def key_name(key: str) -> str:
    """A key as Textual names it: `?` → `question_mark`; what has a name already keeps it."""
    if len(key) != 1 or key.isalnum():
        return key
    name = unicodedata.name(key, key).lower().replace("-", "_").replace(" ", "_")
    return RENAMED.get(name, name)


SIGNS = {key_name(sign): sign for sign in string.punctuation}
"""The long names of the signs on a keyboard."""


def is_key(key: str) -> bool:
    """Whether a terminal can send a key of this name."""
    *held, last = key.split("+")
    if any(modifier not in MODIFIERS for modifier in held) or len(set(held)) != len(held):
        return False
    return last in NAMED or last in SIGNS or (len(last) == 1 and last.isprintable() and not last.isspace())


def is_typed(key: str) -> bool:
    """Whether the key writes something where one types."""
    return len(key) == 1 or key in SIGNS or key == "space"


def meant_by(key: str) -> str:
    """The key that a terminal takes `key` for, or an empty string when it is its own."""
    *held, last = key.split("+")
    return ANOTHER.get(key_name(last.lower()), "") if "ctrl" in held else ""


def key_list(keys: str) -> list[str]:
    """The keys of a binding, each by its long name."""
    return [key_name(part.strip()) for part in keys.split(",")]


def judge_keys(table: object) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The keymap that can be used, and what is wrong with the rest as (entry, message)."""
    if not isinstance(table, dict):
        return {}, [("", 'keys is a table: write [keys], and below it lines such as "quiz.next" = "n,space"')]
    used: dict[str, str] = {}
    faults: list[tuple[str, str]] = []
    for name, value in _flat(table):
        wrong = _wrong(name, value, used)
        if wrong:
            faults.append((name, wrong))
        else:
            used[name] = ",".join(dict.fromkeys(key_list(str(value))))
    return _without_clashes(used, faults), faults


def _flat(table: Mapping[str, object], before: str = "") -> Iterator[tuple[str, object]]:
    """Entries by their whole name: `quiz.next = …` and `"quiz.next" = …` are the same."""
    for name, value in table.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{before}{name}.")
        else:
            yield before + name, value


def _wrong(name: str, value: object, used: Mapping[str, str]) -> str:
    """What is wrong with one entry by itself, or an empty string."""
    if name not in BINDINGS:
        near = nearest(name, BINDINGS)
        advice = f"did you mean '{near}'?" if near else "chainrule settings lists them"
        return f"there is no key binding '{clip(name)}'; {advice}"
    if name in used:
        return f"'{name}' is given twice; the first is used"
    if not isinstance(value, str):
        return f'{name} is keys in quotes, such as "n,space"'
    keys = key_list(value)
    for key in keys:
        if not is_key(key):
            return f"{name}: there is no key '{clip(key)}'; write n, space, ctrl+n, f2 … with commas between"
    for key in keys:
        if key in KEPT:
            return f"{name}: {key} is kept for {KEPT[key]}"
        if meant := meant_by(key):
            return f"{name}: to a terminal {key} is {meant}; choose another key, such as f10"
        if name in WHILE_TYPING and is_typed(key):
            advice = "f10" if meant_by(f"ctrl+{key}") else f"ctrl+{key} or f2"
            return f"{name} works while one types too, so it cannot be '{key}'; write {advice}"
        if name in WHILE_TYPING and key.split("+")[-1] in EDITING_KEYS:
            return f"{name} works while one types too, where {key} moves about or edits; write another key, such as f10"
    return ""


def _without_clashes(used: dict[str, str], faults: list[tuple[str, str]]) -> dict[str, str]:
    """The keymap without entries that take a key from another binding; each is named in `faults`."""
    kept = dict(used)
    while clash := next(_clashes(kept), None):
        name, key, other = clash
        if other.startswith(EVERYWHERE):
            said = f"{name}: the key {key} would hide {other} ({BINDINGS[other][1]})"
        else:
            said = f"{name}: the key {key} belongs to {other} already; give that another key first"
        faults.append((name, said))
        del kept[name]
    return kept


def _clashes(keymap: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """An entry, its key, and the binding whose key that is; the last entries first."""
    for name in reversed(keymap):
        mine = set(key_list(keymap[name]))
        for other in _neighbours(name):
            had = set(key_list(BINDINGS[other][0])) & set(key_list(BINDINGS[name][0]))
            for key in sorted((mine - had) & set(key_list(keymap.get(other, BINDINGS[other][0])))):
                yield name, key, other


def _neighbours(name: str) -> list[str]:
    """The bindings that must not share a key with this one: those of the same place, and those that work everywhere."""
    everywhere = [other for other in BINDINGS if other.startswith(EVERYWHERE)]
    beside = [other for group in TOGETHER if name in group for other in group]
    if name.startswith(EVERYWHERE):
        beside = list(BINDINGS)
    return [other for other in dict.fromkeys([*everywhere, *beside]) if other != name]
