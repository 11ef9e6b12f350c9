"""The simulator: pictures, numbers, parameters and the timeline of one live simulation."""
