"""The last line of the screen: the keys that can be pressed now.

Textual's Footer makes a widget for each key whenever the focus moves; this one is a line of text, so
that it costs next to nothing at the start and when one moves about.
"""

import os
from collections.abc import Mapping, Sequence

from textual.binding import ActiveBinding, Binding
from textual.content import Content
from textual.events import MouseMove
from textual.keys import key_to_character
from textual.screen import Screen
from textual.style import Style
from textual.widget import Widget

from tutor.widgets.deferred import is_alive
from tutor.widgets.literal import literal

MIN_FULL_COLUMNS = 120
"""Columns from which every key is shown that there is room for; fewer show the most wanted alone."""
MAX_NARROW_KEYS = 7
"""The most keys that a narrower screen shows, the way back and help among them: more than that nobody reads."""
WANTED_LEAST = {"screen.find"}
"""The names of keys that work everywhere: what only works here is shown first."""
LAST_ACTIONS = ("bring", "back", "dismiss", "help")
"""The actions whose keys are always last: leaving, and help."""
TAKEN_BY_TMUX = "ctrl+b"
"""Works while one types, except in tmux, which keeps this key to itself: shown where no other does, and never there."""


class KeyBar(Widget):
    """The keys that do something now. Each can be clicked, and shows more when hovered."""

    ALLOW_SELECT = False
    auto_links = False
    """A key keeps its colour under the mouse."""
    DEFAULT_CSS = """
    KeyBar {
        dock: bottom;
        height: 1;
        padding: 0 1;
        background: $footer-background;
        color: $footer-foreground;
    }
    """

    def on_mount(self) -> None:
        """Follow the keys of the screen."""
        self.screen.bindings_updated_signal.subscribe(self, self._refresh_if_current)

    def render(self) -> Content:
        """The most useful keys of the focused widget; back and help have priority."""
        first, last = self._choose_bindings()
        if self.size.width < MIN_FULL_COLUMNS:
            del first[max(0, MAX_NARROW_KEYS - len(last)) :]
        while first and self._width_of([*first, *last]) > self.size.width:
            del first[-1]  # the least important are last
        return Content("  ").join(self._key_content(active) for active in [*first, *last])

    def on_mouse_move(self, event: MouseMove) -> None:
        """Describe the key under the mouse."""
        action = str(event.style.meta.get("@click", ""))
        tooltips = {
            self._click_action(active): active.tooltip or active.binding.description for active in self._all_shown()
        }
        self.tooltip = literal(tooltips[action]) if action in tooltips else None

    def action_press(self, key: str) -> None:
        """Press the key."""
        self.app.simulate_key(key)

    def _refresh_if_current(self, screen: Screen[object]) -> None:
        """Draw the keys again after those of this screen have changed."""
        if is_alive(self) and screen is self.screen:
            self.refresh()

    def _all_shown(self) -> list[ActiveBinding]:
        first, last = self._choose_bindings()
        return [*first, *last]

    def _choose_bindings(self) -> tuple[list[ActiveBinding], list[ActiveBinding]]:
        """One binding for each action, and separately those always shown at the end.

        If Esc does something else than go back now, that is shown instead.
        """
        active_bindings = self.screen.active_bindings
        bindings: dict[str, ActiveBinding] = {}
        for active in active_bindings.values():
            is_shown = active.binding.show or active.binding.id in self._also_shown
            is_shown = is_shown and active.binding.id not in self._not_shown
            if is_shown and active.enabled and self._is_shown_key(active, active_bindings):
                bindings.setdefault(active.binding.action, active)
        escape = active_bindings.get("escape")
        stays_here = escape is not None and escape.enabled and escape.binding.action not in {"back", "dismiss"}
        if escape is not None and stays_here:
            bindings.pop("back", None)
            bindings.pop(escape.binding.action, None)
        last = [
            bindings.pop(action) for action in LAST_ACTIONS if action in bindings and self._is_general(bindings[action])
        ]
        if escape is not None and stays_here:
            last.insert(0, escape)
        first = sorted(bindings.values(), key=lambda active: self._rank(active.binding))
        distinct = [active for index, active in enumerate(first) if self._has_new_label(active, first[:index])]
        return distinct, last

    @property
    def _also_shown(self) -> frozenset[str]:
        return getattr(self.screen, "also_shown", frozenset())

    @property
    def _not_shown(self) -> frozenset[str]:
        """What has nothing to do now, though its key works and says so."""
        return getattr(self.screen, "not_shown", frozenset())

    def _is_shown_key(self, active: ActiveBinding, now: Mapping[str, ActiveBinding]) -> bool:
        """Whether the bar shows this key for its action: its usual one, or where that is not bound now, the first."""
        # Textual has no public names for the bindings as a class declares them, nor for the learner's keymap.
        name, own = active.binding.id, active.node._bindings.key_to_bindings
        chosen = self.app._keymap.get(name or "")
        keys = chosen.split(",") if chosen else [key for key in own if any(each.id == name for each in own[key])]
        taken = {TAKEN_BY_TMUX} if "TMUX" in os.environ else set()
        usual_first = [key for key in (known_key(keys), *keys) if key not in taken]
        bound = (key for key in usual_first if key in now and now[key].binding.id == name)
        return active.binding.key == next(bound, "")

    def _rank(self, binding: Binding) -> tuple[bool, bool, bool]:
        """What goes on stands first, whatever has the focus; last what works everywhere."""
        return binding.key != "enter", binding.id in self._also_shown, binding.id in WANTED_LEAST

    def _has_new_label(self, active: ActiveBinding, before: list[ActiveBinding]) -> bool:
        """Whether no earlier key has the same label: the focused widget goes before its surroundings."""
        return active.binding.description not in {other.binding.description for other in before}

    def _is_general(self, active: ActiveBinding) -> bool:
        """Whether a key belongs to the screen or the app rather than to the focused widget."""
        return active.node in (self.screen, self.app)

    def _width_of(self, shown: list[ActiveBinding]) -> int:
        return sum(self._key_content(active).cell_length + 2 for active in shown) - 2

    def _key_content(self, active: ActiveBinding) -> Content:
        key = self.app.get_key_display(active.binding)
        description = active.binding.description
        text = Content.assemble((key, "bold $accent"), f" {description[:1].upper()}{description[1:]}")
        return text.stylize(Style.from_meta({"@click": self._click_action(active)}))

    def _click_action(self, active: ActiveBinding) -> str:
        return f"press({active.binding.key!r})"


def known_key(keys: Sequence[str]) -> str:
    """The one of an action's `keys` shown in the bar, the same while typing.

    That is the first, or where the first is a character the first that works in an open line, too.
    """
    return next((key for key in keys if _works_in_line(key)), keys[0]) if _is_character(keys[0]) else keys[0]


def is_function_key(key: str) -> bool:
    """Whether `key` is a function key such as F1."""
    return key[:1] == "f" and key[1:].isdigit()


def _is_character(key: str) -> bool:
    return (key_to_character(key) or "\n").isprintable()


def _works_in_line(key: str) -> bool:
    """Whether `key` keeps its meaning while one types."""
    return (is_function_key(key) or key.startswith("ctrl+")) and key != TAKEN_BY_TMUX
