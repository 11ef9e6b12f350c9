"""Runs as a reader of their JSON has them."""

import json
from itertools import islice
from typing import Any

from tutor.sims.engine.json_lines import iterate_states, json_of_state
from tutor.sims.engine.simulation import Simulation
from tutor.sims.table import find_simulation


def lines(name: str, steps: int, **values: Any) -> list[dict[str, Any]]:
    """The states as a reader of the JSON has them."""
    simulation = find_simulation(name).build(**values)
    return [as_read(simulation, state) for state in islice(iterate_states(simulation), steps + 1)]


def last(name: str, steps: int, **values: Any) -> dict[str, Any]:
    """The last of them."""
    simulation = find_simulation(name).build(**values)
    *_, state = islice(iterate_states(simulation), steps + 1)
    return as_read(simulation, state)


def as_read(simulation: Simulation[Any], state: Any) -> dict[str, Any]:
    """A state as its line of JSON gives it."""
    read: dict[str, Any] = json.loads(json.dumps(json_of_state(simulation, state)))["state"]
    return read
