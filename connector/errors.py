"""Errors named by what the caller can do about them."""

LONGEST_PAUSE_SECONDS = 86_400.0
"""However long the other side asks us to stay away (RFC 9110 sets no limit: "Retry-After: Fri, 31
Dec 9999"), we look after a day: what waits for ever is given up."""


class AskbackError(Exception):
    """Base of every error that Askback raises on purpose."""


class Retryable(AskbackError):
    """The same call may succeed later; nothing is known to have happened.

    `after_seconds`: not sooner, as far as the other side said so; a day at most.
    """

    def __init__(self, message: str, *, after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.after_seconds = (
            None if after_seconds is None else min(after_seconds, LONGEST_PAUSE_SECONDS)
        )


class OutcomeUnknown(Retryable):
    """The call may or may not have taken effect: look before doing it again."""


class Permanent(AskbackError):
    """Repeating the call as it is cannot succeed."""


class Refused(Permanent):
    """The other side took our call and said no, for a reason a merchant can act on."""

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class Pointless(Refused):
    """The no lies in the very thing that we called about: it is gone, or not of a kind to which
    this can be done. A store that gets well, or better keys, change nothing about it."""


class Moved(Refused):
    """What we called answers from another host (or wants https given up); `target` is where.

    Nobody is followed there unasked: whoever holds the old address could lead us anywhere.
    """

    def __init__(self, message: str, *, target: str) -> None:
        super().__init__(message, code="redirected")
        self.target = target


class Unsupported(Permanent):
    """This platform or channel cannot do what was asked."""


class NotAuthentic(AskbackError):
    """The sender did not prove who it is."""


class AccessLost(Permanent):
    """The store no longer accepts our credentials; a human has to reconnect."""


class Unreadable(Permanent):
    """Rightly signed bytes that do not say what their topic promises."""


class SettingsError(AskbackError):
    """Every mistake in the environment, reported at once."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("; ".join(mistakes))
        self.mistakes = mistakes
