"""The store platforms, one folder each."""
