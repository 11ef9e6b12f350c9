"""Base classes of screens that survive quick resizing and late keys, and of modal ones that close only once."""

from collections.abc import Sequence
from typing import ClassVar, TypeVar

from textual import events
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.filter import LineFilter
from textual.screen import ModalScreen, Screen
from textual.selection import Selection
from textual.widget import Widget

from tutor.widgets.compositor import QuickCompositor

Result = TypeVar("Result")


class ResizeSafeScreen(Screen[Result]):
    """A screen that ignores outdated terminal sizes, and keys that arrive after it was closed.

    When two sizes arrive quickly, Textual would pass them to the screen alternately for ever.
    """

    def __init__(self, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name, id, classes)
        self._compositor = QuickCompositor()
        self._was_resumed = False
        """Whether the screen was on top before."""

    def _post_register(self, app: App[object]) -> None:
        """Take the classes for the terminal's size before any widget is styled.

        Textual sets them only at the first resize event, when it has styled and laid out all widgets without them, and
        then does so once more.
        """
        super()._post_register(app)
        for size, breakpoints in zip(app.size, (self.HORIZONTAL_BREAKPOINTS, self.VERTICAL_BREAKPOINTS), strict=True):
            self.add_class(*self._get_breakpoint_classes(size, breakpoints or []), update=False)

    async def on_event(self, event: events.Event) -> None:
        """Ignore an outdated resize event, and keys or clicks that arrive after the screen was closed."""
        is_outdated_size = isinstance(event, events.Resize) and event.size != self.app.size
        is_late_input = isinstance(event, events.InputEvent) and self not in self.app.screen_stack
        if isinstance(event, events.ScreenResume) and not self._was_resumed:
            self._was_resumed = True
            event.refresh_styles = False  # each widget was styled when it was mounted, just now
        if not is_outdated_size and not is_late_input:
            await super().on_event(event)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """The filters of what the screen itself draws: a dialog draws what it covers, which stays dimmed."""
        filters = super().get_line_filters()
        return [getattr(chain, "when_dimmed", chain) for chain in filters] if self.is_modal else filters

    def _watch_selections(self, old: dict[Widget, Selection], new: dict[Widget, Selection]) -> None:  # type: ignore[override]
        """Tell widgets at once that the selected text has changed.

        Textual's own watcher is a coroutine, which runs later. If the program ends before that, Python warns on the
        terminal that the coroutine was never awaited.
        """
        for widget in old.keys() | new.keys():
            widget.selection_updated(new.get(widget))


class Modal(ModalScreen[Result], ResizeSafeScreen[Result]):
    """A screen over another one. Closing it twice, with two quick keys, closes nothing beneath it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "question_mark,f1",
            "app.help",
            "Help",
            show=False,
            id="modal.help",
            tooltip="What the keys do here",
        ),
    ]

    @property
    def beneath(self) -> "Screen[object] | None":
        """The screen beneath this one; `None` once this one is closed."""
        stack = self.app.screen_stack
        if self not in stack:
            return None
        index = stack.index(self)
        return stack[index - 1] if index else None

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close the screen, unless it is closed already or something is above it."""
        return super().dismiss(result) if self.is_active else AwaitComplete()


class Dialog(Modal[Result]):
    """A framed list or text over another screen, with its keys below."""

    DEFAULT_CSS = """
    Dialog {
        align: center middle;
        & > OptionList, & > VerticalScroll {
            max-width: 100%;
            margin-bottom: 1;
            background: $surface;
            border: round $primary;
        }
        & > OptionList:focus { border: round $primary; background-tint: initial; }
    }
    """
