"""The chart of the record's statistics, with a description that says the same in words."""

from tutor.sims.engine.chart import Chart, Line
from tutor.statistics.figures import HISTORY_DAYS, Figures
from tutor.text.numbers import counted, format_share


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
