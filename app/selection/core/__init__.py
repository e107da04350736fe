"""The rules of selection: which accounts are key, why, and what would change it. Pure."""
