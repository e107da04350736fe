"""The rules of health. Pure."""
