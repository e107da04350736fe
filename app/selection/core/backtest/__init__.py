"""Whether a model would have told which accounts grow: its criteria as of a day against what came after."""
