"""When work happens."""
