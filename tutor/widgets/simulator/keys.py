"""The keys of the simulator, the most important first."""

from textual.binding import Binding, BindingType


def _key(keys: str, action: str, label: str, name: str, tooltip: str, *, show: bool = True) -> Binding:
    """A binding of the simulator with the id `simulator.NAME`, by which a learner's keymap knows it.

    `label` stands in the key bar, if `show`.
    """
    return Binding(keys, action, label, show=show, id=f"simulator.{name}", tooltip=tooltip)


KEYS: list[BindingType] = [
    _key("right,l", "step", "Step", "step", "One step forward"),
    _key("left,h", "step_back", "Step back", "back", "One step back"),
    _key("enter", "go_on", "Go on", "go-on", "While you predict each step: the next one"),
    _key("space", "play", "Play", "play", "Play; while it plays, pause"),
    _key("space", "pause", "Pause", "pause", "Stand still where the run is"),
    _key("e", "edit", "Edit", "edit", "To the parameters, and back from them"),
    _key("a", "predict", "Predict", "predict", "Predict each step before it is shown"),
    _key("o", "presets", "Presets", "presets", "Runs worth seeing, and why: good, bad and diverging ones"),
    _key("c", "keep", "Compare", "compare", "Keep this run, to compare it with what you change next"),
    _key("v", "picture", "Picture", "picture", "The next picture"),
    _key("g,ctrl+g", "jump", "Go to", "jump", "Go to a step by its number"),
    _key("full_stop", "stage", "Stage", "stage", "A part of the next step: its arithmetic line by line"),
    _key("plus,equals_sign", "speed(1)", "Faster", "faster", "Play faster", show=False),
    _key("minus", "speed(-1)", "Slower", "slower", "Play slower", show=False),
    _key("0,home", "reset", "Start", "reset", "Back to step 0 of the same run", show=False),
    _key("C", "forget", "Compare no more", "forget", "Forget the runs that were kept", show=False),
    _key("W", "scope", "Whole run", "scope", "Apply changes to the whole run, or from this step on", show=False),
    _key("x", "assign", "Set weight", "assign", "Set a weight or bias by hand", show=False),
    _key("r,f4", "seed", "New seed", "seed", "Another random run: the next seed", show=False),
    _key("right_square_bracket", "preset(1)", "Next preset", "preset", "The next preset", show=False),
    _key("left_square_bracket", "preset(-1)", "Preset before", "preset-back", "The preset before", show=False),
    _key("P", "present", "Present", "present", "Only the picture, its sentence and the step; all again", show=False),
    _key("L", "look", "Look", "look", "Look at the data kept for the test, once", show=False),
    _key("y", "copy", "Copy", "copy", "Copy the command that brings back exactly this state", show=False),
    _key("S", "source", "Source", "source", "Read the simulation’s own source file", show=False),
    _key("escape", "stop", "Stop", "stop", "Stop playing, walking, or asking", show=False),
]
"""Every key with what it does; a binding's id is its name in a keymap."""

KEYS_FROM_TEXT = {
    "v": "picture",
    "a": "predict",
    "e": "edit",
    "o": "presets",
    "c": "keep",
    "x": "assign",
    "full_stop": "stage",
    "L": "look",
}
"""Key of the simulator → its action.

A lesson's text may name these keys, and they also work while the text has the focus.
"""
