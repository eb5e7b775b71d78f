"""Silence becomes an event."""
