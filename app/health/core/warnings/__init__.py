"""Early warnings: which figures are signs of trouble, when a warning opens and when it is over."""
