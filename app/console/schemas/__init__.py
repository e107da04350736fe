"""The wire of the console: forms that come in, pages and files that go out."""
