"""Caches the styles of widgets, so that they are found only once for all widgets in equivalent positions.

Textual matches every rule against a widget whenever that widget or an ancestor is mounted, gets the focus, or changes
its classes. This is a third of the work of turning a page.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import msgspec
from textual.app import App
from textual.css.model import RuleSet, SelectorType
from textual.css.styles import RulesMap
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.widget import Widget

MAX_POSITIONS = 10_000
"""The most positions that are remembered. When there are more, all are forgotten."""
StyleCache = dict[tuple[Any, ...], RulesMap]
"""The cache that Textual passes along while it styles several widgets."""


class FoundStyles(NamedTuple):
    """The styles found for a widget."""

    rules: RulesMap
    rules_when_applied: RulesMap | None
    """The rules of a widget after `rules` were applied; `None` if an animation was perhaps still changing them."""
    has_hover: bool
    """Whether a rule depends on the mouse."""


class StyleMemory(msgspec.Struct):
    """The styles found so far with the rules of a style sheet."""

    ids: frozenset[str]
    """The widget ids that occur in the rules. Other ids make no difference."""
    numbers: dict[tuple[Any, ...], int] = msgspec.field(default_factory=dict)
    """(class, state and ancestors of a widget) → number of its position; widgets equal in these share a number."""
    styles: dict[int, FoundStyles] = msgspec.field(default_factory=dict)
    """The number of a position → the styles of widgets there."""


def empty_memory(rules: list[RuleSet]) -> StyleMemory:
    """A memory for these rules without any styles yet.

    It has the ids that the rules name, so that widgets which differ only in another id share a position.
    """
    ids: set[str] = set()
    for rule in rules:
        for selector_set in rule.selector_set:  # in Textual a list of sets, one for each part between commas
            ids.update(selector.name for selector in selector_set.selectors if selector.type is SelectorType.ID)
    return StyleMemory(frozenset(ids))


class QuickStylesheet(Stylesheet):
    """A style sheet that reuses the styles found for an earlier widget of the same class, state and ancestors.

    Textual calls `apply` for each widget. If nothing is remembered, Textual's own `apply` finds the rules, hands them
    to `replace_rules`, and then calls `_process_component_classes`. Both are overridden here: `replace_rules` notes the
    rules, and `_process_component_classes` remembers them.
    """

    def __init__(self, *, variables: dict[str, str] | None = None) -> None:
        super().__init__(variables=variables)
        self._remembered_rules: list[RuleSet] | None = None
        """The rules that the memory was made for."""
        self._memory = StyleMemory(frozenset())
        self._known_numbers: dict[DOMNode, int] | None = None
        """Node → position number, while nodes are being styled; `None` at other times, since classes may change."""
        self._number_being_styled: int | None = None
        """The position number of the node for which Textual is finding styles; `None` if it is finding none."""
        self._last_rules: RulesMap | None = None
        """The rules that were last given to a node."""
        self._is_animated = False
        """Whether that node changes to them by an animation."""

    def copy(self) -> "QuickStylesheet":
        """A style sheet of the same sources and variables, with an empty memory."""
        copied = QuickStylesheet(variables=self._variables.copy())
        copied.source = self.source.copy()
        return copied

    def apply(self, node: DOMNode, *, animate: bool = False, cache: StyleCache | None = None) -> None:
        """Apply styles to `node`: those remembered for its position, or those that Textual finds."""
        if self.rules is not self._remembered_rules or len(self._memory.numbers) > MAX_POSITIONS:
            self._forget_styles()
        with self._keep_known_numbers():
            number = self._position_number(node)
            remembered = self._memory.styles.get(number)
            if remembered is None:
                self._number_being_styled, self._last_rules = number, None
                super().apply(node, animate=animate, cache=cache)
            else:
                self._apply_remembered(node, remembered, animate=animate)

    def _apply_remembered(self, node: DOMNode, styles: FoundStyles, *, animate: bool) -> None:
        """Give remembered styles to `node`, and do all else that Textual's `apply` does once it has found styles."""
        # In these four attributes Textual keeps what the node's rules depend on. The last three are False, since styles
        # are not remembered if one of them is True.
        node._has_hover_style = styles.has_hover
        node._has_focus_within = node._has_order_style = node._has_odd_or_even = False
        has_these_rules = node.styles.base._rules == styles.rules_when_applied
        if has_these_rules:
            node.notify_style_update()  # `replace_rules` would do nothing else, since no rule changes
        else:
            self.replace_rules(node, styles.rules, animate)
        self._process_component_classes(node)

    def update_nodes(self, nodes: Iterable[DOMNode], animate: bool = False) -> None:
        """Apply styles to `nodes`, looking up their ancestors' positions once."""
        with self._keep_known_numbers():
            super().update_nodes(nodes, animate)

    @contextmanager
    def _keep_known_numbers(self) -> Iterator[None]:
        """Keep the position numbers of nodes within this context; nested contexts share them."""
        is_outermost = self._known_numbers is None
        if is_outermost:
            self._known_numbers = {}
        try:
            yield
        finally:
            if is_outermost:
                self._known_numbers = None

    def _forget_styles(self) -> None:
        """Begin with an empty memory, since the rules have changed or the memory is full."""
        self._remembered_rules = self.rules
        self._memory = empty_memory(self.rules)
        if self._known_numbers is not None:
            self._known_numbers.clear()

    def _position_number(self, node: DOMNode) -> int:
        """Return a position number: the same for all nodes that the rules can tell apart only by their siblings.

        Such nodes have the same type, state and CSS classes, and so have all their ancestors.
        """
        assert self._known_numbers is not None
        known_number = self._known_numbers.get(node)
        if known_number is not None:
            return known_number
        parent = node._parent
        # −1 for a node without a parent
        parent_number = self._position_number(parent) if isinstance(parent, DOMNode) else -1
        id_in_rules = node._id if node._id in self._memory.ids else None
        position = (parent_number, type(node), id_in_rules, node.classes, *_pseudo_class_state(node))
        number = self._memory.numbers.setdefault(position, len(self._memory.numbers))
        self._known_numbers[node] = number
        return number

    def replace_rules(self, node: DOMNode, rules: RulesMap, animate: bool = False) -> None:  # type: ignore[override]
        """Replace the rules of `node` by `rules`, and note them for `_process_component_classes`."""
        self._last_rules, self._is_animated = rules, animate
        super().replace_rules(node, rules, animate)

    def _process_component_classes(self, node: DOMNode) -> None:
        """Remember the styles just found for `node`, unless they depend on other nodes; then style its parts.

        Parts are a widget's component classes, such as the cursor of an input. Textual calls `apply` for each of them.
        """
        number = self._number_being_styled
        self._number_being_styled = None
        depends_on_others = node._has_focus_within or node._has_order_style or node._has_odd_or_even
        if number is not None and self._last_rules is not None and not depends_on_others:
            rules_when_applied = None if self._is_animated else node.styles.base._rules.copy()
            self._memory.styles[number] = FoundStyles(self._last_rules, rules_when_applied, node._has_hover_style)
        super()._process_component_classes(node)


def _pseudo_class_state(node: DOMNode) -> tuple[Any, ...]:
    """The state of `node` on which pseudo-classes such as `:hover` or `:disabled` depend.

    `:first-child` and others that depend on siblings are left out, since styles that use them are not remembered.
    """
    if isinstance(node, Widget):
        return node.mouse_hover, node.has_focus, node.disabled, node.allow_focus()
    if isinstance(node, App):
        return node.app_focus, node.current_theme.dark, node.is_inline, node.native_ansi_color, node.no_color
    return ()
