"""An assignment: a small YAML file of the teacher's that says what is to be done, until when, and how."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import Meta

from tutor.classroom.marks import ScoredAnswer, count_forgone, find_completion, mark_exam, mark_practice
from tutor.classroom.required_pack import PackNeededError, find_required_pack, unknown_lesson_words
from tutor.content.yaml_reader import MAX_BLOCK_BYTES, convert_tree, parse
from tutor.errors import ChainruleError, UsageError, clip, unknown_name_error
from tutor.files import read_text, show_path
from tutor.progress.record.owner import MAX_OWNER_LENGTH
from tutor.progress.tables.attempt import LEFT_OUT, RETRY, YEAR_RANGE, Attempt
from tutor.quiz.selection import MAX_QUIZ_MINUTES, MAX_QUIZ_QUESTIONS, QuizOptions, Scope
from tutor.quiz.session import DEFAULT_QUIZ_QUESTIONS
from tutor.quiz.sittings import Sitting, exam_fingerprint
from tutor.text.concepts import concept_name
from tutor.text.moments import local_moment
from tutor.text.numbers import counted, format_fixed
from tutor.text.sentences import join_words

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.content.yaml_tree import Note, Tree

ENDINGS = (".yaml", ".yml")
"""How the name of an assignment's file ends."""
KEY_HELP = {
    "title": f"text of up to {MAX_OWNER_LENGTH} characters, for example title: Week 3",
    "lessons": "a list of lessons, for example lessons: [adam, minibatch]",
    "concepts": "a list of concepts, for example concepts: [momentum]",
    "count": f"a whole number from 1 to {MAX_QUIZ_QUESTIONS}, for example count: 10",
    "seed": "a whole number, for example seed: 7; left out, each learner has fresh numbers",
    "deadline": "a moment with its zone, for example deadline: 2026-10-12T23:59+02:00",
    "mode": "practice or exam, for example mode: exam",
    "minutes": f"how long it may take, a number above 0 to {MAX_QUIZ_MINUTES}, for example minutes: 40",
    "pack": "the name of a pack, and its version if that matters, for example pack: vectors 0.1",
    "student_id": "true where each hand-in must give the learner's student_id, for example student_id: true",
}
"""Key → what its value must be, for messages."""


SYNONYMS = {
    "due": "deadline",
    "until": "deadline",
    "date": "deadline",
    "name": "title",
    "number": "count",
    "questions": "count",
    "topics": "concepts",
    "type": "mode",
    "exam": "mode",
    "duration": "minutes",
    "time": "minutes",
    "limit": "minutes",
}
"""What teachers write for a key → the key."""
MAX_FAULTS = 20
"""The most faults of a file that are named."""


class AssignmentKeys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The keys of the file."""

    title: Annotated[str, Meta(min_length=1, max_length=MAX_OWNER_LENGTH)]
    lessons: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    count: Annotated[int, Meta(ge=1, le=MAX_QUIZ_QUESTIONS)] = DEFAULT_QUIZ_QUESTIONS
    seed: Annotated[int, Meta(ge=-(10**18), le=10**18)] | None = None
    deadline: str = ""
    mode: Literal["practice", "exam"] = "practice"
    minutes: Annotated[float, Meta(gt=0, le=MAX_QUIZ_MINUTES)] | None = None
    pack: Annotated[str, Meta(max_length=MAX_OWNER_LENGTH)] = ""
    student_id: bool = False


@dataclass(frozen=True)
class Assignment:
    """What is to be done, and until when."""

    keys: AssignmentKeys
    deadline: datetime | None
    """It has a time zone."""
    questions: frozenset[str]
    """The ids of the questions from which `count` are drawn."""
    lessons: tuple[str, ...] = ()
    """The lessons that it asks about: those that it names, or all lessons of its pack; empty for the whole course."""
    remark: str = ""
    """What differs from what the assignment asks for (such as another version of its pack), and what to do; or ""."""

    @property
    def title(self) -> str:
        """The title on one line."""
        return " ".join(self.keys.title.split())

    @property
    def options(self) -> QuizOptions:
        """The quiz that it asks for."""
        keys = self.keys
        scope = Scope(self.lessons or None, keys.concepts or None)
        return QuizOptions(scope, count=keys.count, minutes=keys.minutes, exam=keys.mode == "exam", seed=keys.seed)

    @property
    def kind_words(self) -> str:
        """The mode and the time limit: `exam, 40 minutes`."""
        minutes = self.keys.minutes
        return self.keys.mode + ("" if minutes is None else f", {counted(minutes, 'minute')}")

    @property
    def wanted(self) -> int:
        """How many answers it asks for: `count`, but never more than there are questions."""
        return min(self.keys.count, len(self.questions))

    def asks(self, attempt: Attempt) -> bool:
        """Whether an answer is one to this assignment: to one of its questions, and for an exam given in an exam.

        A second try has a mode of its own, so it never counts as an answer to an exam.
        """
        return attempt.question in self.questions and (self.keys.mode == "practice" or attempt.mode == "exam")

    def lateness_of(self, at: datetime | None) -> timedelta | None:
        """By how much a moment lies after the deadline; `None` when it does not."""
        if at is None or self.deadline is None or at <= self.deadline:
            return None
        return at - self.deadline

    def score(self, answers: Iterable[ScoredAnswer], sittings: Sequence[Sitting] = ()) -> float:
        """The score of the assignment out of 100, less the cost of hints and second tries, as the learner was told."""
        return round(100 * self._mark_answers(self._select_own_answers(answers), sittings), 1)

    def score_on_time(self, answers: Iterable[ScoredAnswer], sittings: Sequence[Sitting] = ()) -> float:
        """The score out of 100 that the answers given until the deadline earn by themselves."""
        return self.score([answer for answer in answers if self.lateness_of(answer.attempt.at) is None], sittings)

    def find_completion(self, answers: Iterable[ScoredAnswer], sittings: Sequence[Sitting] = ()) -> datetime | None:
        """The time of the last answer that added to the score; `None` if none did."""
        own_answers = self._select_own_answers(answers)
        return find_completion(own_answers, lambda first_answers: self._mark_answers(first_answers, sittings))

    def _select_own_answers(self, answers: Iterable[ScoredAnswer]) -> list[ScoredAnswer]:
        """The answers to questions of this assignment, the oldest first."""
        own_answers = (answer for answer in answers if answer.attempt.question in self.questions)
        return sorted(own_answers, key=lambda answer: answer.attempt.at)

    def _mark_answers(self, own_answers: Sequence[ScoredAnswer], sittings: Sequence[Sitting]) -> float:
        """The mark from 0 to 1 that these answers earn in the mode of the assignment."""
        if self.keys.mode == "practice":
            return mark_practice(own_answers, self.wanted)
        return mark_exam(own_answers, self.wanted, [sitting.began for sitting in sittings])

    def select_own_sittings(self, sittings: Iterable[Sitting]) -> list[Sitting] | None:
        """The exams with the questions of this assignment; `None` if it is no exam."""
        fingerprint = exam_fingerprint(self.options)  # "" for practice
        return [sitting for sitting in sittings if sitting.fingerprint == fingerprint] if fingerprint else None

    def opening_lines(self, now: datetime, sittings: Iterable[Sitting]) -> list[str]:
        """Tell a learner before the questions how many there are, when they are due, and which answers count."""
        fewer = (
            f"; its file asks for {self.keys.count:,}, and there are no more" if self.wanted < self.keys.count else ""
        )
        limit = "" if self.keys.minutes is None else f" in {counted(self.keys.minutes, 'minute')}"
        lines = [f"{counted(self.wanted, 'question')}{limit}{fewer}"]
        if self.deadline is not None:
            lines.append(self._deadline_words(now))
        lines += [self.remark] if self.remark else []
        return [f"{self.title}: {line}" for line in [*lines, self._counting_words(sittings)]]

    def description_lines(self) -> list[str]:
        """Describe the assignment to the teacher who checks it: its mode, its deadline, and what it asks."""
        keys = self.keys
        due = "no deadline" if self.deadline is None else f"due {short_deadline_words(self.deadline)}"
        scope = f"from {join_words(self.lessons)}" if self.lessons else "from the whole course"
        scope += f", on {join_words([*map(concept_name, keys.concepts)])}" if keys.concepts else ""
        numbers = "fresh numbers for each learner"
        if keys.seed is not None:
            numbers = f"the same for everybody, with the same numbers (seed {keys.seed})"
        return [
            f"{self.title}: {self.kind_words}, {due}",
            f"{self.wanted:,} of {counted(len(self.questions), 'question')} {scope}; {numbers}",
        ]

    def remark_lines(self, now: datetime) -> list[str]:
        """Remarks on what is valid but may not be what the teacher means."""
        keys, all_questions = self.keys, counted(len(self.questions), "question")
        is_exam, late = keys.mode == "exam", self.lateness_of(now)
        remarks = [self.remark] if self.remark else []
        if late is not None:
            remarks.append(f"the deadline was {format_span(late)} ago")
        if self.wanted < keys.count:
            remarks.append(f"count is {keys.count:,}, and there are {self.wanted:,}: all of them are asked")
        if is_exam and keys.seed is None:
            remarks.append(
                "without a seed each learner is asked other questions with other numbers, and of several exams "
                "the best counts; for marks give it one, such as seed: 7"
            )
        if not is_exam and keys.seed is not None:
            remarks.append(
                f"in practice the seed fixes what the quiz asks; first answers to any of its {all_questions} count"
            )
        return [f"Remark: {remark}." for remark in remarks]

    def _deadline_words(self, now: datetime) -> str:
        """When the deadline is or was; asked only of an assignment with a deadline."""
        deadline = self.deadline or now  # for the type checker, which cannot know that
        late, moment = self.lateness_of(now), deadline_words(deadline)
        if late is not None:
            return f"the deadline was {moment}, {format_span(late)} ago"
        return f"the deadline is {moment}, in {format_span(deadline - now)}"

    def _counting_words(self, sittings: Iterable[Sitting]) -> str:
        """Which answers count, in an exam or in practice."""
        own_sittings = self.select_own_sittings(sittings)
        if own_sittings is None:
            if self.wanted == 1:
                what_counts = "first answer counts"
            else:
                what_counts = f"first answers to {counted(self.wanted, 'different question')} count"
            return f"your {what_counts}, a second try right after one included; practise on as much as you like"
        if not own_sittings:
            return "an exam: your first answers count, and what you leave out counts as wrong"
        has_same_numbers = self.keys.seed is not None
        what_counts = "what you answered or left out then stays as it is" if has_same_numbers else "the best one counts"
        return f"you have begun this exam {counted(len(own_sittings), 'time')} before, and {what_counts}"

    def count_answers(self, attempts: Sequence[Attempt]) -> tuple[int, int]:
        """(number of answers that count, number of right ones); second tries and questions left out do not count.

        In practice the first answer to each of the first `wanted` different questions counts. In an exam, answers to
        the same question with the same numbers count once, as right if any of them is.
        """
        counting = [
            attempt
            for attempt in attempts
            if self.asks(attempt) and attempt.mode != RETRY and attempt.verdict != LEFT_OUT
        ]
        if self.keys.mode == "practice":
            first_verdicts: dict[str, str] = {}
            for attempt in counting:
                first_verdicts.setdefault(attempt.question, attempt.verdict)
            verdicts = list(first_verdicts.values())[: self.wanted]
            return len(verdicts), verdicts.count("right")
        answered = {(attempt.question, attempt.seed) for attempt in counting}
        right = {(attempt.question, attempt.seed) for attempt in counting if attempt.verdict == "right"}
        return len(answered), len(right)

    def state_lines(self, attempts: Sequence[Attempt], now: datetime, sittings: Sequence[Sitting] = ()) -> list[str]:
        """Say how much of the assignment a learner has done, what it earns so far, and how much time is left."""
        answered, right = self.count_answers(attempts)
        marked = [ScoredAnswer(attempt, attempt.score) for attempt in attempts]
        score = format_fixed(self.score(marked, sittings), 0)
        share = f"{min(answered, self.wanted):,} of {counted(self.wanted, 'question')}"
        lines = [f"{self.title}: {share} answered, {right:,} right; {score} of 100."]
        lines += self._first_answer_lines(attempts)
        if self.deadline is not None:
            deadline = self._deadline_words(now).replace("the", "The", 1)
            if self.lateness_of(now) is None:
                lines.append(f"{deadline}.")
            else:
                in_time = format_fixed(self.score_on_time(marked, sittings), 0)
                lines.append(f"{deadline}; it is handed in late, and what was answered in time earns {in_time} of 100.")
        if self.remark:
            lines.append(f"{self.title}: {self.remark}.")
        return lines

    def _first_answer_lines(self, attempts: Iterable[Attempt]) -> list[str]:
        """Why an exam earns less than its right answers; nothing where it does not."""
        if self.keys.mode == "practice":
            return []
        left_out, not_right = count_forgone(attempt for attempt in attempts if attempt.question in self.questions)
        parts = []
        if left_out:
            parts.append(f"{counted(left_out, 'question')} left out, since leaving an exam hands it in")
        if not_right:
            parts.append(f"{counted(not_right, 'answer')} not right")
        if not parts:
            return []
        return [f"Of the same numbers the first answer counts; at first there were: {'; '.join(parts)}."]


def deadline_words(deadline: datetime) -> str:
    """A deadline on the reader's own clock, and as the teacher wrote it where that is another."""
    written = f"{deadline:%Y-%m-%d %H:%M} {deadline.tzname()}"
    is_same = deadline.utcoffset() == deadline.astimezone().utcoffset()
    return local_moment(deadline) + ("" if is_same else f" (as your teacher wrote it: {written})")


def short_deadline_words(deadline: datetime) -> str:
    """A deadline in few words, on the reader's clock and then as it was written: `2026-12-12 23:59 CET (22:59 UTC)`.

    Where the two clocks agree, it is given once.
    """
    local = deadline.astimezone()
    if deadline.utcoffset() == local.utcoffset():
        return local_moment(deadline)
    day = "" if deadline.date() == local.date() else f"{deadline:%Y-%m-%d} "
    return f"{local_moment(deadline)} ({day}{deadline:%H:%M} {deadline.tzname()})"


def format_span(time: timedelta) -> str:
    """A length of time in its largest unit, rounded down: 3 days, 47 hours, 1 minute, which is the least."""
    minutes = max(1, int(time.total_seconds() // 60))
    if minutes < 60:
        return counted(minutes, "minute")
    if minutes < 48 * 60:
        return counted(minutes // 60, "hour")
    return counted(minutes // (24 * 60), "day")


def is_assignment(name: str) -> bool:
    """Whether a word on the command line names an assignment's file."""
    return Path(name).suffix.lower() in ENDINGS


def read_assignment(path: Path, course: "Course", *, for_teacher: bool = False) -> Assignment:
    """Read an assignment; `for_teacher` says who is told where to get a pack that it needs.

    Raises:
        UsageError: it cannot be read, or has faults; the message names each by its line, with its reason.
    """
    name = show_path(path)
    tree = parse(read_text(path, MAX_BLOCK_BYTES).replace("\r\n", "\n"))
    keys, notes = convert_tree(tree, AssignmentKeys, KEY_HELP, SYNONYMS)
    sound_keys = keys or _read_sound_keys(tree)  # `keys` is `None` where one of them has a fault
    assignment = _make_assignment(sound_keys, tree, course, notes, for_teacher=for_teacher)
    if notes:
        (first_line, first_message), *others = sorted(notes)[:MAX_FAULTS]
        messages = [f"{name}:{first_line}: {first_message}", *(f"line {line}: {message}" for line, message in others)]
        raise UsageError("; ".join(messages))
    return assignment


def _read_sound_keys(tree: "Tree") -> AssignmentKeys:
    """The keys that can be read of a file with faults, so that all faults are found at once."""
    written = tree.value if isinstance(tree.value, dict) else {}
    values: dict[str, Any] = {"title": "?"}  # the one key without a default; nobody sees it: the faults are raised
    for field in msgspec.structs.fields(AssignmentKeys):
        with suppress(KeyError, msgspec.ValidationError):
            values[field.name] = msgspec.convert(written[field.encode_name], field.type)
    return AssignmentKeys(**values)


def _make_assignment(
    keys: AssignmentKeys, tree: "Tree", course: "Course", notes: "list[Note]", *, for_teacher: bool
) -> Assignment:
    """What the keys ask for; everything that is wrong with them is added to `notes`."""
    deadline = _parse_deadline(keys.deadline)
    if keys.deadline and deadline is None:
        notes.append((tree.line(("deadline",)), f"deadline: {clip(keys.deadline, 40)} is not {KEY_HELP['deadline']}"))
    try:
        pack = find_required_pack(course, keys.pack, for_teacher=for_teacher)
    except PackNeededError as error:  # its lessons and concepts are not known either
        notes.append((tree.line(("pack",)), str(error)))
        return Assignment(keys, deadline, frozenset())
    note_count = len(notes)
    known_concepts = sorted({concept for heading in course.headings for concept in heading.front_matter.concepts})
    notes += [
        (tree.line(("concepts", index)), str(unknown_name_error("concept", concept, known_concepts)))
        for index, concept in enumerate(keys.concepts)
        if concept not in known_concepts
    ]
    lessons = keys.lessons or (pack.lessons if pack else ())
    all_lessons = [heading.front_matter.id for heading in course.headings]
    questions: set[str] = set()
    for index, lesson in enumerate(lessons or all_lessons):
        try:
            questions.update(_find_question_ids(course, lesson, keys.concepts))
        except UsageError:  # there is no such lesson
            message = unknown_lesson_words(course, lesson, pack, for_teacher=for_teacher)
            notes.append((tree.line(("lessons", index)), message))
        except ChainruleError as error:
            notes.append((tree.line(("lessons", index)), str(error)))
    has_new_notes = len(notes) > note_count
    if not questions and not has_new_notes:
        # The fault is put on the line of the key that narrows the scope most; without any, on the first line.
        narrowest_key = next((key for key in ("concepts", "lessons", "pack") if getattr(keys, key)), "")
        notes.append((tree.line((narrowest_key,)), "no question is in this scope; name other lessons or concepts"))
    return Assignment(keys, deadline, frozenset(questions), lessons, pack.remark if pack else "")


def _parse_deadline(text: str) -> datetime | None:
    """A moment with its zone, in a likely year; `None` for any other text."""
    try:
        at = datetime.fromisoformat(text)
        return at if at.tzinfo is not None and at.year in YEAR_RANGE else None
    except ValueError:
        return None


def _find_question_ids(course: "Course", lesson: str, concepts: Iterable[str]) -> list[str]:
    """The questions of a lesson that are on these concepts, or on any."""
    wanted = set(concepts)
    questions = course.questions(lesson)
    return [question.id for question in questions if not wanted or wanted & {*question.concepts}]
