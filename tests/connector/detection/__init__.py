"""When silence becomes an event."""
