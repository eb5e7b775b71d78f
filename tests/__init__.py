"""What Askback promises, told as sentences about the trade."""
