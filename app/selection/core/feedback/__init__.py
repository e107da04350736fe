"""Decides what comes of a round of feedback on a model's criteria."""
