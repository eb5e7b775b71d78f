"""Webhooks come in, are verified, written once, translated, handed to their keepers."""
