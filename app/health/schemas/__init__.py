"""The wire of health."""
