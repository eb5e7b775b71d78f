"""What we say."""
