"""One question as lines and as JSON, and the dialogue that asks it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tutor.content.plain import markdown_lines, plain_inline
from tutor.plain.lines import Lines, wrap
from tutor.questions.answers.asking import Asking
from tutor.questions.answers.leading import leading_feedback
from tutor.questions.answers.submission import (
    CONFIDENCE_WORDS,
    Confidence,
    Submission,
    describe_earned,
    describe_retry,
)
from tutor.questions.base import Grade, Instance, Unreadable
from tutor.text.sentences import hint_lead


def question_name(instance: Instance, lines: Lines) -> str:
    """The name of a question in a heading: its topic, or through a pipe its id, which programs need."""
    if not lines.is_interactive:
        return instance.id
    return ", ".join(instance.topics) or instance.kind


def prompt_lines(instance: Instance, ascii: bool = False) -> list[str]:
    """Write the question, its options and how to answer it."""
    has_blocks = any(mark in instance.prompt for mark in ("\n```", "\n|"))
    lines = markdown_lines(instance.prompt, ascii) if has_blocks else wrap(plain_inline(instance.prompt, ascii))
    for entry in (*instance.places, *instance.options):
        first, *rest = wrap(plain_inline(entry.text, ascii), "     ")
        lines += [f"  {entry.label}) {first.strip()}", *rest]
    return [*lines, *wrap(plain_inline(f"(Answer with {instance.how}.)", ascii))]


def reading_lines(instance: Instance, raw: str, ascii: bool = False) -> list[str]:
    """Show how a typed formula was read, in two dimensions where the screen allows; nothing for other answers."""
    understood = instance.understood(raw).strip("$")
    if not understood:
        return []
    from tutor.maths.render import ascii_line, display

    lines = [ascii_line(understood)] if ascii else display(understood, 70)
    if len(lines) == 1:
        return [f"read as: {lines[0].strip()}"]
    return ["read as:", *(f"    {line}".rstrip() for line in lines)]


def outcome_lines(
    instance: Instance,
    outcome: Grade | Unreadable,
    ascii: bool = False,
    hints: int = 0,
    first: Grade | None = None,
) -> list[str]:
    """Write the verdict (its line begins `right`, `partly`, `wrong` or `not graded`) and the explanation.

    `first` is the grade of the first try, where there was one.
    """
    if isinstance(outcome, Unreadable):
        return wrap(f"not graded: {outcome.advice}")
    lines = wrap(f"{outcome.verdict}: {plain_inline(outcome.feedback, ascii)}")
    if earned := describe_earned(outcome.score, hints, len(instance.hints), first.score if first else None):
        lines.append(earned)
    return lines + solution_lines(instance, outcome, ascii)


def solution_lines(instance: Instance, grade: Grade, ascii: bool = False) -> list[str]:
    """The right answer, where `grade` says that it was not found, and why it is right."""
    lines = []
    if grade.verdict != "right":
        lines += wrap(plain_inline(f"The answer is {instance.solution.rstrip('.')}.", ascii))
    if instance.why.strip() not in grade.feedback:
        lines += wrap(plain_inline(f"Why: {instance.why}", ascii))
    return lines


def retry_lines(instance: Instance, raw: str, grade: Grade, ascii: bool = False) -> list[str]:
    """Say the verdict on a first answer before the second: what leads on, and what a second try earns."""
    lines = wrap(f"{grade.verdict}: {plain_inline(leading_feedback(instance, raw), ascii)}")
    return [*lines, *wrap(f"{describe_retry(grade.score)} (Or: hint; skip shows the answer.)")]


def question_json(instance: Instance, outcome: Grade | Unreadable | None, raw: str = "") -> dict[str, Any]:
    """The JSON of `chainrule ask`; `raw` is the answer that `outcome` judges."""
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
    if instance.understood(raw):
        data["understood"] = instance.understood(raw)
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
    conversation = _Conversation(asking, lines, submit, commands, asks_confidence, withholds_verdict)
    while (outcome := conversation.hear_next()) is None:
        pass
    return outcome


@dataclass
class _Conversation:
    """One question on its way: what is typed, and what is said to it."""

    asking: Asking
    lines: Lines
    submit: Callable[[Submission], Grade | Unreadable]
    commands: Sequence[str]
    asks_confidence: bool
    withholds_verdict: bool

    def hear_next(self) -> Grade | str | None:
        """Do what the learner types next; `None` while the question stays open."""
        raw = self.lines.ask("> ")
        word = "quit" if raw is None else raw.strip().lower()
        word = "quit" if word == "q" else word
        if raw is None or word == "quit":
            return "quit"
        if word in {"hint", "?"}:
            self._give_hint()
            return None
        if self.asking.is_second_try and (word in self.commands or self.asking.repeats_first(raw)):
            return self._end_tries(word)
        return word if word in self.commands else self._hand_in(raw)

    def _give_hint(self) -> None:
        if self.withholds_verdict:
            self.lines.say("There are no hints in an exam.")
        else:
            give_hint(self.asking, self.lines)

    def _end_tries(self, word: str) -> Grade | None:
        """Say the answer instead of a second try, or why `word` is no second try."""
        if word == "skip" and (first := self.asking.give_up()) is not None:
            _, grade = first
            self.lines.say(*solution_lines(self.asking.instance, grade, self.lines.ascii))
            return grade
        is_command = word in self.commands
        why = "answer once more first" if is_command else "that is the answer you gave before; change it"
        self.lines.say_verdict(*wrap(f"not graded: {why}, or type skip to see the right one"))
        return None

    def _hand_in(self, raw: str) -> Grade | str | None:
        """Hand an answer in and say what it is worth."""
        asking, instance, lines = self.asking, self.asking.instance, self.lines
        lines.say(*reading_lines(instance, raw, lines.ascii))
        asks = self.asks_confidence and not asking.is_second_try
        confidence = ask_confidence(instance, raw, lines) if asks else ""
        if confidence is None:
            return "quit"
        outcome = self.submit(asking.submission(raw, confidence))
        if isinstance(outcome, Grade) and asking.leads_to_second_try(outcome):
            lines.say_verdict(*retry_lines(instance, raw, outcome, lines.ascii))
            asking.begin_second_try(raw, outcome)
            return None
        if isinstance(outcome, Unreadable) or not self.withholds_verdict:
            lines.say_verdict(*outcome_lines(instance, outcome, lines.ascii, asking.hints, asking.first))
        return outcome if isinstance(outcome, Grade) else None


def ask_confidence(instance: Instance, raw: str, lines: Lines) -> Confidence | None:
    """Ask how sure the learner is, if the answer can be read; `None` at the end of the input."""
    if isinstance(instance.read(raw), Unreadable):
        return ""
    choices = list(CONFIDENCE_WORDS)
    menu = ", ".join(f"{number} {word}" for number, word in enumerate(CONFIDENCE_WORDS.values(), 1))
    while True:
        lines.say(f"How sure are you? {menu}")
        typed = lines.ask("> ")
        if typed is None:
            return None
        word = typed.strip().lower()
        for number, (confidence, name) in enumerate(CONFIDENCE_WORDS.items(), 1):
            if word and word in {str(number), confidence, name, confidence[0]}:
                return confidence
        words = f"{choices[0]}, {CONFIDENCE_WORDS['think']}, {CONFIDENCE_WORDS['guess']}"
        lines.say_verdict(*wrap(f"not graded: type 1, 2 or 3 for {words}"))


def give_hint(asking: Asking, lines: Lines) -> None:
    """Show the next hint, or say that there is no other."""
    hint = asking.next_hint()
    if hint is None:
        lines.say("There are no more hints.")
        return
    lead = hint_lead(asking.hints, len(asking.instance.hints))
    lines.say(*wrap(plain_inline(f"{lead} {hint}", lines.ascii)))
