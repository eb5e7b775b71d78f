"""The store platforms, each read from its own payloads."""
