"""Every JSON that the program prints, as types: `chainrule schema` is made from them, and real output tested by them.

A version rises when a key goes or changes its meaning; a new key leaves it as it is. Where a key is not always there,
its type allows `UNSET`.
"""

from typing import Any, Literal

from msgspec import UNSET, UnsetType

from tutor.classroom.report import REPORT_VERSION, ClassReport
from tutor.commands.progress_json import GoalState, JsonObject, Progress
from tutor.progress.record.exported_lines import EXPORT_FORMAT, Line


class HandInHead(JsonObject, frozen=True):
    """The first line of an export or a hand-in; the others are each of one `type`."""

    chainrule: Literal["record"]
    format: int
    program: str
    attempts: int
    places: int
    cards: int
    flags: int
    undone: int
    regrades: int
    owner: str | UnsetType = UNSET
    student_id: str | UnsetType = UNSET
    assignment: str | UnsetType = UNSET
    handed_in: str | UnsetType = UNSET
    digest: str | UnsetType = UNSET
    """Of this line without it and of all others, as docs/record.md says; files of earlier versions have none."""


class LineDots(JsonObject, frozen=True):
    """The characters in whose dots the lines of pictures are drawn, and those that the terminal is known to have."""

    setting: str
    drawn_in: str
    """`octants`, `braille` or `plain letters`."""
    terminal: str | None
    """Its name and version, by its own answer or by the environment."""
    draws_octants: bool


class Fields(JsonObject, frozen=True):
    """Whether heat maps and images are drawn in pixels or in cells."""

    setting: str
    drawn_in: str
    """`pixels`, where the terminal says how large its cells are, or `cells`."""
    why: str | None
    """Why not in pixels."""


class Terminal(JsonObject, frozen=True):
    """The terminal, as the program finds it."""

    is_terminal: bool
    columns: int
    rows: int
    colours: str
    output_encoding: str
    locale_encoding: str
    formulas: str
    environment: dict[str, str]
    dots: LineDots
    fields: Fields


class Glyphs(JsonObject, frozen=True):
    """The characters beyond ASCII that are used; for each reason why some may be missing, which."""

    used: str
    doubtful: dict[str, str]


class RecordState(JsonObject, frozen=True):
    """The record's file."""

    folder: str | None
    state: str
    attempts: int | UnsetType = UNSET
    can_be_written: bool | UnsetType = UNSET
    free_bytes: int | UnsetType = UNSET
    copies: int | UnsetType = UNSET
    bytes: int | UnsetType = UNSET
    version: int | UnsetType = UNSET
    schedule_fitted: str | UnsetType | None = UNSET
    """When the schedule was fitted to the learner."""


class SettingsState(JsonObject, frozen=True):
    """The settings file, and its faults by line."""

    file: str | None
    there: bool
    faults: list[str]


class LessonsState(JsonObject, frozen=True):
    """The course's own lessons, and the names of the packs that are installed."""

    folder: str
    count: int
    packs: list[str]
    fault: str | UnsetType = UNSET


class Doctor(JsonObject, frozen=True):
    """`chainrule doctor --json`."""

    chainrule: str
    python: str
    system: str
    libraries: dict[str, str | None]
    terminal: Terminal
    glyphs: Glyphs
    record: RecordState
    settings: SettingsState
    lessons: LessonsState
    guards: list[str]
    training: str
    problems: list[str]


class SimulationState(JsonObject, frozen=True):
    """A line of `chainrule sim NAME --json`; not-finite numbers are "nan", "inf" and "-inf"."""

    simulation: str
    step: int
    params: dict[str, Any]
    state: dict[str, Any]
    diverged: bool


class Labelled(JsonObject, frozen=True):
    """An option of a question or, where options are matched with places, a place."""

    label: str
    text: str


class QuestionScene(JsonObject, frozen=True):
    """The simulation at which a question is asked."""

    simulation: str
    set: dict[str, Any]
    step: int
    allow: list[str] | UnsetType = UNSET


class AskedQuestion(JsonObject, frozen=True):
    """`chainrule ask QUESTION --json`; the keys from `readable` on come with `--answer`."""

    id: str
    kind: str
    seed: int
    prompt: str
    how: str
    concepts: list[str]
    hints: list[str]
    options: list[Labelled] | UnsetType = UNSET
    places: list[Labelled] | UnsetType = UNSET
    understood: str | UnsetType = UNSET
    scene: QuestionScene | UnsetType = UNSET
    readable: bool | UnsetType = UNSET
    score: float | UnsetType | None = UNSET
    verdict: Literal["right", "partly", "wrong", "not graded"] | UnsetType = UNSET
    feedback: str | UnsetType = UNSET


class GradedLine(JsonObject, frozen=True):
    """A line of `chainrule grade --json` or `--batch`: a grade, advice on what cannot be read, or an error."""

    readable: bool | UnsetType = UNSET
    correct: bool | UnsetType = UNSET
    score: float | UnsetType = UNSET
    value: Any = UNSET
    advice: str | UnsetType = UNSET
    error: str | UnsetType = UNSET


class GradeNow(JsonObject, frozen=True):
    """A score from 0 to 1, and its verdict."""

    score: float
    verdict: str


class ChangedGrade(JsonObject, frozen=True):
    """An answer on record whose grade would change."""

    key: str
    question: str
    old: GradeNow
    new: GradeNow


class Regraded(JsonObject, frozen=True):
    """`chainrule regrade --json`; `gone` to `refused` map a question to how many answers were not graded again."""

    graded: int
    changes: list[ChangedGrade]
    gone: dict[str, int]
    rewritten: dict[str, int]
    unreadable: dict[str, int]
    refused: dict[str, int]
    kept: int


class SettingsInEffect(JsonObject, frozen=True):
    """`chainrule settings --json`."""

    file: str
    settings: dict[str, Any]
    faults: list[str]


class Due(JsonObject, frozen=True):
    """`chainrule due --json`."""

    due: int
    questions: list[str]
    next: str | None
    flagged: int
    goal: GoalState | None


class PackLesson(JsonObject, frozen=True):
    """A lesson of a pack."""

    id: str
    title: str


class InstalledPack(JsonObject, frozen=True):
    """One installed pack; what its manifest says is null if that cannot be read any more."""

    name: str
    version: str | None
    title: str | None
    authors: list[str]
    licence: str | None
    folder: str
    lessons: list[PackLesson]
    faults: list[str]


class Packs(JsonObject, frozen=True):
    """`chainrule pack list --json`."""

    packs: list[InstalledPack]


class FirstFailure(JsonObject, frozen=True):
    """The first case of an exercise at which a function went wrong; arrays are lists."""

    case: str
    inputs: list[Any]
    yours: Any
    expected: Any
    index: list[int] | None
    why: str


class CodeError(JsonObject, frozen=True):
    """What a function raised."""

    type: str
    message: str
    line: int | None


class CodeChecked(JsonObject, frozen=True):
    """`chainrule code EXERCISE --check FILE --json`."""

    id: str
    passed: bool
    score: float
    cases: int
    failed: FirstFailure | None
    mistake: str | None
    error: CodeError | None
    printed: str
    seconds: float
    guards: list[str]


class FittedSchedule(JsonObject, frozen=True):
    """FSRS's parameters fitted to the learner; the log losses are those of the reviews that were held out."""

    parameters: list[float]
    at: str
    learnt_from: int
    held_out: int
    log_loss: float
    log_loss_before: float


class Schedule(JsonObject, frozen=True):
    """`chainrule schedule show --json`, and `chainrule schedule fit --json`, which says whether it is `kept`."""

    fitted: FittedSchedule | None
    fit_worthwhile: bool | UnsetType = UNSET
    kept: bool | UnsetType = UNSET


JSON_OBJECTS: dict[str, tuple[int, tuple[Any, ...]]] = {
    "class": (REPORT_VERSION, (ClassReport,)),
    "hand-in": (EXPORT_FORMAT, (HandInHead, Line)),
    "progress": (1, (Progress,)),
    "doctor": (1, (Doctor,)),
    "sim": (1, (SimulationState,)),
    "ask": (1, (AskedQuestion,)),
    "grade": (1, (GradedLine,)),
    "code": (1, (CodeChecked,)),
    "regrade": (1, (Regraded,)),
    "settings": (1, (SettingsInEffect,)),
    "due": (1, (Due,)),
    "pack": (1, (Packs,)),
    "schedule": (1, (Schedule,)),
}
"""Command → the version of its JSON, and the types that its object, or each of its lines, may have."""
