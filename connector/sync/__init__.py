"""What a store tells when it is asked: everything once, then what changed, then a second look."""
