"""A list of options to tick, or to put in order."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Key

from tutor.questions.base import Option
from tutor.widgets.answers.single_choice import NOTHING, SingleChoiceList, mark_style


class MultiChoiceList(SingleChoiceList):
    """Options to tick. Space or an option's letter toggles its tick; Enter submits."""

    HELP_TITLE = "Ticks"
    HELP = (
        "Options to tick. Move with the arrows, j and k; Space or an option's letter ticks it, and takes the tick "
        "off again. Where an order is asked for, options get their numbers in the order you tick them. Enter hands "
        "your answer in."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", "Tick", id="ticks.tick", tooltip="Tick the option under the cursor, or untick it"),
        Binding("enter", "choose", "Answer", id="ticks.answer", tooltip="Hand the ticked options in"),
    ]

    def __init__(self, options: Sequence[Option], ordered: bool = False) -> None:
        """Offer `options`; with `ordered` they are numbered in the order of ticking."""
        self._ordered = ordered
        self._ticked: list[int] = []
        self._tried: list[int] = []
        """What was ticked at the first try."""
        super().__init__(options)

    @property
    def chosen(self) -> str:
        """The letters of the ticked options, as they would be typed."""
        if self._ordered:
            return " ".join(self._offered[index].label for index in self._ticked)
        return ", ".join(self._offered[index].label for index in sorted(self._ticked))

    def put(self, raw: str) -> None:
        """Tick the options typed as `raw`."""
        labels = [option.label for option in self._offered]
        self._ticked = [labels.index(letter) for letter in raw if letter in labels]
        self._rewrite_options()

    def mark(self, right: str, chosen: str, whys: Sequence[str] = ()) -> None:
        """Show what was right and what was ticked, and why."""
        self.put(chosen)
        labels = [option.label for option in self._offered]
        wanted = [labels.index(letter) for letter in right if letter in labels]
        for index, option in enumerate(self._offered):
            why = whys[index] if index < len(whys) else ""
            self.replace_option_prompt(
                option.label, self._render_option(option, self._belonging_sign(index, wanted), why)
            )
        self._end_answering()

    def _belonging_sign(self, index: int, wanted: Sequence[int]) -> Content:
        """The sign that says whether the option belongs to the answer, and where."""
        belongs, is_ticked = index in wanted, index in self._ticked
        if self._ordered and belongs:
            place = wanted.index(index)
            is_in_place = self._ticked[place : place + 1] == [index]
            return Content.styled("  ✓" if is_in_place else f"  → place {place + 1}", mark_style(is_in_place))
        if belongs:
            return Content.styled("  ✓ right" if is_ticked else "  ✗ it belongs to the answer", mark_style(is_ticked))
        return Content.styled("  ✗ it does not belong", mark_style(False)) if is_ticked else Content("")

    def _note_tried(self, tried: str) -> None:
        """Keep the ticks, which can still be changed."""
        self.put(tried)
        self._tried = list(self._ticked)
        self._go_to_first_without_note()

    def _note_beside(self, option: Option) -> Content:
        """What to say beside an option that was right, until its tick or its place changes."""
        index = self._offered.index(option)
        if index not in self._tried:
            return NOTHING
        place = self._tried.index(index)
        is_unchanged = index in self._ticked
        if self._ordered:  # its place counts, so that no tick before it may have changed
            is_unchanged = self._ticked[: place + 1] == self._tried[: place + 1]
        return super()._note_beside(option) if is_unchanged else NOTHING

    def on_key(self, event: Key) -> None:
        """Toggle the option of that letter; a digit says how sure one is, in a quiz."""
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
        """Toggle the option that was clicked."""
        self.action_tick()

    def action_choose(self) -> None:
        """Submit the ticked options."""
        self.post_message(self.Chosen(self.chosen))

    @property
    def _shows_cursor(self) -> bool:
        return True

    def _box(self, option: Option) -> Content:
        index = self._offered.index(option)
        if index not in self._ticked:
            box = "[ ]"
        elif self._ordered:
            box = f"{self._ticked.index(index) + 1:>2}."
        else:
            box = "[x]"
        return Content.styled(f"{box} ", "$text-accent")
