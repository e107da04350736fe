"""SQL of plans and of what is said of whitespace."""
