"""The last line of the screen: the keys that can be pressed now.

Textual's Footer makes a widget for each key whenever the focus moves. This bar is one line of text, which costs little
at the start and when the focus moves.
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

IDS_SHOWN_LAST = {"screen.find"}
"""Ids of bindings that work on every screen. They are shown after those that only work on this one."""
LAST_ACTIONS = ("bring", "back", "dismiss", "help")
"""The actions whose keys are always at the end of the bar: leaving, and help."""
TAKEN_BY_TMUX = "ctrl+b"
"""A key that tmux keeps for itself. It is shown only if an action has no better key, and never in tmux."""


class KeyBar(Widget):
    """The keys that do something now. Each can be clicked, and shows more when hovered."""

    ALLOW_SELECT = False
    auto_links = False
    """Off, so that a key keeps its colour under the mouse."""
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
        """Write the keys as a line of text: those that are always at the end, and as many others as fit."""
        ranked, last = self._choose_bindings()
        while ranked and self._width_of([*ranked, *last]) > self.size.width:
            del ranked[-1]  # drops the least important key
        return Content("  ").join(self._key_content(active) for active in [*ranked, *last])

    def on_mouse_move(self, event: MouseMove) -> None:
        """Describe the key under the mouse."""
        action = str(event.style.meta.get("@click", ""))
        ranked, last = self._choose_bindings()
        tooltips = {
            self._click_action(active): active.tooltip or active.binding.description for active in [*ranked, *last]
        }
        self.tooltip = literal(tooltips[action]) if action in tooltips else None

    def action_press(self, key: str) -> None:
        """Press the key."""
        self.app.simulate_key(key)

    def _refresh_if_current(self, screen: Screen[object]) -> None:
        """Draw the keys again after those of this screen have changed."""
        if is_alive(self) and screen is self.screen:
            self.refresh()

    def _choose_bindings(self) -> tuple[list[ActiveBinding], list[ActiveBinding]]:
        """Choose the bindings to show, by importance, and separately those that are always at the end of the bar.

        There is one binding for each action and for each label. If Esc now does something other than leaving the
        screen, Esc is shown instead of the key that goes back.
        """
        active_bindings = self.screen.active_bindings  # looked up once: Textual asks for each action whether it works
        by_action = self._shown_bindings(active_bindings)
        last: list[ActiveBinding] = []
        escape = active_bindings.get("escape")
        if escape is not None and escape.enabled and escape.binding.action not in {"back", "dismiss"}:
            by_action.pop("back", None)
            by_action.pop(escape.binding.action, None)  # shown at the end, so not a second time
            last.append(escape)
        for action in LAST_ACTIONS:
            if action in by_action and self._is_general(by_action[action]):
                last.append(by_action.pop(action))
        by_label: dict[str, ActiveBinding] = {}
        for active in sorted(by_action.values(), key=lambda active: self._rank(active.binding)):
            # Of several bindings with one label the first is shown. Those of the focused widget precede those around
            # it.
            by_label.setdefault(active.binding.description, active)
        return _up_before_down(list(by_label.values())), last

    def _shown_bindings(self, active_bindings: Mapping[str, ActiveBinding]) -> dict[str, ActiveBinding]:
        """Action → the binding that the bar shows for it."""
        by_action: dict[str, ActiveBinding] = {}
        for active in active_bindings.values():
            binding_id = active.binding.id
            is_shown = (active.binding.show or binding_id in self._also_shown) and binding_id not in self._not_shown
            if is_shown and active.enabled and self._is_shown_key(active, active_bindings):
                by_action.setdefault(active.binding.action, active)
        return by_action

    @property
    def _also_shown(self) -> frozenset[str]:
        """Ids of bindings that the screen shows although they are declared as hidden."""
        return getattr(self.screen, "also_shown", frozenset())

    @property
    def _not_shown(self) -> frozenset[str]:
        """Ids of bindings that the screen hides: their key would now only say that there is nothing to do."""
        return getattr(self.screen, "not_shown", frozenset())

    def _is_shown_key(self, active: ActiveBinding, active_bindings: Mapping[str, ActiveBinding]) -> bool:
        """Whether this key is the one that the bar shows for its action.

        The bar shows the action's usual key or, if that key is not bound to the action now, the first key that is.
        """
        # Textual has no public names for the bindings that a class declares, nor for the learner's keymap.
        binding_id, declared = active.binding.id, active.node._bindings.key_to_bindings
        learners_keys = self.app._keymap.get(binding_id or "")
        if learners_keys:
            keys = learners_keys.split(",")
        else:
            keys = [key for key, bindings in declared.items() if any(binding.id == binding_id for binding in bindings)]
        taken_keys = {TAKEN_BY_TMUX} if "TMUX" in os.environ else set()
        for key in (known_key(keys), *keys):  # tries the usual key first
            is_bound = key in active_bindings and active_bindings[key].binding.id == binding_id
            if is_bound and key not in taken_keys:
                return key == active.binding.key
        return False

    def _rank(self, binding: Binding) -> tuple[bool, bool, bool]:
        """Make a sort key by importance: first Enter, then what only works here, last what works on every screen.

        False sorts before True, so each condition that holds moves a key towards the end.
        """
        return binding.key != "enter", binding.id in self._also_shown, binding.id in IDS_SHOWN_LAST

    def _is_general(self, active: ActiveBinding) -> bool:
        """Whether a key belongs to the screen or the app rather than to the focused widget."""
        return active.node in (self.screen, self.app)

    def _width_of(self, shown: list[ActiveBinding]) -> int:
        """The cells that these keys take, with two cells between neighbours."""
        return sum(self._key_content(active).cell_length + 2 for active in shown) - 2  # no gap after the last key

    def _key_content(self, active: ActiveBinding) -> Content:
        """A key and what it does, which can be clicked."""
        key = self.app.get_key_display(active.binding)
        description = active.binding.description
        text = Content.assemble((key, "bold $accent"), f" {description[:1].upper()}{description[1:]}")
        return text.stylize(Style.from_meta({"@click": self._click_action(active)}))

    def _click_action(self, active: ActiveBinding) -> str:
        """The action, as Textual parses it, of a click on a key: `press('f2')`."""
        return f"press({active.binding.key!r})"


def _up_before_down(shown: list[ActiveBinding]) -> list[ActiveBinding]:
    """The bindings with the two arrows in one order, whichever widget has the focus: Textual's order depends on it."""
    places = {active.binding.key: index for index, active in enumerate(shown)}
    up, down = places.get("up"), places.get("down")
    if up is not None and down is not None and down < up:
        shown[down], shown[up] = shown[up], shown[down]
    return shown


def known_key(keys: Sequence[str]) -> str:
    """Choose the usual one of an action's `keys`, by which the key bar and the help name the action.

    It is the first of `keys`, unless that key is a character, which would be typed while an input line has the focus.
    Then it is the first key that also works there, or the first of all if none does.
    """
    if not _is_character(keys[0]):
        return keys[0]
    return next((key for key in keys if _works_in_line(key)), keys[0])


def is_function_key(key: str) -> bool:
    """Whether `key` is a function key such as F1."""
    return key[:1] == "f" and key[1:].isdigit()


def _is_character(key: str) -> bool:
    """Whether `key` types a character, as `a` and `question_mark` do."""
    character = key_to_character(key)
    return character is not None and character.isprintable()


def _works_in_line(key: str) -> bool:
    """Whether `key` still runs its action while an input line has the focus."""
    return (is_function_key(key) or key.startswith("ctrl+")) and key != TAKEN_BY_TMUX
