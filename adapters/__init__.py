"""How Askback speaks to the outside."""
