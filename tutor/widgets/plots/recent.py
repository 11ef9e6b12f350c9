"""Remembers what was computed for the charts of the present frame; several parts of a picture ask for the same."""

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from tutor.sims.engine.chart import Chart
from tutor.widgets.plots.colours import Palette

MAX_REMEMBERED = 16
"""The results that each function remembers: about two for each chart on the screen."""
Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def remember_recent(
    compute: Callable[Concatenate[Chart, Palette, Arguments], Result],
) -> Callable[Concatenate[Chart, Palette, Arguments], Result]:
    """Decorate a function of a chart and a palette so that it does not compute again what it computed just before.

    This is like `functools.lru_cache`, except that a chart and a palette are the same only if they are the same
    objects: comparing their contents would take longer than it saves. Callers must not change the result.
    """
    # Chart and palette are kept with the result, so that no other object can get their `id`.
    remembered: OrderedDict[tuple[object, ...], tuple[Chart, Palette, Result]] = OrderedDict()

    @wraps(compute)
    def look_up(chart: Chart, palette: Palette, /, *arguments: Arguments.args, **options: Arguments.kwargs) -> Result:
        key = (id(chart), id(palette), *arguments, *options.items())
        if key in remembered:
            return remembered[key][-1]
        result = compute(chart, palette, *arguments, **options)
        remembered[key] = chart, palette, result
        if len(remembered) > MAX_REMEMBERED:
            remembered.popitem(last=False)
        return result

    return look_up
