"""How we know that channels carry messages."""
