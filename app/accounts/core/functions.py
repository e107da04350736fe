"""The functions of an organization in which its people work."""

from typing import Final

FUNCTIONS: Final = ("sales", "finance", "operations", "product", "service", "marketing", "legal", "executive")
