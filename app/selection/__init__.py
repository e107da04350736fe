"""Selection: which accounts are key, and why."""
