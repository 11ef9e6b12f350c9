"""The parameters of a simulation, each editable in place."""

from math import ceil
from typing import Any, ClassVar

from rich.cells import cell_len
from rich.highlighter import Highlighter
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.events import DescendantBlur, DescendantFocus, Resize
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from tutor.sims.engine.nudge import nudge
from tutor.sims.engine.parameters import Parameter, format_value
from tutor.sims.engine.simulation import Simulation
from tutor.text.numbers import typeset_numbers
from tutor.widgets.deferred import focus_now
from tutor.widgets.inputs import SingleLineInput
from tutor.widgets.literal import Select, Static
from tutor.widgets.markdown.mathtext import UngluedLines, glue_last_words

BROAD_COLUMNS = 70
"""The fewest columns in which the parameters are in two columns, read one after the other."""
LONG_LINE_COLUMNS = 48
"""The fewest columns in which the help of a parameter needs only a few lines."""
FULL_HELP_ROWS, TIGHT_HELP_ROWS = 8, 6
"""Rows besides those of the parameters that are needed for all rows of the help, and for most of them."""
LOW_ROWS = 12
"""In a widget of at most so many rows, the help gets few."""
NAME_COLUMNS, VALUE_MARGIN = 20, 4
"""The most columns of the names, and the columns beside a value that it cannot use."""
HELP_MARGIN = 4
"""How many columns less than the whole width the help has."""
FOCUS_SIGN = "▸"
"""The sign before the name of the parameter being edited."""


class UnfocusedHighlighter(Highlighter):
    """Changes how a field without the focus is drawn: numbers are formatted as everywhere else, and … marks a cut."""

    def __init__(self, field: "ValueLine", *, has_numbers: bool) -> None:
        self._field = field
        self._has_numbers = has_numbers

    def highlight(self, text: Text) -> None:
        """Replace hyphens and e-notation by minus signs and powers of ten, and cut what does not fit."""
        if self._field.has_focus:
            return
        if self._has_numbers:
            text.plain = typeset_numbers(text.plain)
        if self._field.size.width:
            text.truncate(self._field.size.width, overflow="ellipsis")


class ValueLine(SingleLineInput):
    """The line of a parameter's value."""

    HELP_TITLE = "Value"
    HELP = "The value of a parameter. Type another one, and Enter applies it; the arrows nudge it."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Apply what is typed", id="controls.apply", tooltip="Apply what is typed"),
    ]


class Controls(Container):
    """A line for each parameter that may be changed; below, the range and help of the focused one."""

    DEFAULT_CSS = """
    Controls {
        height: 1fr;
        padding: 0 1 0 0;
        border-left: solid $panel;
        & > #fields { height: 1fr; }
        & .column { height: auto; layout: grid; grid-size: 2; grid-columns: 20 1fr; grid-rows: 1; grid-gutter: 0 1; }
        & .name { color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
        & .name.-edited { color: $text-accent; text-style: bold; }
        & Select { height: 1; }
        & Select:focus > SelectCurrent {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            background-tint: initial;
        }
        & > #help-pane {
            height: 8;
            margin-left: 1;
            border-top: solid $panel;
            scrollbar-size-vertical: 1;
            scrollbar-gutter: stable;
        }
        & #help { height: auto; color: $text-muted; }
        & #help.-wrong { color: $text-error; }
        &.-broad { border-left: none; }
        &.-low > #help-pane { height: 4; }
        &.-low.-broad > #help-pane { height: 3; }
        &.-tight > #help-pane { height: 6; }
        &.-broad > #fields { layout: horizontal; }
        &.-broad .column { width: 1fr; }
        &.-broad #second-column { margin-left: 1; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Done", id="controls.leave", tooltip="Back to the run"),
        # The simulator's own key does the same; here the key bar leaves it out, since it has "Done" for that.
        Binding("e", "leave", "Edit", show=False, id="controls.edit", tooltip="Back to the run"),
        Binding("down", "move(1)", "Next", priority=True, id="controls.next", tooltip="To the next parameter"),
        Binding("up", "move(-1)", "Before", priority=True, id="controls.before", tooltip="To the one before"),
        Binding("right", "nudge(1)", "More", priority=True, id="controls.more", tooltip="A step up"),
        Binding("left", "nudge(-1)", "Less", priority=True, id="controls.less", tooltip="A step down"),
    ]

    class EditingEnded(Message):
        """The learner has finished editing."""

    class Edited(Message):
        """A parameter was changed."""

        def __init__(self, name: str, value: object) -> None:
            super().__init__()
            self.name = name
            self.value = value

    def __init__(
        self, simulation: Simulation[Any], allow: tuple[str, ...] | None = None, can_pick: bool = False
    ) -> None:
        """Edit the parameters of `simulation`, or only those in `allow`.

        With `can_pick`, the summary of the keys also says how to pick weights.
        """
        super().__init__(id="controls")
        self._can_pick = can_pick
        self._simulation = simulation
        self._parameters = {
            name: parameter for name, parameter in simulation.parameters().items() if allow is None or name in allow
        }

    def compose(self) -> ComposeResult:
        """Yield names and fields, help beneath; the second half is beside the first one if the width allows it."""
        values = self._simulation.values()
        parameters = list(self._parameters.values())
        half = ceil(len(parameters) / 2)
        with VerticalScroll(id="fields", can_focus=False):
            for id, in_column in (("first-column", parameters[:half]), ("second-column", parameters[half:])):
                with Container(id=id, classes="column"):
                    for parameter in in_column:
                        name = parameter.name
                        yield Static(_label_text(parameter, is_edited=False), id=f"n-{name}", classes="name")
                        yield _make_field(parameter, format_value(values[name]))
        with VerticalScroll(id="help-pane", can_focus=False):
            yield HelpText(self._summary_content(), id="help")

    def on_resize(self, event: Resize) -> None:
        """Use two columns if the width allows it, and give the help fewer rows if the widget has few rows."""
        width, height = event.size
        is_broad, has_long_lines = width >= BROAD_COLUMNS, width >= LONG_LINE_COLUMNS
        parameter_rows = ceil(len(self._parameters) / 2) if is_broad else len(self._parameters)
        spare_rows = height - parameter_rows
        self._set_help_height(spare_rows, help_width=width - HELP_MARGIN)
        self._set_name_widths(width, column_count=2 if is_broad else 1)
        lacks_rows = spare_rows < FULL_HELP_ROWS
        is_low = height <= LOW_ROWS or (has_long_lines and spare_rows < TIGHT_HELP_ROWS)
        # These classes set the height of the help in the style sheet, unless `_set_help_height` has found one.
        self.set_class(is_broad, "-broad")
        self.set_class(lacks_rows and not is_low, "-tight")
        self.set_class(is_low and (lacks_rows or has_long_lines), "-low")

    def _set_help_height(self, spare_rows: int, *, help_width: int) -> None:
        """Give the help its usual rows, or else as many as its longest text needs.

        A number of rows is possible if the text fits into it and so many rows are spare. If neither is possible, the
        height of the help comes from the style sheet.
        """
        texts = [self._summary_content(), *map(help_of, self._parameters.values())]
        needed_rows = 1 + max(text.get_height({}, max(1, help_width)) for text in texts)  # 1 is the line above the text
        possible_rows = [rows for rows in (FULL_HELP_ROWS, needed_rows) if needed_rows <= rows <= spare_rows]
        self.query_one("#help-pane").styles.height = possible_rows[0] if possible_rows else None

    def _set_name_widths(self, width: int, *, column_count: int) -> None:
        """Give names their usual width; if a value has too little room then, only the width that they need."""
        values = [format_value(value) for name, value in self._simulation.values().items() if name in self._parameters]
        labels = [_label_text(parameter, is_edited=False) for parameter in self._parameters.values()]
        name_width = NAME_COLUMNS
        value_width = width // column_count - NAME_COLUMNS - VALUE_MARGIN
        if max(map(cell_len, values), default=0) > value_width:
            name_width = min(NAME_COLUMNS, max(map(cell_len, labels), default=0))
        for column in self.query(".column"):
            column.styles.grid_columns = f"{name_width} 1fr"

    def action_leave(self) -> None:
        """Return to the run."""
        self.post_message(self.EditingEnded())

    def action_move(self, direction: int) -> None:
        """Move to the next field (1), or the previous one (−1)."""
        move_focus = self.screen.focus_next if direction > 0 else self.screen.focus_previous
        move_focus("Controls Input, Controls Select")

    def action_nudge(self, direction: int) -> None:
        """Nudge the focused parameter a step up (1) or down (−1), with immediate effect."""
        parameter = self._parameters.get(_parameter_name(self.screen.focused))
        if parameter is not None:
            value = nudge(parameter, self._simulation.values()[parameter.name], direction)
            self.post_message(self.Edited(parameter.name, value))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let arrows move between fields and nudge, except in an open list or a text being edited."""
        field = self.screen.focused
        if action == "nudge" and isinstance(field, Input):
            return len(field.selected_text) == len(field.value)  # if all is selected, nothing is being typed
        return action not in {"move", "nudge"} or isinstance(field, (Input, Select))

    def focus_first(self) -> None:
        """Focus the first field, if there is one."""
        fields = self.query("Input, Select")
        if fields:
            focus_now(fields.first())

    @property
    def pending(self) -> tuple[str, str] | None:
        """A parameter whose field holds an unapplied value, and that value; `None` if there is no such field."""
        for field in self.query(Input):
            name = _parameter_name(field)
            if name in self._parameters and field.value != format_value(self._simulation.values()[name]):
                return name, field.value
        return None

    def show(self, simulation: Simulation[Any]) -> None:
        """Show the values of `simulation`, and clear any error message."""
        self._simulation = simulation
        values = simulation.values()
        for name in self._parameters:
            text = format_value(values[name])
            field = self.query_one(f"#p-{name}")
            if isinstance(field, Input) and field.value != text:
                field.value = text
                if field.has_focus:
                    field.select_all()
            elif isinstance(field, Select) and field.value != text:
                with field.prevent(Select.Changed):
                    field.value = text
        self._explain_field(self.screen.focused if self.has_focus_within else None)

    def refuse(self, name: str, why: str) -> None:
        """Say why the value typed for the parameter `name` cannot be used; the value stays in the field."""
        if name in self._parameters:
            self._write_help(Content("✗ " + why), is_error=True)

    def _summary_content(self) -> Content:
        """What the simulation is about, and how a weight is picked where that works; the key bar has the other keys."""
        hint = " Press\N{NO-BREAK SPACE}x or click to pick a weight." if self._can_pick else ""
        return glue_last_words(Content(self._simulation.run_summary + hint))

    def _explain_field(self, field: Widget | None) -> None:
        """Show the help of a field's parameter, or the summary if the widget is not the field of a parameter."""
        parameter = self._parameters.get(_parameter_name(field))
        text = self._summary_content() if parameter is None else help_of(parameter)
        self._write_help(text, is_error=False)

    def _write_help(self, text: Content, *, is_error: bool) -> None:
        """Write the text below the parameters, in the colour of errors if it `is_error`."""
        help = self.query_one(HelpText)
        help.update(text)
        help.set_class(is_error, "-wrong")

    def _mark_edited(self, field: Widget, *, is_edited: bool) -> None:
        """Mark the name of a field that is being edited, or remove the mark."""
        name = _parameter_name(field)
        if name in self._parameters:
            label = self.query_one(f"#n-{name}", Static)
            label.update(_label_text(self._parameters[name], is_edited=is_edited))
            label.set_class(is_edited, "-edited")

    @on(DescendantFocus)
    def _mark_and_explain_focused(self, event: DescendantFocus) -> None:
        self._mark_edited(event.widget, is_edited=True)
        self._explain_field(event.widget)

    @on(DescendantBlur)
    def _apply_on_blur(self, event: DescendantBlur) -> None:
        """Apply a value when its field loses the focus, unless the whole terminal loses it."""
        field = event.widget
        self._mark_edited(field, is_edited=False)
        if not isinstance(field, Input) or not field.id or not self.app.app_focus:
            return
        name = _parameter_name(field)
        if field.value != format_value(self._simulation.values()[name]):
            self.post_message(self.Edited(name, field.value))

    @on(Input.Submitted)
    def _apply_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.input.id:
            self.post_message(self.Edited(_parameter_name(event.input), event.value))

    @on(Select.Changed)
    def _apply_chosen(self, event: Select.Changed) -> None:
        event.stop()
        if event.select.id and isinstance(event.value, str):
            self.post_message(self.Edited(_parameter_name(event.select), event.value))


class HelpText(UngluedLines, Static):
    """The help of a parameter, or what the simulation is about."""


def _label_text(parameter: Parameter, *, is_edited: bool) -> str:
    """The label of a parameter, after a sign while it is being edited, otherwise after a blank of the same width."""
    sign = FOCUS_SIGN if is_edited else " "
    return f"{sign} {parameter.label}"


def _parameter_name(field: Widget | None) -> str:
    """The name of a field's parameter, taken from the field's id `p-NAME`.

    For any other widget, it is the widget's id, or "" without one: no parameter is called so.
    """
    if field is None or field.id is None:
        return ""
    return field.id.removeprefix("p-")


def _make_field(parameter: Parameter, value: str) -> Widget:
    """Make the field of a parameter with this value: a list if it has choices, otherwise an input line."""
    field_id = f"p-{parameter.name}"
    if parameter.kind in {"choice", "switch"}:
        options = [(option, option) for option in parameter.choices or ("true", "false")]
        return Select(options, value=value, allow_blank=False, compact=True, id=field_id)
    can_be_empty = parameter.kind in {"list", "names"} and parameter.min_length == 0
    placeholder = parameter.when_empty if can_be_empty else ""
    field = ValueLine(value, placeholder, compact=True, id=field_id, select_on_focus=True)
    field.highlighter = UnfocusedHighlighter(field, has_numbers=parameter.kind not in {"text", "names"})
    return field


def help_of(parameter: Parameter) -> Content:
    """The label of a parameter, what it does, its allowed values, and the keys that change it."""
    keys = ". ←/→ change it, Enter takes what you typed." if parameter.is_number else "."
    help = Content.assemble(
        (parameter.label, "bold"), f": {parameter.help} Allowed: ", (parameter.range_text, "italic"), keys
    )
    return glue_last_words(help)
