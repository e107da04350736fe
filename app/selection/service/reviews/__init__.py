"""The use cases of cross-functional reviews: rated blind, discussed, voted on and decided by all functions."""
