"""What to say when, and when to stop."""
