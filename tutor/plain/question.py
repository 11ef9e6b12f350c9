"""One question as lines and as JSON, and the dialogue that asks it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tutor.content.plain import markdown_lines, plain_inline
from tutor.plain.lines import Lines, is_quit, wrap
from tutor.questions.answers.asking import Asking
from tutor.questions.answers.leading import leading_feedback, right_parts
from tutor.questions.answers.submission import (
    CONFIDENCE_WORDS,
    Confidence,
    Submission,
    describe_earned,
    describe_retry,
)
from tutor.questions.base import Grade, Instance, Unreadable
from tutor.text.sentences import hint_lead

MAX_READING_WIDTH = 70
"""The most cells across that a formula drawn in two dimensions may take, since it is indented on the page."""


def question_name(instance: Instance, lines: Lines) -> str:
    """The name of a question in a heading: its topic, or through a pipe its id, which programs need."""
    if not lines.is_interactive:
        return instance.id
    return ", ".join(instance.topics) or instance.kind


def prompt_lines(instance: Instance, ascii: bool = False) -> list[str]:
    """Write the question, its options and how to answer it."""
    has_code_or_table = "\n```" in instance.prompt or "\n|" in instance.prompt  # their line breaks must be kept
    lines = markdown_lines(instance.prompt, ascii) if has_code_or_table else wrap(plain_inline(instance.prompt, ascii))
    for entry in (*instance.places, *instance.options):
        first_line, *more_lines = wrap(plain_inline(entry.text, ascii), indent="     ")  # as wide as "  a) "
        lines += [f"  {entry.label}) {first_line.strip()}", *more_lines]
    return [*lines, *wrap(plain_inline(f"(Answer with {instance.how}.)", ascii))]


def reading_lines(instance: Instance, raw: str, ascii: bool = False) -> list[str]:
    """Show how the typed formula `raw` was read, drawn in two dimensions unless `ascii`; no lines for other answers."""
    latex = instance.understood(raw).strip("$")  # `understood` returns a Markdown formula, `$…$`
    if not latex:
        return []
    from tutor.maths.render import ascii_line, display

    lines = [ascii_line(latex)] if ascii else display(latex, MAX_READING_WIDTH)
    if len(lines) == 1:
        return [f"read as: {lines[0].strip()}"]
    return ["read as:", *(f"    {line}".rstrip() for line in lines)]


def outcome_lines(
    instance: Instance,
    outcome: Grade | Unreadable,
    ascii: bool = False,
    *,
    hints_shown: int = 0,
    first_try: Grade | None = None,
) -> list[str]:
    """Write the verdict (its line begins `right`, `partly`, `wrong` or `not graded`) and the explanation.

    `first_try` is the grade of the first try, if this was the second.
    """
    if isinstance(outcome, Unreadable):
        return wrap(f"not graded: {outcome.advice}")
    lines = wrap(f"{outcome.verdict}: {plain_inline(outcome.feedback, ascii)}")
    first_score = first_try.score if first_try else None
    earned_words = describe_earned(outcome.score, hints_shown, len(instance.hints), first_score)
    if earned_words:
        lines.append(earned_words)
    return lines + solution_lines(instance, outcome, ascii)


def solution_lines(instance: Instance, grade: Grade, ascii: bool = False) -> list[str]:
    """The right answer unless `grade` is right, and the explanation unless the feedback contains it already."""
    lines = []
    if grade.verdict != "right":
        lines += wrap(plain_inline(f"The answer is {instance.solution.rstrip('.')}.", ascii))
    if instance.why.strip() not in grade.feedback:
        lines += wrap(plain_inline(f"Why: {instance.why}", ascii))
    return lines


def retry_lines(instance: Instance, raw: str, grade: Grade, ascii: bool = False) -> list[str]:
    """Write the verdict on the first try `raw`, with a lead to the right answer, and what the second try can earn."""
    is_not_yet = grade.verdict == "wrong" and right_parts(instance, raw)  # as on the screen
    verdict = "not yet" if is_not_yet else grade.verdict
    lines = wrap(f"{verdict}: {plain_inline(leading_feedback(instance, raw), ascii)}")
    return [*lines, *wrap(f"{describe_retry(grade.score)} (Or: hint; skip shows the answer.)")]


def question_json(instance: Instance, outcome: Grade | Unreadable | None, raw: str = "") -> dict[str, Any]:
    """The JSON of `chainrule ask`: the question and, if an answer `raw` was given, its `outcome`."""
    data: dict[str, Any] = {
        "id": instance.id,
        "kind": instance.kind,
        "seed": instance.seed,
        "prompt": instance.prompt,
        "how": instance.how,
        "concepts": list(instance.concepts),
        "hints": list(instance.hints),
    }
    if instance.options:
        data["options"] = [{"label": option.label, "text": option.text} for option in instance.options]
    if instance.places:
        data["places"] = [{"label": place.label, "text": place.text} for place in instance.places]
    if understood := instance.understood(raw):
        data["understood"] = understood
    if instance.scene is not None:
        scene = instance.scene
        data["scene"] = {"simulation": scene.simulation, "set": scene.values, "step": scene.step}
        if scene.allow:
            data["scene"]["allow"] = list(scene.allow)
    if isinstance(outcome, Unreadable):
        data |= {"readable": False, "score": None, "verdict": "not graded", "feedback": outcome.advice}
    elif outcome is not None:
        data |= {
            "readable": True,
            "score": outcome.score,
            "verdict": outcome.verdict,
            "feedback": outcome.feedback,
        }
    return data


def ask_until_graded(
    instance: Instance,
    lines: Lines,
    submit: Callable[[Submission], Grade | Unreadable],
    *,
    commands: Sequence[str] = ("skip", "quit"),
    asks_confidence: bool = False,
    withholds_verdict: bool = False,
    tries_again: bool = False,
) -> Grade | str:
    """Ask until an answer is graded: return its grade, or the one of `commands` that the learner typed instead.

    The end of the input counts as the command `quit`. With `withholds_verdict`, as in an exam, no verdict is shown.
    With `tries_again` an answer that is not right can be given a second time before the right one is shown; `skip`
    shows it at once.
    """
    lines.say(*prompt_lines(instance, lines.ascii))
    asking = Asking(instance, tries_again)
    conversation = _Conversation(
        asking, lines, submit, commands, asks_confidence=asks_confidence, withholds_verdict=withholds_verdict
    )
    result = None
    while result is None:
        result = conversation.read_and_reply()
    return result


@dataclass
class _Conversation:
    """The dialogue about one question; the fields are what `ask_until_graded` was called with."""

    asking: Asking
    lines: Lines
    submit: Callable[[Submission], Grade | Unreadable]
    commands: Sequence[str]
    asks_confidence: bool
    withholds_verdict: bool

    def read_and_reply(self) -> Grade | str | None:
        """Read the learner's next line and reply to it.

        Returns the grade or the command that ends the dialogue; `None` while the question stays open.
        """
        raw = self.lines.ask("> ")
        if raw is None or is_quit(raw):
            return "quit"
        command = raw.strip().lower()
        if command in {"hint", "?"}:
            self._reply_to_hint()
            return None
        if self.asking.is_second_try:
            if command == "skip":
                return self._give_up()
            if command in self.commands:  # such as `back`: now only a second try, skip and quit are allowed
                self._refuse_second_try("answer once more first")
                return None
            if self.asking.repeats_first(raw):
                self._refuse_second_try("that is the answer you gave before; change it")
                return None
        return command if command in self.commands else self._hand_in(raw)

    def _reply_to_hint(self) -> None:
        """Show the next hint, but none in an exam."""
        if self.withholds_verdict:
            self.lines.say("There are no hints in an exam.")
        else:
            give_hint(self.asking, self.lines)

    def _give_up(self) -> Grade | None:
        """Show the right answer instead of a second try, and return the grade of the first."""
        first_try = self.asking.give_up()
        if first_try is None:  # there was no first try, so the question stays open
            return None
        _, grade = first_try
        self.lines.say(*solution_lines(self.asking.instance, grade, self.lines.ascii))
        return grade

    def _refuse_second_try(self, reason: str) -> None:
        """Say why the typed text does not count as the second try."""
        self.lines.say_verdict(*wrap(f"not graded: {reason}, or type skip to see the right one"))

    def _hand_in(self, raw: str) -> Grade | str | None:
        """Submit an answer and write the verdict; the grade, `"quit"`, or `None` while the question stays open."""
        asking, instance, lines = self.asking, self.asking.instance, self.lines
        lines.say(*reading_lines(instance, raw, lines.ascii))
        confidence: Confidence | None = ""  # "": the confidence is not asked for
        if self.asks_confidence and not asking.is_second_try:  # the confidence of the first try counts for both
            confidence = ask_confidence(instance, raw, lines)
        if confidence is None:
            return "quit"
        outcome = self.submit(asking.submission(raw, confidence))
        if isinstance(outcome, Grade) and asking.leads_to_second_try(outcome):
            lines.say_verdict(*retry_lines(instance, raw, outcome, lines.ascii))
            asking.begin_second_try(raw, outcome)
            return None
        if isinstance(outcome, Unreadable) or not self.withholds_verdict:  # an exam too shows advice
            outcome_text = outcome_lines(
                instance, outcome, lines.ascii, hints_shown=asking.hints, first_try=asking.first
            )
            lines.say_verdict(*outcome_text)
        return outcome if isinstance(outcome, Grade) else None


def ask_confidence(instance: Instance, raw: str, lines: Lines) -> Confidence | None:
    """Ask how sure the learner is of the answer `raw`.

    Returns "" without asking if the answer cannot be read, and `None` at the end of the input.
    """
    if isinstance(instance.read(raw), Unreadable):
        return ""
    menu = ", ".join(f"{number} {words}" for number, words in enumerate(CONFIDENCE_WORDS.values(), 1))
    while True:
        lines.say(f"How sure are you? {menu}")
        typed = lines.ask("> ")
        if typed is None:
            return None
        word = typed.strip().lower()
        for number, (confidence, confidence_words) in enumerate(CONFIDENCE_WORDS.items(), 1):
            initial = confidence[0]
            if word and word in {str(number), initial, confidence, confidence_words}:
                return confidence
        choices = ", ".join(CONFIDENCE_WORDS.values())
        lines.say_verdict(*wrap(f"not graded: type 1, 2 or 3 for {choices}"))


def give_hint(asking: Asking, lines: Lines) -> None:
    """Show the next hint, or say that there is no other."""
    hint = asking.next_hint()
    if hint is None:
        lines.say("There are no more hints.")
        return
    lead = hint_lead(asking.hints, len(asking.instance.hints))
    lines.say(*wrap(plain_inline(f"{lead} {hint}", lines.ascii)))
