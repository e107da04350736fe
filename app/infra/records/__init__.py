"""The one way in and out for records of facts: a kind is described, and its paging and set-wise SQL follow."""
