"""Loading much code at once, quickly."""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from types import ModuleType


def load(name: str) -> ModuleType:
    """Import `name`, and all that it needs, without looking for garbage meanwhile.

    A thousand modules make none: looking for it took a third of every start.
    """
    if name not in sys.modules:
        gc.disable()
        try:
            import_module(name)
            gc.freeze()  # what is loaded stays: it is not looked through again either
        finally:
            gc.enable()
    return sys.modules[name]
