"""Stores are connected by what their merchants approve."""
