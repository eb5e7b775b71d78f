"""Why shoppers stop: the names of the reasons and of their labels."""

from __future__ import annotations

REASONS = ("price", "not_now", "no_fit", "unclear", "help", "other")

LABEL_KEYS = {reason: f"reasons.{reason}" for reason in REASONS}
"""Where connector.texts keeps the words that a shopper chooses by."""
