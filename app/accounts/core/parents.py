"""Accounts and their parents form trees."""

from app.kernel.errors import Invalid


class OwnAncestor(Invalid):
    """An account cannot stand above itself."""
