"""An exercise in code on a screen of its own, and the simulation that one's code drives."""
