"""The course on screen: map, lessons, simulations and progress."""
