"""What people may ask of those who know them: show it, forget it."""
