"""The keys of the simulator."""

from textual.binding import Binding, BindingType

KEYS: list[BindingType] = [
    Binding("right,l", "step", "Step", id="simulator.step", tooltip="One step forward"),
    Binding("left,h", "back", "Back", id="simulator.back", tooltip="One step back"),
    Binding("space", "play", "Play", id="simulator.play", tooltip="Play, or pause"),
    Binding("plus,equals_sign", "speed(1)", "Faster", show=False, id="simulator.faster", tooltip="Play faster"),
    Binding("minus", "speed(-1)", "Slower", show=False, id="simulator.slower", tooltip="Play slower"),
    Binding("g", "jump", "Jump", id="simulator.jump", tooltip="Go to a step by its number"),
    Binding("0,home", "reset", "Start", id="simulator.reset", tooltip="Back to step 0 of the same run"),
    Binding("v", "picture", "Picture", id="simulator.picture", tooltip="The next picture"),
    Binding("e", "edit", "Parameters", id="simulator.edit", tooltip="Change a parameter"),
    Binding("a", "predict", "Predict", id="simulator.predict", tooltip="Be asked before each step"),
    Binding("bracketright", "preset(1)", "Preset", show=False, id="simulator.preset", tooltip="The next preset"),
    Binding("bracketleft", "preset(-1)", "Preset", show=False, id="simulator.preset-back", tooltip="The preset before"),
    Binding("r", "seed", "New seed", show=False, id="simulator.seed", tooltip="Another run by chance"),
    Binding("escape", "stop", "Stop", show=False, id="simulator.stop", tooltip="Stop playing or walking"),
]
"""Every key with what it does; a binding's id is its name in a keymap."""
