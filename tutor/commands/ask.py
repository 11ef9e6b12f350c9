"""`ask` and `grade`: one question, and the grader alone."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from tutor.commands.command import NOT_RIGHT_EXIT_CODE, Command, Conflict, Requirement
from tutor.commands.launcher import open_course_with_packs
from tutor.commands.parameters import NUMBER, WHOLE
from tutor.errors import UsageError, clip
from tutor.text.output import flush, lacks_formulas, say, say_json

EXIT_CODE_OPTION = click.option(
    "--exit-code",
    is_flag=True,
    help="Exit with 3 unless the answer is right; one that cannot be read counts as not right.",
)


@click.command(
    cls=Command,
    examples=(
        "chainrule ask adam-plain-step",
        "chainrule ask adam-plain-step --seed 3 --answer 0.5 --exit-code",
    ),
    requirements=(Requirement("--exit-code", ("--answer",)),),
)
@click.argument("question")
@click.option("--seed", type=WHOLE, default=0, show_default=True, help="The seed that the numbers are drawn from.")
@click.option("--answer", help="Also grade this answer. Nothing is recorded.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@EXIT_CODE_OPTION
@click.pass_obj
def ask(
    folders: tuple[Path, ...], question: str, seed: int, answer: str | None, as_json: bool, exit_code: bool
) -> None:
    """Print QUESTION with one set of numbers; --answer grades it. Nothing is recorded."""
    from tutor.budget import ANSWER_BUDGET, Budget
    from tutor.plain.question import outcome_lines, prompt_lines, question_json, reading_lines

    template, _ = open_course_with_packs(folders).question(question)
    with Budget(ANSWER_BUDGET, "this question").activate():
        instance = template.draw_instance(seed)
        outcome = None if answer is None else instance.grade_text(answer)
    if as_json:
        say_json(question_json(instance, outcome, answer or ""))
    else:
        ascii = lacks_formulas(sys.stdout)
        say(*prompt_lines(instance, ascii))
        if outcome is not None:
            say(*reading_lines(instance, answer or "", ascii), *outcome_lines(instance, outcome, ascii))
    verdict = getattr(outcome, "verdict", "")  # neither an unreadable answer nor `None` has one
    if exit_code and verdict != "right":
        raise SystemExit(NOT_RIGHT_EXIT_CODE)


@click.command(
    cls=Command,
    examples=(
        "chainrule grade number --expected 0.25 --answer 1/4",
        "chainrule grade expression --expected '2*x' --answer 'x + x'",
        "chainrule grade --batch < answers.jsonl",
    ),
    conflicts=tuple(
        Conflict("--batch", other, "each line of --batch brings its own")
        for other in ("--expected", "--answer", "--rtol", "--atol", "--assume", "KIND")
    ),
)
@click.argument("kind", required=False)
@click.option("--expected", help="The right answer.")
@click.option("--answer", help="The answer as it was typed.")
@click.option("--rtol", type=NUMBER, help="Relative tolerance.")
@click.option("--atol", type=NUMBER, help="Absolute tolerance.")
@click.option("--assume", multiple=True, metavar="NAME=WHAT", help="For an expression: a=positive, n=integer, x=>1.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--batch", is_flag=True, help="Read JSON Lines, and print one line for each.")
@EXIT_CODE_OPTION
def grade(
    kind: str | None,
    expected: str | None,
    answer: str | None,
    rtol: float | None,
    atol: float | None,
    assume: tuple[str, ...],
    as_json: bool,
    batch: bool,
    exit_code: bool,
) -> None:
    """Grade an answer of KIND (number or expression) against what is expected."""
    from tutor.questions.grading import grade_line

    if batch:
        all_right = grade_batch()
        raise SystemExit(NOT_RIGHT_EXIT_CODE if exit_code and not all_right else 0)
    if kind is None or expected is None or answer is None:
        raise UsageError(
            "give a kind, --expected and --answer, or --batch; for example: "
            "chainrule grade number --expected 0.25 --answer 1/4"
        )
    request: dict[str, Any] = {"kind": kind, "expected": expected, "answer": answer}
    if rtol is not None:
        request["rtol"] = rtol
    if atol is not None:
        request["atol"] = atol
    if assume:
        request["assume"] = _read_assumptions(kind, assume)
    result = grade_line(request)
    if "error" in result:
        raise UsageError(str(result["error"]))
    if as_json:
        say_json(result)
    elif not result["readable"]:
        say(f"not graded: {result['advice']}")
    else:
        say("right" if result["correct"] else "wrong")
    if exit_code and not result["correct"]:
        raise SystemExit(NOT_RIGHT_EXIT_CODE)


def _read_assumptions(kind: str, assumptions: tuple[str, ...]) -> dict[str, str]:
    """Read assumptions such as `a=positive`: return variable → the property that is assumed of it.

    Raises:
        UsageError: an answer of this kind has no variables, an assumption is not written so, or a variable has two.
    """
    from tutor.questions.grading import has_letters

    if not has_letters(kind):
        raise UsageError(f"--assume is about the letters of an expression, and a {kind} has none; leave it out")
    properties: dict[str, str] = {}
    for assumption in assumptions:
        variable, assumed_property = _split_assumption(assumption)
        if properties.setdefault(variable, assumed_property) != assumed_property:
            raise UsageError(f"--assume {clip(variable)} is given twice; give it once")
    return properties


def _split_assumption(assumption: str) -> tuple[str, str]:
    """Split `a=positive` into the variable and what is assumed of it."""
    variable, equals_sign, assumed_property = assumption.partition("=")
    if not equals_sign:
        raise UsageError(f"--assume {assumption} cannot be used: write a=positive")
    return variable.strip(), assumed_property.strip()


def grade_batch() -> bool:
    """Grade JSON Lines from standard input, and print a line for each; return whether all were right.

    A line that cannot be read has `error` in its result, and the others are graded all the same.
    """
    from tutor.questions.grading import grade_line
    from tutor.text.input import read_byte_lines

    all_right = True
    for line in read_byte_lines():
        if not line.strip():
            continue
        try:
            request = json.loads(line)
        except (ValueError, RecursionError):  # not JSON, or nested too deeply
            request = None
        is_object = isinstance(request, dict)
        result = grade_line(request) if is_object else {"error": "not a JSON object on one line"}
        all_right = all_right and bool(result.get("correct"))
        say_json(result)
        flush(sys.stdout)  # another program may wait for this result before it writes the next line
    return all_right
