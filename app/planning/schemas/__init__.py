"""The wire of planning."""
