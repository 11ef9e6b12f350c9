"""Charts of the record's statistics, each with a description that says the same in words."""

from collections.abc import Sequence
from typing import Any

from tutor.quiz.summary import describe_calibration
from tutor.sims.engine.chart import Bars, Chart, Line, Role
from tutor.statistics.figures import HISTORY_DAYS, Figures
from tutor.statistics.words import WEEKDAYS, Tone, level_tone
from tutor.text.concepts import concept_name
from tutor.text.numbers import counted, format_rounded, format_share

MAX_CHARTED_CONCEPTS = 8
"""The most concepts that a chart shows."""
PERCENT_RANGE = (0.0, 100.0)
LEVEL_ROLES: dict[Tone, Role] = {"good": "good", "weak": "tertiary", "plain": "primary"}
"""Tone of a level → the colour of its bar, the same as in the panels."""


def make_charts(figures: Figures) -> list[Chart]:
    """Make every chart that has something to draw, the most useful first; the forecast is always included."""
    charts = [forecast_chart(figures)]
    if any(day.answers for day in figures.days):
        charts.append(history_chart(figures))
    if figures.concepts:
        charts += [levels_chart(figures.concepts), times_chart(figures.concepts)]
    if figures.calibration:
        charts.append(calibration_chart(figures))
    return charts


def forecast_chart(figures: Figures) -> Chart:
    """Chart how many questions fall due on each of the next days."""
    today = figures.days[-1].date.weekday()  # 0 is Monday
    names = ["today", "tomorrow", *(WEEKDAYS[(today + ahead) % 7] for ahead in range(2, len(figures.forecast)))]
    due_today, *due_later = figures.forecast
    description = (
        f"{counted(due_today, 'question')} due today, {sum(due_later)} more in the {len(due_later)} days after."
    )
    roles: list[Role] = ["accent"]  # today stands out
    roles += ["primary"] * len(due_later)
    bars = Bars(names, list(figures.forecast), label="questions", roles=tuple(roles))
    return Chart("Reviews that fall due", (bars,), description)


def history_chart(figures: Figures) -> Chart:
    """Chart the answers of each day, and how many of them were right."""
    days_ago = [float(day) for day in range(1 - HISTORY_DAYS, 1)]  # −27 … 0: today is at the right
    answers = Line(days_ago, [day.answers for day in figures.days], label="answers", role="primary")
    right = Line(days_ago, [day.right for day in figures.days], label="right", role="good")
    total = sum(day.answers for day in figures.days)
    share = format_share(figures.right / total) if total else "none"
    busiest = max(figures.days, key=lambda day: day.answers)
    left_out = f", {figures.left_out:,} of them left out of exams" if figures.left_out else ""
    description = (
        f"In the last {HISTORY_DAYS} days you gave {counted(total, 'answer')}{left_out}, {share} of them right; "
        f"the most on one day was {busiest.answers}."
    )
    highest = max(1, busiest.answers)  # at least 1, so that the axis has a height without answers
    y_range = (0.0, 1.05 * highest)  # a little room above the highest point
    return Chart("Answers a day", (answers, right), description, x_label="days ago", y_label="answers", y_range=y_range)


def levels_chart(concepts: Sequence[dict[str, Any]]) -> Chart:
    """Chart how well the weakest concepts are known now; `concepts` are those of `Figures`, the weakest first."""
    rows = concepts[:MAX_CHARTED_CONCEPTS]
    names = [concept_name(row["id"]) for row in rows]
    percentages = [round(100 * row["level"]) for row in rows]
    roles = tuple(LEVEL_ROLES[level_tone(row["level"])] for row in rows)
    weakest = ", ".join(f"{concept_name(row['id'])} {format_share(row['level'])}" for row in rows[:3])
    return Chart(
        "Level now in %, the weakest first",
        (Bars(names, percentages, label="%", roles=roles),),
        f"The weakest: {weakest}.",
        y_range=PERCENT_RANGE,
    )


def times_chart(concepts: Sequence[dict[str, Any]]) -> Chart:
    """Chart the concepts whose questions take longest."""
    rows = sorted(concepts, key=lambda row: -row["seconds"])[:MAX_CHARTED_CONCEPTS]
    names = [concept_name(row["id"]) for row in rows]
    bars = Bars(names, [round(row["seconds"]) for row in rows], label="s")
    longest = ", ".join(f"{concept_name(row['id'])} {format_rounded(row['seconds'])} s" for row in rows[:3])
    return Chart("Seconds per answer, the longest first", (bars,), f"The longest answers: {longest}.")


def calibration_chart(figures: Figures) -> Chart:
    """Chart the share of right answers for each confidence."""
    bins = figures.calibration
    names = [f"{bin.words} ({bin.count})" for bin in bins]
    bars = Bars(names, [round(100 * bin.share) for bin in bins], label="%")
    shares = ", ".join(f"{bin.words}: {bin.right} of {bin.count} right" for bin in bins)
    capitalised = f"{shares[0].upper()}{shares[1:]}"
    description = f"{capitalised}. {describe_calibration(bins)}".strip()
    return Chart("Right in %, by how sure you were", (bars,), description, y_range=PERCENT_RANGE)
