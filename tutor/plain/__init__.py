"""The course line by line: no cursor movement, no colour; the same core as the screens."""
