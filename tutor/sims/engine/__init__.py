"""The engine of all simulations: rules and states, the player and its history, comparison, charts as data."""
