"""The demonstration: a simulated supplier, whose facts have causes that the rest of the product can find."""
