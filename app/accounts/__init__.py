"""The facts of a key account program: accounts and everything that is dated about them."""
