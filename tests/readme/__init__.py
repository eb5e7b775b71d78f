"""The README is held to its word."""
