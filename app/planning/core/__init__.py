"""The rules of account plans and of whitespace cells. Pure."""
