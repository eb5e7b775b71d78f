"""Whose data: accounts, users, stores, and how to reach them."""
