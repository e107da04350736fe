"""The rules of telling: when, in what form, under which signature, to whom."""
