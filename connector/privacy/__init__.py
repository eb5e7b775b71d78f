"""What is known of a person: handed out, erased, and not kept for longer than needed."""
