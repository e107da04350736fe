"""Decides what of all that is known of an account stands on its card."""
