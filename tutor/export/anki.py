r"""The course's questions as a deck for Anki (ankiweb.net), with the extra `anki`.

A note holds one question with the numbers of an example, its answer and the explanation. Formulas are LaTeX between
`\(` and `\)`, which Anki displays. Each lesson is a deck below the deck `Chainrule`; concepts are tags. All identifiers
are computed from names, so that a later import updates the notes and keeps the learner's progress in Anki.

Questions about a simulation's state are left out: without the simulation they cannot be answered.
"""

import hashlib
import html
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from tutor.budget import ANSWER_BUDGET, Budget
from tutor.errors import ChainruleError
from tutor.export.markup import markdown_to_html
from tutor.questions.base import Instance

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.progress.record.store import Store

DECK_NAME = "Chainrule"
NOTE_FIELDS = ("Id", "Question", "How", "Answer", "Why")
FRONT_TEMPLATE = '{{Question}}<p style="color: gray">Answer with {{How}}.</p>'
BACK_TEMPLATE = "{{FrontSide}}<hr id=answer><b>{{Answer}}</b>{{Why}}"


def write_deck(course: "Course", store: "Store", file: BinaryIO, lessons: Collection[str] = ()) -> int:
    """Write the questions that need no simulation into `file`, of all lessons or of those named; return how many.

    Raises:
        ChainruleError: genanki is not installed.
    """
    genanki = _import_genanki()
    model = _make_note_type(genanki)
    decks: dict[str, Any] = {}  # id of the lesson → its deck
    note_count = 0
    for title, lesson, instance in _draw_examples(course, store, lessons):
        if lesson not in decks:
            decks[lesson] = genanki.Deck(stable_id("deck", lesson), f"{DECK_NAME}::{title}")
        decks[lesson].add_note(_make_note(genanki, model, lesson, instance))
        note_count += 1
    genanki.Package(list(decks.values())).write_to_file(file, timestamp=store.clock().timestamp())
    return note_count


def _import_genanki() -> Any:
    """The package genanki, which is an optional dependency.

    Raises:
        ChainruleError: it is not installed.
    """
    try:
        import genanki
    except ImportError:
        raise ChainruleError(
            "a deck for Anki needs the package genanki, which is not here: "
            "pip install '.[anki]' in Chainrule's folder, or pip install 'chainrule[anki]'"
        ) from None
    return genanki


def _draw_examples(course: "Course", store: "Store", lessons: Collection[str]) -> Iterator[tuple[str, str, Instance]]:
    """Yield (lesson title, lesson id, instance) for each question, with the numbers that the learner would get next."""
    for lesson in course.lessons():
        if lessons and lesson.id not in lessons:
            continue
        for question in lesson.questions:
            with Budget(ANSWER_BUDGET, "this question").activate():
                instance = question.draw_instance(store.question_seed(question.id))
            if instance.scene is None:
                yield lesson.heading.front_matter.title, lesson.id, instance


def _make_note_type(genanki: Any) -> Any:
    """What Anki calls a note type: the fields of a note, and how its card shows them."""
    return genanki.Model(
        stable_id("model", "1"),
        DECK_NAME,
        fields=[{"name": name} for name in NOTE_FIELDS],
        templates=[{"name": "Card", "qfmt": FRONT_TEMPLATE, "afmt": BACK_TEMPLATE}],
        css=".card { font-family: sans-serif; font-size: 20px; text-align: left; }",
    )


def _make_note(genanki: Any, model: Any, lesson: str, instance: Instance) -> Any:
    """The note of one question; its `guid` is computed from the question's id, so that a later import updates it."""
    choices = "".join(
        f"<br>{html.escape(choice.label)}) {markdown_to_html(choice.text, inline=True)}"
        for choice in (*instance.places, *instance.options)
    )
    return genanki.Note(
        model=model,
        guid=genanki.guid_for("chainrule", instance.id),
        tags=sorted({lesson, *instance.concepts}),
        fields=[
            html.escape(instance.id),
            markdown_to_html(instance.prompt) + choices,
            markdown_to_html(instance.how, inline=True),
            markdown_to_html(instance.solution, inline=True),
            markdown_to_html(instance.why),
        ],
    )


def stable_id(*names: str) -> int:
    """An identifier for Anki, from 1 to 2³¹ − 1; for the same `names` it is the same in every export."""
    digest = hashlib.sha256("/".join(("chainrule", *names)).encode()).digest()
    return 1 + int.from_bytes(digest[:4], "big") % (2**31 - 1)
