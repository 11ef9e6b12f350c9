"""Caches style rules for all widgets in equivalent positions.

Textual goes through every rule again for every widget whenever it, or one around it, is mounted, gets the focus
or another class: a third of the work of turning a page.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from textual.app import App
from textual.css.model import RuleSet, SelectorType
from textual.css.styles import RulesMap
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.widget import Widget

MAX_POSITIONS = 10_000
"""The most positions that are kept."""
StyleCache = dict[tuple[Any, ...], RulesMap]
"""What Textual keeps while it styles several widgets."""


class FoundStyles(NamedTuple):
    """The styles found for a widget."""

    rules: RulesMap
    settled: RulesMap | None
    """The rules as a widget has them once they are set; `None` if they may have been on their way."""
    has_hover: bool
    """Whether a rule depends on the mouse."""


@dataclass
class StyleMemory:
    """The styles found so far by some rules."""

    ids: frozenset[str]
    """The identifiers that the rules speak of."""
    numbers: dict[tuple[Any, ...], int] = field(default_factory=dict)
    """A widget's position among its ancestors → the number shared by all in equivalent positions."""
    found: dict[int, FoundStyles] = field(default_factory=dict)
    """That number → what was found."""


def empty_memory(rules: list[RuleSet]) -> StyleMemory:
    """A memory without any styles found by `rules` yet."""
    selectors = [selector for rule in rules for among in rule.selector_set for selector in among.selectors]
    return StyleMemory(frozenset(selector.name for selector in selectors if selector.type is SelectorType.ID))


class QuickStylesheet(Stylesheet):
    """A style sheet that remembers what it found for a widget of the same class, state and ancestors."""

    def __init__(self, *, variables: dict[str, str] | None = None) -> None:
        super().__init__(variables=variables)
        self._remembered_rules: list[RuleSet] | None = None
        """The rules that the memory was made for."""
        self._memory = StyleMemory(frozenset())
        self._known_numbers: dict[DOMNode, int] | None = None
        """The position numbers of nodes while some are styled; `None` in between, since classes may change."""
        self._number_sought: int | None = None
        """The position number of the node that Textual is finding styles for."""
        self._last_rules: RulesMap | None = None
        """The rules that Textual found for it, once it has."""
        self._is_animated = False
        """Whether these are reached by an animation."""

    def copy(self) -> "QuickStylesheet":
        """A sheet of the same sources and colours."""
        copied = QuickStylesheet(variables=self._variables.copy())
        copied.source = self.source.copy()
        return copied

    def apply(self, node: DOMNode, *, animate: bool = False, cache: StyleCache | None = None) -> None:
        """Apply styles to `node`: those cached for its position, or those that Textual finds."""
        if self.rules is not self._remembered_rules or len(self._memory.numbers) > MAX_POSITIONS:
            self._forget_styles()
        with self._keep_known_numbers():
            number = self._position_number(node)
            found = self._memory.found.get(number)
            if found is None:
                self._number_sought, self._last_rules = number, None
                super().apply(node, animate=animate, cache=cache)
                return
            node._has_hover_style = found.has_hover
            # What Textual notes of a node while it finds its styles; kept are only styles without these three.
            node._has_focus_within = node._has_order_style = node._has_odd_or_even = False
            if node.styles.base._rules == found.settled:
                node.notify_style_update()
            else:
                self.replace_rules(node, found.rules, animate)
            self._process_component_classes(node)

    def update_nodes(self, nodes: Iterable[DOMNode], animate: bool = False) -> None:
        """Apply styles to `nodes`, looking up their ancestors' positions once."""
        with self._keep_known_numbers():
            super().update_nodes(nodes, animate)

    @contextmanager
    def _keep_known_numbers(self) -> Iterator[None]:
        """Keep the numbers of nodes until the outermost call ends."""
        outer, self._known_numbers = self._known_numbers, {} if self._known_numbers is None else self._known_numbers
        try:
            yield
        finally:
            self._known_numbers = outer

    def _forget_styles(self) -> None:
        """Forget everything, since the rules are others or the memory is full."""
        self._remembered_rules = self.rules
        self._memory = empty_memory(self.rules)
        if self._known_numbers is not None:
            self._known_numbers.clear()

    def _position_number(self, node: DOMNode) -> int:
        """One number for all nodes that, for the rules, differ at most in their position among their siblings."""
        assert self._known_numbers is not None
        known = self._known_numbers.get(node)
        if known is not None:
            return known
        parent = node._parent
        above = self._position_number(parent) if isinstance(parent, DOMNode) else -1
        name = node._id if node._id in self._memory.ids else None
        key = (above, type(node), name, node.classes, *_pseudo_class_state(node))
        number = self._memory.numbers.setdefault(key, len(self._memory.numbers))
        self._known_numbers[node] = number
        return number

    def replace_rules(self, node: DOMNode, rules: RulesMap, animate: bool = False) -> None:  # type: ignore[override]
        """Put `rules` in the place of those that `node` has, and note them."""
        self._last_rules, self._is_animated = rules, animate
        super().replace_rules(node, rules, animate)

    def _process_component_classes(self, node: DOMNode) -> None:
        """Keep what was found for `node`, if siblings and focus have no part in it; then style its parts."""
        number, self._number_sought = self._number_sought, None
        depends = node._has_focus_within or node._has_order_style or node._has_odd_or_even
        if number is not None and self._last_rules is not None and not depends:
            settled = None if self._is_animated else node.styles.base._rules.copy()
            self._memory.found[number] = FoundStyles(self._last_rules, settled, node._has_hover_style)
        super()._process_component_classes(node)


def _pseudo_class_state(node: DOMNode) -> tuple[Any, ...]:
    """What the pseudo-classes of `node` depend on, except `first-child` and the like."""
    if isinstance(node, Widget):
        return node.mouse_hover, node.has_focus, node.disabled, node.allow_focus()
    if isinstance(node, App):
        return node.app_focus, node.current_theme.dark, node.is_inline, node.native_ansi_color, node.no_color
    return ()
