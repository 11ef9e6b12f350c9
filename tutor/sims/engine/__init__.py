"""What every simulation stands on: rules and states, the player with its history, comparison, charts as data."""
