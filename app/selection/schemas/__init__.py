"""The wire of selection."""
