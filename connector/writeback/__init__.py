"""What is written back into the store: coupons ended, notes, tags, consent, orders made."""
