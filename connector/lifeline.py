"""A child process that ends with its parent, however the parent ends."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time

PARENT = "ASKBACK_PARENT"
"""The environment variable in which a parent tells its process id."""

LOOK_SECONDS = 0.5
GRACE_SECONDS = 8.0

_PR_SET_PDEATHSIG = 1  # https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html


def hold() -> None:
    """End this process when the parent named in the environment is gone; else do nothing.

    SIGTERM first; if that does not end it within GRACE_SECONDS, at once.
    """
    parent = os.environ.get(PARENT, "")
    if parent.isdigit():
        bind(int(parent))


def bind(parent: int) -> None:
    """End this process when `parent`, its parent process, is gone."""
    tell_kernel()
    threading.Thread(target=_watch, args=(parent,), name="lifeline", daemon=True).start()


def tell_kernel() -> bool:
    """Ask Linux for SIGTERM at the parent's death; outlives exec. False: not on this system.

    The kernel means the *thread* that started this process: start children in the main thread.
    """
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0) == 0)


def alive(process: int) -> bool:
    """Does this process exist?"""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(1)
