"""When to review what, and how well a concept is known."""
