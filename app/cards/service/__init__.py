"""The use cases of cards: an account in a minute, and a link to its page."""
