"""One question as lines and as JSON, and the dialogue that asks it."""

from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any

from tutor.content.plain import plain_inline
from tutor.plain.lines import Lines, wrap
from tutor.questions.answers.submission import CONFIDENCE_WORDS, Confidence, Submission, describe_hint_cost
from tutor.questions.base import Grade, Instance, Unreadable


def card(instance: Instance, ascii: bool = False) -> list[str]:
    """Write the question, its options and how to answer it."""
    lines = wrap(plain_inline(instance.prompt, ascii))
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


def outcome_lines(instance: Instance, outcome: Grade | Unreadable, ascii: bool = False, hints: int = 0) -> list[str]:
    """Write the verdict (its line begins `right`, `partly`, `wrong` or `not graded`) and the explanation."""
    if isinstance(outcome, Unreadable):
        return [f"not graded: {outcome.advice}"]
    first, *rest = wrap(f"{outcome.verdict}: {plain_inline(outcome.feedback, ascii)}")
    lines = [first, *rest]
    if earned := describe_hint_cost(outcome.score, hints, len(instance.hints)):
        lines.append(earned)
    if outcome.verdict != "right":
        lines += wrap(plain_inline(f"The answer is {instance.solution.rstrip('.')}.", ascii))
    if instance.why.strip() not in outcome.feedback:
        lines += wrap(plain_inline(f"Why: {instance.why}", ascii))
    return lines


def question_json(instance: Instance, outcome: Grade | Unreadable | None, raw: str = "") -> dict[str, Any]:
    """What `chainrule ask --json` prints; `raw` is the answer that `outcome` judges."""
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
) -> Grade | str:
    """Ask until an answer is graded: return its grade, or the one of `commands` that the learner typed instead.

    The end of the input counts as the command `quit`. With `withholds_verdict`, as in an exam, no verdict is shown.
    """
    lines.say(*card(instance, lines.ascii))
    started, hints = monotonic(), 0
    while True:
        raw = lines.ask("> ")
        word = "quit" if raw is None else raw.strip().lower()
        word = "quit" if word == "q" else word
        if raw is None or word in commands:
            return word
        if word in {"hint", "?"}:
            if withholds_verdict:
                lines.say("There are no hints in an exam.")
            else:
                hints = give_hint(instance, hints, lines)
            continue
        lines.say(*reading_lines(instance, raw, lines.ascii))
        confidence = ask_confidence(instance, raw, lines) if asks_confidence else ""
        if confidence is None:
            return "quit"
        outcome = submit(Submission(raw, hints, monotonic() - started, confidence))
        if isinstance(outcome, Unreadable) or not withholds_verdict:
            lines.say_verdict(*outcome_lines(instance, outcome, lines.ascii, hints))
        if isinstance(outcome, Grade):
            return outcome


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
        lines.say_verdict(
            f"not graded: type 1, 2 or 3 for {choices[0]}, {CONFIDENCE_WORDS['think']}, {CONFIDENCE_WORDS['guess']}"
        )


def give_hint(instance: Instance, count: int, lines: Lines) -> int:
    """Show the next hint, if there is one; return how many have been seen."""
    if count >= len(instance.hints):
        lines.say("There are no more hints.")
        return count
    lines.say(*wrap(plain_inline(f"Hint {count + 1} of {len(instance.hints)}: {instance.hints[count]}", lines.ascii)))
    return count + 1
