"""`schedule`: when questions come again, fitted to the learner's own memory."""

from typing import TYPE_CHECKING, Any

import click

from tutor.commands.command import Command, CommandGroup
from tutor.commands.launcher import open_record
from tutor.text.numbers import counted, format_fixed
from tutor.text.output import say, say_json

if TYPE_CHECKING:
    from tutor.progress.review.fitted import Fitted


@click.group(
    cls=CommandGroup,
    examples=(
        "chainrule schedule show",
        "chainrule schedule fit",
        "chainrule schedule undo",
    ),
)
def schedule() -> None:
    """Say when questions come again, and fit that to your memory."""


@schedule.command(cls=Command, examples=("chainrule schedule show", "chainrule schedule show --json"))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show(as_json: bool) -> None:
    """Say which parameters the schedule has, and how well they foretell your answers."""
    from tutor.progress.record.schedule_fit import fitted_schedule, is_fit_worthwhile
    from tutor.statistics.words import FIT_OFFER, describe_schedule

    store = open_record()
    fitted, is_worthwhile = fitted_schedule(store), is_fit_worthwhile(store)
    if as_json:
        say_json({"fitted": _fitted_as_dict(fitted), "fit_worthwhile": is_worthwhile})
        return
    say(describe_schedule(fitted))
    if is_worthwhile:
        say(FIT_OFFER)


@schedule.command("fit", cls=Command, examples=("chainrule schedule fit", "chainrule schedule fit --json"))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def fit_(as_json: bool) -> None:
    """Fit the schedule to your answers; kept only where it foretells the latest ones better.

    It takes 1,000 reviews and the extra package of chainrule[fit]. The earlier four fifths are learnt from; the last
    fifth decides. No answer is changed, and chainrule schedule undo goes back.
    """
    from tutor.progress.record.schedule_fit import fit_schedule

    outcome = fit_schedule(open_record())
    fitted = outcome.fitted
    if as_json:
        say_json({"kept": outcome.is_better, "fitted": _fitted_as_dict(fitted)})
        return
    comparison = (
        f"log loss {format_fixed(fitted.log_loss, 4)}, before {format_fixed(fitted.log_loss_before, 4)}, on the last "
        f"{counted(fitted.held_out, 'review')}, which it had not seen"
    )
    if outcome.is_better:
        say(f"The schedule is fitted to your answers: {comparison}.", "To go back: chainrule schedule undo")
    else:
        say(f"Nothing was changed: fitted to your answers, the schedule is no better ({comparison}).")


@schedule.command(cls=Command, examples=("chainrule schedule undo",))
def undo() -> None:
    """Go back to FSRS's published parameters; no answer is changed."""
    from tutor.progress.record.schedule_fit import use_published_schedule

    use_published_schedule(open_record())
    say("The schedule has FSRS's published parameters again, and all reviews their times by these.")


def _fitted_as_dict(fitted: "Fitted | None") -> dict[str, Any] | None:
    """The fitted parameters as a JSON object; `None` for the published ones."""
    if fitted is None:
        return None
    return {
        "parameters": list(fitted.parameters),
        "at": fitted.at.isoformat(),
        "learnt_from": fitted.learnt_from,
        "held_out": fitted.held_out,
        "log_loss": fitted.log_loss,
        "log_loss_before": fitted.log_loss_before,
    }
