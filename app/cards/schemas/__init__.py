"""The wire of cards."""
