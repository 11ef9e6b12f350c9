"""The line in which a weight is selected and set by hand, while the network stays visible."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from tutor.errors import UsageError
from tutor.sims.engine.by_hand import Quantity
from tutor.sims.engine.parameters import format_value
from tutor.sims.engine.session import SimulationSession
from tutor.widgets.deferred import focus_now
from tutor.widgets.inputs import SingleLineInput
from tutor.widgets.literal import Static

HOW_TO_TYPE = "To set a value, type it and press Enter."
"""The message while the line is open. What the other keys do stands in the footer."""


class ByHand(Horizontal):
    """The selected quantity, with its value to be nudged or overtyped."""

    HELP_TITLE = "A weight by hand"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Done", id="by-hand.leave", tooltip="Back to the run; what was set stays"),
        Binding("down", "move(1)", "Next", priority=True, id="by-hand.next", tooltip="Pick the next weight"),
        Binding("up", "move(-1)", "Before", priority=True, id="by-hand.before", tooltip="Pick the weight before"),
        Binding("right", "nudge(1)", "More", priority=True, id="by-hand.more", tooltip="A step up"),
        Binding("left", "nudge(-1)", "Less", priority=True, id="by-hand.less", tooltip="A step down"),
        Binding(
            "pagedown", "group(1)", "Next unit", priority=True, id="by-hand.next-unit", tooltip="Pick the next unit"
        ),
        Binding(
            "pageup",
            "group(-1)",
            "Unit before",
            priority=True,
            id="by-hand.unit-before",
            tooltip="Pick the unit before",
        ),
    ]
    DEFAULT_CSS = """
    ByHand {
        display: none;
        height: 1;
        &.-open { display: block; }
        & > #quantity { width: auto; max-width: 60%; text-wrap: nowrap; text-overflow: ellipsis; }
        & > #quantity { color: $text-accent; text-style: bold; }
        & > Input { width: 1fr; }
    }
    """

    class Acted(Message):
        """The quantity at `key` was selected or set; "" when the line was closed."""

        def __init__(self, key: str, is_changed: bool = False) -> None:
            super().__init__()
            self.key = key
            self.is_changed = is_changed

    def __init__(self, desk: SimulationSession, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._desk = desk
        self._key = ""
        """The key of the quantity that was selected last; the run may have lost that quantity since (see `picked`)."""

    def compose(self) -> ComposeResult:
        """Yield the label of the quantity, and the line with its value."""
        yield Static(id="quantity")
        yield SingleLineInput(compact=True, select_on_focus=True)

    @property
    def picked(self) -> Quantity | None:
        """The selected quantity, or the first one if the selected one no longer exists; `None` if there are none."""
        quantities = self._desk.quantities
        for quantity in quantities:
            if quantity.key == self._key:
                return quantity
        return quantities[0] if quantities else None

    def open(self, key: str = "") -> None:
        """Select the quantity at `key`, or the one that was selected last."""
        self.add_class("-open")
        self._select_quantity(key or self._key)
        focus_now(self.query_one(Input))

    def follow_run(self) -> None:
        """While the line is open, show another quantity if the run has lost the selected one."""
        picked = self.picked if self.has_class("-open") else None
        if picked is not None and picked.key != self._key:
            self._select_quantity(picked.key)

    def _select_quantity(self, key: str) -> None:
        """Select the quantity at `key`, or the first one, and tell the simulator."""
        self._key = key
        quantity = self.picked  # looked up by `_key`; the first one if there is none at it
        if quantity is not None:
            self._key = quantity.key
            self._desk.message = HOW_TO_TYPE
            self._show_quantity(quantity)
            self.post_message(self.Acted(quantity.key))

    def _show_quantity(self, quantity: Quantity) -> None:
        """Show the quantity's label and its value, ready to be overtyped."""
        self.query_one("#quantity", Static).update(f"{quantity.label} = ")
        line = self.query_one(Input)
        line.value = quantity.input_text
        line.select_all()

    def action_move(self, by: int) -> None:
        """Select the quantity `by` places after the selected one; after the last comes the first."""
        picked = self.picked
        if picked is not None:
            keys = [quantity.key for quantity in self._desk.quantities]
            self._select_quantity(keys[(keys.index(picked.key) + by) % len(keys)])

    def action_group(self, by: int) -> None:
        """Select the first quantity of the next or previous group: of a unit, or a parameter."""
        first_key_of_group: dict[str, str] = {}
        for quantity in self._desk.quantities:
            first_key_of_group.setdefault(quantity.group, quantity.key)
        groups = list(first_key_of_group)
        picked = self.picked
        if picked is not None:
            group = groups[(groups.index(picked.group) + by) % len(groups)]
            self._select_quantity(first_key_of_group[group])

    def action_nudge(self, by: int) -> None:
        """Nudge the selected quantity a step up or down, with immediate effect."""
        quantity = self.picked
        if quantity is not None:
            self._set_value(quantity, format_value(quantity.nudged(by)))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let left and right nudge while the whole value is selected; in a text being typed, they move the cursor."""
        line = self.query_one(Input)
        is_all_selected = len(line.selected_text) == len(line.value)  # all of it is selected until something is typed
        return action != "nudge" or is_all_selected

    def action_leave(self) -> None:
        """Close the line."""
        self.remove_class("-open")
        self._desk.message = ""
        self.post_message(self.Acted(""))

    @on(Input.Submitted)
    def _set_typed(self, event: Input.Submitted) -> None:
        event.stop()
        quantity = self.picked
        if quantity is not None:
            self._set_value(quantity, event.value)

    def _set_value(self, quantity: Quantity, text: str) -> None:
        """Set a quantity to what was typed, or another one by `name = value`; if that is impossible, say why."""
        try:
            if "=" in text:
                self._desk.edit(text)
            else:
                self._desk.set_quantity(quantity, text)
        except UsageError as error:
            self.app.clear_notifications()
            self.notify(str(error), title="Not set", severity="warning")
            return
        updated = self.picked
        if updated is not None:
            self._show_quantity(updated)
        self.post_message(self.Acted(self._key, is_changed=True))
