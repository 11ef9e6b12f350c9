"""A list of options to tick, or to put in order."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Key

from tutor.questions.base import Option
from tutor.widgets.answers.single_choice import NO_NOTE, SingleChoiceList, mark_style


class MultiChoiceList(SingleChoiceList):
    """Options to tick. Space or an option's letter toggles its tick; Enter submits."""

    HELP_TITLE = "Ticks"
    HELP = (
        "Options to tick. Move with the arrows, j and k; Space or an option’s letter ticks it, and takes the tick "
        "off again. Where an order is asked for, options get their numbers in the order you tick them. Enter hands "
        "your answer in."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", "Tick", id="ticks.tick", tooltip="Tick the option under the cursor, or untick it"),
        Binding("enter", "choose", "Answer", id="ticks.answer", tooltip="Hand the ticked options in"),
    ]

    picked_sign = " "  # a box says what was picked

    def __init__(self, options: Sequence[Option], *, ordered: bool = False) -> None:
        """Offer `options`; with `ordered`, the order of ticking is a part of the answer, and shown as numbers."""
        self._is_ordered = ordered
        self._ticked: list[int] = []
        """Indices of the ticked options, in the order of ticking."""
        self._tried: list[int] = []
        """`_ticked` as it was at the first try."""
        super().__init__(options)

    @property
    def chosen(self) -> str:
        """The letters of the ticked options, written as a learner would type them."""
        if self._is_ordered:
            return " ".join(self._offered[index].label for index in self._ticked)
        return ", ".join(self._offered[index].label for index in sorted(self._ticked))

    def _indices_in(self, raw: str) -> list[int]:
        """The indices of the options whose letters are in the answer `raw`, in the order of the answer."""
        labels = [option.label for option in self._offered]
        return [labels.index(character) for character in raw if character in labels]

    def fill_in(self, raw: str) -> None:
        """Tick the options typed as `raw`."""
        self._ticked = self._indices_in(raw)
        self._rewrite_options()

    def mark(self, solution: str, chosen: str, whys: Sequence[str] = ()) -> None:
        """Show for each option whether it was right to tick it, and why."""
        self.fill_in(chosen)
        right_indices = self._indices_in(solution)
        for index, option in enumerate(self._offered):
            note = self._verdict_note(index, right_indices)
            why = whys[index] if index < len(whys) else ""
            self.replace_option_prompt(option.label, self._render_option(option, note, why))
        self._end_answering()

    def _verdict_note(self, index: int, right_indices: Sequence[int]) -> Content:
        """The note beside an option that says whether it was right to tick it, or not to tick it.

        `right_indices` are those of the right options, in the right order if the question asks for one.
        """
        is_ticked = index in self._ticked
        if index not in right_indices:
            return Content.styled("  ✗ it does not belong", mark_style(False)) if is_ticked else NO_NOTE
        if self._is_ordered:
            position = right_indices.index(index)
            has_position = position < len(self._ticked) and self._ticked[position] == index
            return Content.styled("  ✓" if has_position else f"  → place {position + 1}", mark_style(has_position))
        return Content.styled("  ✓ right" if is_ticked else "  ✗ it belongs to the answer", mark_style(is_ticked))

    def _note_tried(self, tried: str) -> None:
        """Keep the ticks of the first try, which can still be changed."""
        self.fill_in(tried)
        self._tried = list(self._ticked)
        self._go_to_first_without_note()

    def _note_beside(self, option: Option) -> Content:
        """The note beside an option, such as that it was right, until the learner changes its tick or its place."""
        index = self._offered.index(option)
        if index not in self._tried:
            return NO_NOTE
        if self._is_ordered:  # the position counts, so all ticks up to this one must be unchanged
            count = self._tried.index(index) + 1
            is_unchanged = self._ticked[:count] == self._tried[:count]
        else:
            is_unchanged = index in self._ticked
        return super()._note_beside(option) if is_unchanged else NO_NOTE

    def on_key(self, event: Key) -> None:
        """Toggle the option whose letter was pressed; any other key is left to the screen."""
        for index, option in enumerate(self._offered):
            if event.character == option.label:
                self.highlighted = index
                self.action_tick()
                event.stop()
                event.prevent_default()

    def action_tick(self) -> None:
        """Toggle the option under the cursor."""
        if self.highlighted is None:
            return
        if self.highlighted in self._ticked:
            self._ticked.remove(self.highlighted)
        else:
            self._ticked.append(self.highlighted)
        self._rewrite_options()

    def action_select(self) -> None:
        """Toggle the option that was clicked; the click has already moved the cursor to it."""
        self.action_tick()

    def action_choose(self) -> None:
        """Submit the ticked options."""
        self.post_message(self.Chosen(self.chosen))

    @property
    def _shows_cursor(self) -> bool:
        """Always, since moving the cursor chooses nothing."""
        return True

    def _box(self, option: Option) -> Content:
        """The tick box before an option's letter, or its number in the order of ticking."""
        index = self._offered.index(option)
        if index not in self._ticked:
            box = "[ ]"
        elif self._is_ordered:
            box = f"{self._ticked.index(index) + 1:>2}."
        else:
            box = "[x]"
        return Content.styled(f"{box} ", "$text-accent")
