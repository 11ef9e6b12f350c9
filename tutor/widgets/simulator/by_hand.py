"""The line in which a weight is picked and set by hand, while the network stays visible."""

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
    """The picked quantity, with its value to be nudged or overtyped."""

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

    class PickUpdated(Message):
        """The quantity at `key` is picked now, and if `is_changed`, its value was set; "" when the line was closed."""

        def __init__(self, key: str, *, is_changed: bool = False) -> None:
            super().__init__()
            self.key = key
            self.is_changed = is_changed

    def __init__(self, session: SimulationSession, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._session = session
        self._key = ""
        """The key of the quantity that was picked last; the run may have lost that quantity since (see `picked`)."""

    def compose(self) -> ComposeResult:
        """Yield the label of the quantity, and the line with its value."""
        yield Static(id="quantity")
        yield SingleLineInput(compact=True, select_on_focus=True)

    @property
    def picked(self) -> Quantity | None:
        """The quantity that was picked last, or the first one if that no longer exists; `None` if there are none."""
        quantities = self._session.quantities
        for quantity in quantities:
            if quantity.key == self._key:
                return quantity
        return quantities[0] if quantities else None

    def open(self, key: str = "") -> None:
        """Open the line for the quantity at `key`, or with "" for the one that was picked last."""
        self.add_class("-open")
        self._pick(key or self._key)
        focus_now(self.query_one(Input))

    def follow_run(self) -> None:
        """While the line is open, pick another quantity if the run has lost the picked one."""
        picked = self.picked if self.has_class("-open") else None
        if picked is not None and picked.key != self._key:
            self._pick(picked.key)

    def _pick(self, key: str) -> None:
        """Pick the quantity at `key`, or the first one if there is none at it, and report this."""
        self._key = key
        quantity = self.picked
        if quantity is not None:
            self._key = quantity.key
            self._session.message = HOW_TO_TYPE
            self._show_quantity(quantity)
            self.post_message(self.PickUpdated(quantity.key))

    def _show_quantity(self, quantity: Quantity) -> None:
        """Show the quantity's label and its value, ready to be overtyped."""
        self.query_one("#quantity", Static).update(f"{quantity.label} = ")
        line = self.query_one(Input)
        line.value = quantity.input_text.replace("-", "−")  # as it is written elsewhere; both can be read
        line.select_all()

    def action_move(self, direction: int) -> None:
        """Pick the next quantity (1) or the previous one (−1), in a circle."""
        picked = self.picked
        if picked is not None:
            keys = [quantity.key for quantity in self._session.quantities]
            self._pick(keys[(keys.index(picked.key) + direction) % len(keys)])

    def action_group(self, direction: int) -> None:
        """Pick the first quantity of the next group (1) or the previous one (−1): of a unit, or a parameter."""
        first_key_of_group: dict[str, str] = {}
        for quantity in self._session.quantities:
            first_key_of_group.setdefault(quantity.group, quantity.key)
        groups = list(first_key_of_group)
        picked = self.picked
        if picked is not None:
            group = groups[(groups.index(picked.group) + direction) % len(groups)]
            self._pick(first_key_of_group[group])

    def action_nudge(self, direction: int) -> None:
        """Nudge the picked quantity a step up (1) or down (−1), with immediate effect."""
        quantity = self.picked
        if quantity is not None:
            self._set_value(quantity, format_value(quantity.nudged(direction)))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let left and right nudge while the whole value is selected; in a text being typed, they move the cursor."""
        field = self.query_one(Input)
        is_all_selected = len(field.selected_text) == len(field.value)  # all of it is selected until something is typed
        return action != "nudge" or is_all_selected

    def action_leave(self) -> None:
        """Close the line."""
        self.remove_class("-open")
        self._session.message = ""
        self.post_message(self.PickUpdated(""))

    @on(Input.Submitted)
    def _set_typed(self, event: Input.Submitted) -> None:
        event.stop()
        quantity = self.picked
        if quantity is not None:
            self._set_value(quantity, event.value)

    def _set_value(self, quantity: Quantity, text: str) -> None:
        """Set `quantity` to the value in `text`, or the one named there by `name = value`; if that fails, say why."""
        try:
            if "=" in text:
                self._session.edit(text)
            else:
                self._session.set_quantity(quantity, text)
        except UsageError as error:
            self.app.clear_notifications()
            self.notify(str(error), title="Not set", severity="warning")
            return
        quantity_now = self.picked
        if quantity_now is not None:
            self._show_quantity(quantity_now)
        self.post_message(self.PickUpdated(self._key, is_changed=True))
