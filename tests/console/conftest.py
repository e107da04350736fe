"""The browser, the service and its organization are made once for all tests of the console."""

from tests.console.browser import browser, console, desk

__all__ = ["browser", "console", "desk"]
