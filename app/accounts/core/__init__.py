"""The rules of facts: how a change becomes the present and the past of a record."""
