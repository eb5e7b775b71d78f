"""How we know that work happens."""
