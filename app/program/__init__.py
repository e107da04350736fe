"""The program as a whole: which accounts at which tier under whose care, within what there is to give."""
