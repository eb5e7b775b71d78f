"""How often Python looks for garbage: rarely, once everything is loaded."""

from __future__ import annotations

import gc

NEW_OBJECTS = 20_000
"""A batch of deliveries is a hundred thousand objects that all go by their own counts: looking
among them at every 700th, as Python does by itself, took a fifth of the time to apply them."""


def settle() -> None:
    """Call when a process has loaded what it needs: that stays, and is not looked through again."""
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)
