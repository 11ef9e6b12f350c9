"""The simulations, one model a file, with its view beside it where that is long."""
