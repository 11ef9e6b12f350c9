"""The screens of an exercise in code, and of the simulation that the code drives."""
