"""A state of a run as sentences and lines."""

from typing import Any

from tutor.content.plain import plain_inline
from tutor.maths.render import ascii_line, inline
from tutor.plain.lines import wrap
from tutor.sims.engine.json_lines import describe_divergence
from tutor.sims.engine.player import Player
from tutor.text.numbers import latex, show


def describe(player: Player[Any], ascii: bool = False) -> list[str]:
    """Where the run stands: step, what happened, readings, worked lines, what the pictures show."""
    view = player.view()
    formula = ascii_line if ascii else inline
    lines = [f"Step {player.position}."]
    lines += wrap(plain_inline(describe_divergence(player.state) or view.narration, ascii))
    for reading in view.readings:
        if reading.detail:
            continue
        unit = f" {reading.unit}" if reading.unit else ""
        lines.append(f"  {plain_inline(reading.label, ascii)}: {show(reading.value)}{unit}")
    for line in view.worked_lines:
        lines.append("  " + formula(line.formula))
        lines.append("    = " + formula(line.numbers) + " = " + formula(latex(line.value)))
    for picture in view.pictures:
        lines += wrap(plain_inline(picture.description, ascii))
    return lines
