"""Who may be spoken to."""
