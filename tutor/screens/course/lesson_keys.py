"""The keys of a lesson, the most important first."""

from textual.binding import Binding, BindingType

from tutor.widgets.simulator.keys import KEYS, KEYS_FROM_TEXT


def _simulation_keys() -> list[Binding]:
    """The simulator's keys that also work from the text, with the same descriptions."""
    simulator_bindings = {
        key: binding for binding in KEYS if isinstance(binding, Binding) for key in binding.key.split(",")
    }
    return [
        Binding(
            key,
            f"press_in_simulation('{action}')",
            simulator_bindings[key].description,
            show=False,
            id=f"lesson.simulate-{action}",
            tooltip=f"In the simulation: {simulator_bindings[key].tooltip}",
        )
        for key, action in KEYS_FROM_TEXT.items()
    ]


LESSON_KEYS: list[BindingType] = [
    Binding("n,right,l,ctrl+n", "turn(1)", "Next", id="lesson.next", tooltip="The next page"),
    Binding(
        "s,f3", "toggle_simulation", "Simulation", id="lesson.simulation", tooltip="To the simulation, or back from it"
    ),
    Binding("w", "show", "Show me", id="lesson.show", tooltip="The next state that this page has a link to"),
    Binding("p,left,h,ctrl+b", "turn(-1)", "Previous", id="lesson.previous", tooltip="The page before"),
    Binding("g,ctrl+g", "pages", "Pages", id="lesson.pages", tooltip="All pages: which are read, what is open on each"),
    Binding("z", "quiz", "Quiz", show=False, id="lesson.quiz", tooltip="Questions on this lesson"),
    *_simulation_keys(),
]
"""Every key with what it does; a binding's id is its name in a keymap."""
