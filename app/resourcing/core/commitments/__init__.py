"""Requests and the promises that come of them, as values: where they may go, who may take them there, what was kept."""
