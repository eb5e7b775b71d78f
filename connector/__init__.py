"""What Askback knows and decides."""
