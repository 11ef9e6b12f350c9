"""One question as lines and as JSON, and the conversation about it."""

from time import monotonic
from typing import Any

from tutor.content.plain import plain_inline
from tutor.plain.lines import Lines, wrap
from tutor.questions.base import Grade, Instance, Unreadable
from tutor.session import Sitting


def card(instance: Instance, ascii: bool = False) -> list[str]:
    """The question, its options and how to answer it."""
    lines = wrap(plain_inline(instance.prompt, ascii))
    for entry in (*instance.places, *instance.options):
        first, *rest = wrap(plain_inline(entry.text, ascii), "     ")
        lines += [f"  {entry.label}) {first.strip()}", *rest]
    return [*lines, *wrap(plain_inline(f"(Answer with {instance.how}.)", ascii))]


def reading_lines(instance: Instance, raw: str, ascii: bool = False) -> list[str]:
    """How a typed formula is read, in two dimensions where the screen allows; nothing for other answers."""
    understood = instance.understood(raw).strip("$")
    if not understood:
        return []
    from tutor.maths.render import ascii_line, display

    lines = [ascii_line(understood)] if ascii else display(understood, 70)
    if len(lines) == 1:
        return [f"read as: {lines[0].strip()}"]
    return ["read as:", *(f"    {line}".rstrip() for line in lines)]


def outcome_lines(instance: Instance, outcome: Grade | Unreadable, ascii: bool = False) -> list[str]:
    """The verdict (its line begins `right`, `partly`, `wrong` or `not graded`) and what to learn."""
    if isinstance(outcome, Unreadable):
        return [f"not graded: {plain_inline(outcome.advice, ascii)}"]
    first, *rest = wrap(f"{outcome.verdict}: {plain_inline(outcome.feedback, ascii)}")
    lines = [first, *rest]
    if outcome.verdict != "right":
        lines += wrap(plain_inline(f"The answer is {instance.solution.rstrip('.')}.", ascii))
    if instance.why.strip() not in outcome.feedback:
        lines += wrap(plain_inline(f"Why: {instance.why}", ascii))
    return lines


def question_json(instance: Instance, outcome: Grade | Unreadable | None, raw: str = "") -> dict[str, Any]:
    """What `chainrule ask --json` prints; `raw` is the answer that `outcome` judges."""
    shown: dict[str, Any] = {
        "id": instance.id,
        "kind": instance.kind,
        "seed": instance.seed,
        "prompt": instance.prompt,
        "how": instance.how,
        "concepts": list(instance.concepts),
        "hints": list(instance.hints),
    }
    if instance.options:
        shown["options"] = [{"label": option.label, "text": option.text} for option in instance.options]
    if instance.places:
        shown["places"] = [{"label": place.label, "text": place.text} for place in instance.places]
    if instance.understood(raw):
        shown["understood"] = instance.understood(raw)
    if instance.scene is not None:
        scene = instance.scene
        shown["scene"] = {"simulation": scene.simulation, "set": scene.values, "step": scene.step}
        if scene.allow:
            shown["scene"]["allow"] = list(scene.allow)
    if isinstance(outcome, Unreadable):
        shown |= {"readable": False, "score": None, "verdict": "not graded", "feedback": outcome.advice}
    elif outcome is not None:
        shown |= {
            "readable": True,
            "score": outcome.score,
            "verdict": outcome.verdict,
            "feedback": outcome.feedback,
        }
    return shown


def converse(sitting: Sitting, instance: Instance, lines: Lines) -> Grade | bool | None:
    """Ask until it is graded: the grade, `None` when it was skipped, `False` when the learner leaves."""
    lines.say(*card(instance, lines.ascii))
    started, hints = monotonic(), 0
    while True:
        raw = lines.ask("> ")
        word = "quit" if raw is None else raw.strip().lower()
        if raw is None or word in {"quit", "q"}:
            return False
        if word == "skip":
            lines.say("not graded: left out")
            return None
        if word in {"hint", "?"}:
            hints = give_hint(instance, hints, lines)
            continue
        lines.say(*reading_lines(instance, raw, lines.ascii))
        outcome = sitting.submit(instance, raw, hints=hints, seconds=monotonic() - started)
        lines.say(*outcome_lines(instance, outcome, lines.ascii))
        if isinstance(outcome, Grade):
            return outcome


def give_hint(instance: Instance, seen: int, lines: Lines) -> int:
    """Say the next hint, if there is one; how many have been seen."""
    if seen >= len(instance.hints):
        lines.say("There are no more hints.")
        return seen
    lines.say(*wrap(plain_inline(f"Hint {seen + 1} of {len(instance.hints)}: {instance.hints[seen]}", lines.ascii)))
    return seen + 1
