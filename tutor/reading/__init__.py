"""Reading what people type: numbers and formulas, in any of the ways that people write them. Free to every layer."""
