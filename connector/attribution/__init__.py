"""What Askback earned, with its evidence."""
