"""The customer's story, append-only; its events tell later stages what happened."""
