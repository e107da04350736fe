"""What is decided in a cross-functional review: its states, the figures of its ratings, when it may decide."""
