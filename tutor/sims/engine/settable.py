"""Which quantities a learner can select in a picture and set by hand."""

from itertools import chain

from tutor.sims.engine.chart import Chart, Graph, Network, Picture


def settable_keys(picture: Picture) -> list[str]:
    """The quantities that a learner can select in `picture` and set by hand, from left to right.

    Each is the name of a parameter or a path in the state.
    """
    if isinstance(picture, (Chart, Graph)):
        return []
    keys: list[str] = []
    if isinstance(picture, Network):
        for unit in chain.from_iterable(picture.columns):
            keys += [*unit.keys, unit.bias_key]
    else:
        for index, column in enumerate(picture.columns):
            if index > 0:
                keys += picture.links[index - 1].keys  # on the arrow that leads to this column
            keys += [key for node in column for key in node.keys]
    return [key for key in keys if key]
