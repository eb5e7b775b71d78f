"""One file per step; the newest is the head."""
