"""The key account program service."""
