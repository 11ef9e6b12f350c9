"""A class in lines of text: what `chainrule class` prints."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from tutor.classroom.assignment import format_span
from tutor.classroom.report import ClassReport, Copy, LearnerRow, QuestionRow, Unchecked
from tutor.classroom.rows import LessonItems
from tutor.classroom.suspicion import SIGN, choose_sign, legend_lines, reset_words
from tutor.errors import clip
from tutor.text.moments import local_day, local_moment
from tutor.text.numbers import counted, format_fixed, format_share
from tutor.text.sentences import join_words

MAX_LISTED_QUESTIONS = 10
"""The most questions that are listed."""
MAX_LISTED_DIFFERENCES = 3
"""The most differences that are listed for one learner."""
MAX_LISTED_WRONG_ANSWERS = 3
"""The most wrong answers that are listed for one question."""
MAX_NAME_LENGTH = 28
"""The characters to which a name is clipped."""


def class_lines(report: ClassReport, lessons: Sequence[LessonItems]) -> list[str]:
    """The whole report in lines: who did what, who is stuck, which questions fail, and what needs a look."""
    parts = [
        [f"{counted(len(report.learners), 'learner')}, {counted(report.files, 'file')}. Every grade was recomputed."],
        ["", *learner_lines(report.learners), *legend_lines(report.learners)] if report.learners else [],
        _titled_lines(assignment_title(report), assignment_lines(report)),
        _titled_lines("Look at this first", look_first_lines(report)),
        _titled_lines("Files that could not be read", [fault.error for fault in report.faults]),
        _titled_lines("Nothing to look over", missing_lines(report)),
        _titled_lines("Stuck (answered more than once, never right)", stuck_lines(report.learners)),
        _titled_lines("Questions that most fail", question_lines(report.questions)),
        _titled_lines("Earned nothing, since it could not be graded again", unchecked_lines(report.learners)),
        _titled_lines("Lessons", lesson_lines(report, lessons)),
        _titled_lines("Remarks", report.remarks),
    ]
    return [line for part in parts for line in part]


def _titled_lines(title: str, lines: Sequence[str]) -> list[str]:
    """An empty line, a title and the lines below it; nothing where there are none."""
    return ["", f"{title}:", *(f"  {line}" for line in lines)] if lines else []


def missing_lines(report: ClassReport) -> list[str]:
    """Name the learners without any answer, or with nothing for the assignment, and say why."""
    missing = ((learner, missing_words(learner, report)) for learner in report.learners)
    return [f"{learner.name}: {words}" for learner, words in missing if words]


def missing_words(learner: LearnerRow, report: ClassReport) -> str:
    """Say why a learner has no answers, or nothing for the assignment; "" if there is something."""
    if not learner.is_empty:
        lacks_assignment = report.assignment and learner.score is None
        unread = f" ({unreadable_words(learner)})" if learner.unreadable else ""
        return f"nothing for {report.assignment}{unread}" if lacks_assignment else ""
    if learner.files:
        return "nothing answered yet"
    return f"nothing that can be read ({', '.join(learner.unreadable)})" if learner.unreadable else "nothing handed in"


def unreadable_words(learner: LearnerRow) -> str:
    """Which files of a learner could not be read."""
    return f"could not be read: {', '.join(learner.unreadable)}"


def learner_lines(learners: Sequence[LearnerRow]) -> list[str]:
    """One line for each learner, below a line of headings; `SIGN` marks figures that are suspect."""
    names = [clip(learner.name, MAX_NAME_LENGTH) for learner in learners]
    width = max(len("learner"), *map(len, names))
    lines = [f"{'learner':<{width}}  lessons   answered  right   min  hints  last seen   weakest concept"]
    for name, learner in zip(names, learners, strict=True):
        weakest = learner.weakest
        weakest_words = f"{clip(weakest.concept, 30)} ({format_share(weakest.known)})" if weakest else "–"
        lines.append(
            f"{name:<{width}}  {len(learner.lessons):>7}  {answered_share_words(learner):>9}  "
            f"{right_share_words(learner):>5}{choose_sign(learner):<1}  {format_fixed(learner.seconds / 60, 0):>3}  "
            f"{learner.hints:>5}  {last_seen_day(learner) or '–':<10}  {weakest_words}"
        )
    return lines


def answered_share_words(learner: LearnerRow) -> str:
    """How many questions a learner answered, of all in the lessons that she worked in: `3 of 19`."""
    answered = sum(row.answered for row in learner.lessons)
    questions = sum(row.questions for row in learner.lessons)
    return f"{answered:,} of {questions:,}" if questions else "–"


def right_share_words(learner: LearnerRow) -> str:
    """The percentage of the answers that was right; "–" for a learner without any."""
    return format_share(learner.right / learner.answers) if learner.answers else "–"


def last_seen_day(learner: LearnerRow) -> str:
    """The day of the last answer in the teacher's time zone; "" for a learner without answers."""
    return local_day(datetime.fromisoformat(learner.last_seen)) if learner.last_seen else ""


def assignment_title(report: ClassReport) -> str:
    """The assignment, and when it was due."""
    due = f", due {local_moment(datetime.fromisoformat(report.deadline))}" if report.deadline else ""
    return f"Assignment {report.assignment}{due}"


def assignment_lines(report: ClassReport) -> list[str]:
    """Say what each learner's assignment earned, and who was late; no lines without an assignment."""
    lines = []
    for learner in report.learners:
        if learner.score is None:
            continue
        late = late_words(learner)
        parts = [  # a part is "" if there is nothing to say
            f"{learner.name}: {format_fixed(learner.score, 0)} of 100",
            f" ({SIGN})" if learner.suspect else "",
            incomplete_words(learner, report),
            f", {late}" if late else "",
            _begun_words(learner),
            _taken_back_words(learner),
            _earlier_score_words(learner),
            _handed_in_words(learner, report.assignment),
            f"; {unreadable_words(learner)}" if learner.unreadable else "",
        ]
        lines.append("".join(parts))
    return lines


def incomplete_words(learner: LearnerRow, report: ClassReport) -> str:
    """Say how many questions of the assignment were answered; "" if all that it wants were."""
    if learner.answered is None or report.wanted is None or learner.answered >= report.wanted:
        return ""
    return f", {learner.answered:,} of {report.wanted:,} answered"


def _earlier_score_words(learner: LearnerRow) -> str:
    """Give the mark at the time of the hand-in, which the learner was told; "" unless later answers changed it."""
    then = learner.score_handed_in
    return "" if then is None else f", {format_fixed(then, 0)} of 100 when handed in, later answers count too"


def _handed_in_words(learner: LearnerRow, assignment: str) -> str:
    """Say in brackets when the file was handed in, for which other assignment, and when a late one was complete."""
    is_for_other = learner.assignment != "" and learner.assignment.casefold() != assignment.casefold()
    for_other = f" for {learner.assignment}" if is_for_other else ""
    doubt = ", it says" if learner.contradictions else ""
    handed_in = local_moment(datetime.fromisoformat(learner.handed_in)) if learner.handed_in else ""
    complete = local_moment(datetime.fromisoformat(learner.complete_at)) if learner.complete_at else ""
    parts = []
    if handed_in:
        parts.append(f"handed in {handed_in}{for_other}{doubt}")
    if learner.late_seconds is not None and complete not in {"", handed_in}:
        parts.append(f"complete at {complete}")
    return f" ({', '.join(parts)})" if parts else ""


def _begun_words(learner: LearnerRow) -> str:
    """Say how often the exam was begun; "" for practice, for a single complete exam, and if that is not known."""
    has_unrecorded_exam = not learner.exams_begun and bool(learner.score)  # a score: an exam was begun
    is_unknown = learner.exams_begun is None or has_unrecorded_exam
    words = "" if is_unknown else exam_words(learner)
    return f", {words}" if words else ""


def _taken_back_words(learner: LearnerRow) -> str:
    return f", {counted(learner.undone, 'answer')} taken back" if learner.undone else ""


def exam_words(learner: LearnerRow) -> str:
    """Say how often the exam was begun, and how often left with questions unanswered; "" for one complete exam."""
    begun, left_early = learner.exams_begun or 0, learner.exams_left_early or 0
    if not begun:
        return "not begun"
    parts = []
    if begun > 1:
        parts.append(f"begun {counted(begun, 'time')}")
    if left_early:
        parts.append(f"left early {counted(left_early, 'time')}")
    return ", ".join(parts)


def late_words(learner: LearnerRow) -> str:
    """How late a learner was, and the score in time: `3 days late, 70 of 100 in time`; "" if not late."""
    if learner.late_seconds is None:
        return ""
    earned = "" if learner.score_on_time is None else f", {format_fixed(learner.score_on_time, 0)} of 100 in time"
    return f"{format_span(timedelta(seconds=learner.late_seconds))} late{earned}"


def look_first_lines(report: ClassReport) -> list[str]:
    """What to look at first: changed files, shared answers, contradictions, resets, and grades that differ."""
    with_changed_files = [learner for learner in report.learners if learner.changed_files]
    others = [learner for learner in report.learners if not learner.changed_files]
    return [
        *_contradiction_lines(with_changed_files),
        *(copy_line(copy) for copy in report.copies),
        *_contradiction_lines(others),
        *reset_lines(report.learners),
        *difference_lines(report.learners),
    ]


def _contradiction_lines(learners: Sequence[LearnerRow]) -> list[str]:
    return [f"{learner.name}: {text}" for learner in learners for text in learner.contradictions]


def reset_lines(learners: Sequence[LearnerRow]) -> list[str]:
    """What was begun again, when, and after how many answers."""
    lines = []
    for learner in learners:
        for reset in learner.resets:
            when = f" on {local_moment(datetime.fromisoformat(reset.at))}"
            lines.append(f"{learner.name}: {reset_words(reset, when)}")
    return lines


def copy_line(copy: Copy) -> str:
    """Say which two learners share how many answers, and in which files."""
    sizes = " and ".join(f"{size:,}" for size in copy.of)
    files = " and ".join(copy.files)
    names = " and ".join(clip(name, MAX_NAME_LENGTH) for name in copy.learners)
    return f"{names} share {counted(copy.answers, 'answer')} (of {sizes}): {files}"


def difference_lines(learners: Sequence[LearnerRow]) -> list[str]:
    """List the grades in each learner's file that differ from the recomputed ones."""
    lines = []
    for learner in learners:
        differences = learner.differences
        if not differences:
            continue
        verb = "differs" if len(differences) == 1 else "differ"
        lines.append(
            f"{learner.name}: {counted(len(differences), 'grade')} in the file {verb} from what the answer deserves"
        )
        lines += [
            f"  {clip(answer.question, 40)} (seed {answer.seed}), answered '{clip(answer.answer, 40)}': the file says "
            f"{answer.claimed.verdict} {format_share(answer.claimed.score)}, "
            f"recomputed {answer.found.verdict} {format_share(answer.found.score)}"
            for answer in differences[:MAX_LISTED_DIFFERENCES]
        ]
        if len(differences) > MAX_LISTED_DIFFERENCES:
            lines.append(f"  and {len(differences) - MAX_LISTED_DIFFERENCES:,} more (--json has all)")
    return lines


def stuck_lines(learners: Sequence[LearnerRow]) -> list[str]:
    """List the questions at which learners are stuck; the one with most learners comes first."""
    names_of: dict[tuple[str, str], list[str]] = defaultdict(list)  # question and lesson → who is stuck there
    for learner in learners:
        for row in learner.stuck:
            name = f"{clip(learner.name, MAX_NAME_LENGTH)} ({counted(row.tries, 'try')})"
            names_of[row.question, row.lesson].append(name)
    most_first = sorted(names_of.items(), key=lambda item: (-len(item[1]), item[0]))
    return [
        f"{clip(question, 40)}, in {lesson or 'no lesson'}: {join_words(names)}"
        for (question, lesson), names in most_first[:MAX_LISTED_QUESTIONS]
    ]


def question_lines(questions: Sequence[QuestionRow]) -> list[str]:
    """The questions that most learners fail, each with its commonest wrong answers."""
    lines = []
    failed_by_some = [row for row in questions if row.failed or row.first_right < 1]
    for row in failed_by_some[:MAX_LISTED_QUESTIONS]:
        discrimination = "" if row.discrimination is None else f"; discrimination {format_fixed(row.discrimination, 2)}"
        lines.append(
            f"{row.question}, in {row.lesson}: {row.failed} of {row.learners} never right, "
            f"{format_share(row.first_right)} right at once{discrimination}"
        )
        commonest = row.wrong[:MAX_LISTED_WRONG_ANSWERS]
        wrong = [f"{_quote(answer.means or answer.answer)} ({answer.learners})" for answer in commonest]
        if wrong:
            lines.append(f"  instead: {', '.join(wrong)}")
    return lines


def _quote(text: str) -> str:
    return f"'{clip(text, 50)}'"


def unchecked_lines(learners: Sequence[LearnerRow]) -> list[str]:
    """The answers that could not be graded again, by learner and reason."""
    lines = ((learner, unchecked_words(learner.unchecked)) for learner in learners)
    return [f"{learner.name}: {reasons}" for learner, reasons in lines if reasons]


def unchecked_words(unchecked: Unchecked) -> str:
    """Say how many answers could not be graded again, and why; "" if all could."""
    parts = (
        (unchecked.gone, "to questions that this course does not have"),
        (unchecked.rewritten, "to questions that were rewritten since"),
        (unchecked.unreadable, "that cannot be read"),
        (unchecked.refused, "in code, which is not run on a machine that cannot shut it in (chainrule doctor)"),
        (unchecked.slow, "in code, which was not run: the code before it had taken too long"),
    )
    return "; ".join(f"{counted(count, 'answer')} {why}" for count, why in parts if count)


def lesson_lines(report: ClassReport, lessons: Sequence[LessonItems]) -> list[str]:
    """Each lesson: how many learners worked in it, and their mean score."""
    lines = []
    for items in lessons:
        scores = [row.score for learner in report.learners for row in learner.lessons if row.lesson == items.lesson]
        if scores:
            mean = sum(scores) / len(scores)
            lines.append(
                f"{items.lesson}: {counted(len(scores), 'learner')}, on average {format_fixed(mean, 0)} of 100"
            )
    return lines
