"""What stands in the way: how far up it is taken and when, and what stands in the way again and again."""
