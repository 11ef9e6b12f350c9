"""A list of options to choose one from; the lines of a long option are indented alike."""

from collections.abc import Collection, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.css.styles import RulesMap
from textual.events import Key
from textual.message import Message
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual
from textual.widgets.option_list import Option as Row

from tutor.questions.base import Option
from tutor.text.ascii_mode import prefers_ascii
from tutor.widgets.literal import OptionList
from tutor.widgets.markdown.mathtext import text_content, unglue_strip


class HangingIndent(Visual):
    """Texts with a mark before each; the further lines of a text begin below its first word, not below its mark.

    Textual asks a `Visual` for its size, then for its lines.
    """

    def __init__(self, rows: Sequence[tuple[Content, Content]]) -> None:
        """Show `rows`, each a mark and a text."""
        self._rows = tuple(rows)

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """The width at which no row is wrapped."""
        widths = [mark.cell_length + text.get_optimal_width(rules, container_width) for mark, text in self._rows]
        return max(widths, default=0)

    def get_minimal_width(self, rules: RulesMap) -> int:
        """The width below which words would be cut."""
        widths = [mark.cell_length + text.get_minimal_width(rules) for mark, text in self._rows]
        return max(widths, default=0)

    def get_height(self, rules: RulesMap, width: int) -> int:
        """The number of lines at this width."""
        return sum(text.get_height(rules, _text_width(mark, width)) for mark, text in self._rows)

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        """The lines, at most `height` of them."""
        strips: list[Strip] = []
        for mark, text in self._rows:
            mark_strips = mark.render_strips(mark.cell_length, 1, style, options)
            indent = Strip.blank(mark.cell_length, style.rich_style)
            for index, line in enumerate(text.render_strips(_text_width(mark, width), None, style, options)):
                before_line = mark_strips if index == 0 else [indent]
                strips.append(Strip.join([*before_line, line]))
        return strips[:height]


def _text_width(mark: Content, width: int) -> int:
    """The width that the mark leaves for its text."""
    return max(1, width - mark.cell_length)


CURSOR = "›"
"""The sign of the option under the cursor."""
PICKED = "●"
"""The sign of the option that was picked, while the focus is elsewhere."""
NO_NOTE = Content("")
WAS_RIGHT = "✓ right"
NOT_RIGHT = "✗ not this one"


def mark_style(is_right: bool) -> str:
    """The style of the mark beside an option once the right answer is shown."""
    return "bold $text-success" if is_right else "bold $text-error"


class SingleChoiceList(OptionList):
    """The options of a question. Move with the arrows or press an option's letter, then Enter to answer."""

    HELP_TITLE = "Chooser"
    HELP = "The options. Move with the arrows, j and k, or press an option’s letter; Enter gives that answer."

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Answer", id="chooser.choose", tooltip="Answer with this option"),
        Binding("down,j", "cursor_down", "Down", show=False, id="chooser.down", tooltip="To the next option"),
        Binding("up,k", "cursor_up", "Up", show=False, id="chooser.up", tooltip="To the option before"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"formula", "code"}
    picked_sign: ClassVar[str] = PICKED
    """The sign of the option under the cursor while the focus is elsewhere."""
    DEFAULT_CSS = """
    SingleChoiceList {
        height: auto;
        background: transparent;
        border: none;
        padding: 0;
        max-height: 100vh;
        &.-marked { max-height: 1000; }
        &:focus { border: none; background-tint: initial; }
        & > .option-list--option { padding: 0 1 0 0; }
        & > .formula { color: $text-secondary; }
        & > .code { color: $text-accent; }
        &.-untouched > .option-list--option-highlighted {
            background: transparent;
            color: $foreground;
            text-style: none;
        }
        &:blur > .option-list--option-highlighted { background: transparent; color: $foreground; text-style: none; }
    }
    """

    class Chosen(Message):
        """An option was submitted as the answer; `label` is what a learner would type for it."""

        def __init__(self, label: str) -> None:
            super().__init__()
            self.label = label

    class Changed(Message):
        """The choice may have changed."""

    def __init__(self, options: Sequence[Option]) -> None:
        self._offered = tuple(options)
        self._is_marked = False
        """Whether the right answer is shown, after which nothing changes."""
        self._notes: dict[str, Content] = {}
        """Label of an option → the note after it at the second try, such as that it was right."""
        super().__init__(*(Row(self._render_option(option), id=option.label) for option in options))
        self._is_touched = False
        """Whether the learner has moved the cursor or clicked. The cursor is on the first option from the start."""
        self._rewrite_options()  # so that the cursor, which Textual puts on the first option, does not show yet

    @property
    def chosen(self) -> str | None:
        """The label of the option to which the learner has moved; `None` before that."""
        return self.label if self._is_touched else None

    @property
    def label(self) -> str | None:
        """The label of the option under the cursor."""
        return None if self.highlighted is None else self._offered[self.highlighted].label

    def offers(self, character: str) -> bool:
        """Whether `character` is the letter of an option."""
        return any(option.label == character for option in self._offered)

    def fill_in(self, raw: str) -> None:
        """Choose the option whose letter is typed as `raw`; nothing changes for any other text."""
        labels = [option.label for option in self._offered]
        if raw.strip() in labels:
            self.highlighted = labels.index(raw.strip())
            self._choose_at_cursor()

    def mark(self, solution: str, chosen: str, whys: Sequence[str] = ()) -> None:
        """Show which option is right, which was chosen, and why.

        `solution` and `chosen` are answers as a learner types them. `whys` has the reason for each option.
        """
        right_label, _, _ = solution.partition(")")  # the letter of an answer such as `b) a saddle point`
        for index, option in enumerate(self._offered):
            is_right, is_chosen = option.label == right_label, option.label == chosen
            note = NO_NOTE
            if is_right or is_chosen:
                sign = "✓ " if is_right else ""  # that it is wrong is what the verdict says
                whose = "your answer" if is_chosen else "the answer"
                note = Content.styled(f"  {sign}{whose}", mark_style(is_right))
            why = whys[index] if index < len(whys) else ""
            self.replace_option_prompt(option.label, self._render_option(option, note, why))
        self._end_answering()

    def retry(self, tried: str, right_labels: Collection[str]) -> None:
        """Allow one more answer after the first one, `tried`; the options with `right_labels` are marked as right."""
        self._notes = {label: Content.styled(f"  {WAS_RIGHT}", "bold $text-success") for label in right_labels}
        self._note_tried(tried)
        self._rewrite_options()

    def _note_tried(self, tried: str) -> None:
        """Mark the option that was tried, and deselect it. Lists in which several options are picked override this."""
        self._notes[tried] = Content.styled(f"  {NOT_RIGHT}", "$text-warning")
        self._is_touched = False

    def _note_beside(self, option: Option) -> Content:
        """The note beside an option while another try is open."""
        return self._notes.get(option.label, NO_NOTE)

    def _go_to_first_without_note(self) -> None:
        """Move the cursor to the first option without a note; if all have one, to the first option."""
        without_note = [index for index, option in enumerate(self._offered) if option.label not in self._notes]
        self.highlighted = without_note[0] if without_note else 0

    def _choose_at_cursor(self) -> None:
        """Let the option under the cursor be the learner's choice, since she has moved there."""
        self._is_touched = True
        self._rewrite_options()

    def on_key(self, event: Key) -> None:
        """Move to the option whose letter was pressed; any other key is left to the screen."""
        for index, option in enumerate(self._offered):
            if event.character == option.label:
                self.highlighted = index
                self._choose_at_cursor()  # the cursor may have been on this option from the start
                event.stop()
                event.prevent_default()

    def on_click(self) -> None:
        """Move to the option that was clicked."""
        self._choose_at_cursor()

    def watch_has_focus(self, focused: bool) -> None:
        """Change the sign of the option under the cursor, since colour alone is not enough."""
        super().watch_has_focus(focused)
        self._rewrite_options()

    def watch_highlighted(self, highlighted: int | None) -> None:
        """Move the sign with the cursor."""
        self._rewrite_options()
        super().watch_highlighted(highlighted)

    def render_line(self, y: int) -> Strip:
        """A line with ordinary spaces inside its formulas, for which `GLUE` stands until lines are broken."""
        return unglue_strip(super().render_line(y))

    def action_cursor_down(self) -> None:
        """Choose the next option; the first press chooses the first one without a note."""
        if self._shows_cursor:
            super().action_cursor_down()
        else:
            self._go_to_first_without_note()
        self._choose_at_cursor()

    def action_cursor_up(self) -> None:
        """Choose the previous option; the first press chooses the last."""
        if not self._shows_cursor:
            self.highlighted = 0  # from there, Textual's own action goes up to the last option
        super().action_cursor_up()
        self._choose_at_cursor()

    def action_first(self) -> None:
        """Move to the first option."""
        self._choose_at_cursor()
        super().action_first()

    def action_last(self) -> None:
        """Move to the last option."""
        self._choose_at_cursor()
        super().action_last()

    def action_page_down(self) -> None:
        """Move some options down."""
        self._choose_at_cursor()
        super().action_page_down()  # type: ignore[no-untyped-call]  # Textual's has no annotation

    def action_page_up(self) -> None:
        """Move some options up."""
        self._choose_at_cursor()
        super().action_page_up()  # type: ignore[no-untyped-call]  # Textual's has no annotation

    def action_choose(self) -> None:
        """Submit the option to which the learner has moved. The initial position of the cursor is not an answer."""
        self.post_message(self.Chosen(self.chosen or ""))

    def _end_answering(self) -> None:
        """Accept no more answers, and keep the final marks."""
        self._is_marked = True
        self.add_class("-marked")  # its notes may need more rows than the screen has; the page scrolls to them
        self.highlighted = None
        self.can_focus = False

    @property
    def _shows_cursor(self) -> bool:
        """Whether the cursor is shown: only once the learner has moved it, since moving it chooses an option."""
        return self._is_touched

    def _rewrite_options(self) -> None:
        """Render the options again after the cursor or a tick has changed, but not once the right answer is marked."""
        self.set_class(not self._shows_cursor and not self._is_marked, "-untouched")
        if self._is_marked:
            return
        self.post_message(self.Changed())
        for option in self._offered:
            note = self._note_beside(option)
            self.replace_option_prompt(option.label, self._render_option(option, note, sign=self._sign_before(option)))

    def _sign_before(self, option: Option) -> str:
        """The sign that says where the cursor is or, while the focus is elsewhere, which option was picked."""
        if not self._shows_cursor or self.label != option.label:
            return " "
        return CURSOR if self.has_focus else self.picked_sign

    def _render_option(
        self, option: Option, note: Content = NO_NOTE, why: str = "", *, sign: str = " "
    ) -> HangingIndent:
        """Render an option, with `sign` before it, `note` after it and the reason `why` below."""
        mark = Content.assemble((sign, "bold $accent"), self._box(option), (f"{option.label}  ", "bold"))
        rows = [(mark, text_content(option.text, prefers_ascii()) + note)]
        if why.strip():
            explanation = text_content(why, prefers_ascii()).stylize_before("$text-quiet")
            rows.append((Content(" " * mark.cell_length), explanation))
        return HangingIndent(rows)

    def _box(self, option: Option) -> Content:
        """The box before an option's letter: none here, since the cursor chooses the option."""
        return Content("")
