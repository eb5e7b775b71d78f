"""Names are looked up, never tested one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from connector.errors import Unsupported

T = TypeVar("T")


class Registry(Mapping[str, T]):
    """A table of named things; an unknown name is told which names exist."""

    def __init__(self, kind: str, entries: Mapping[str, T] | None = None) -> None:
        self.kind = kind
        self._entries: dict[str, T] = dict(entries or {})

    def add(self, name: str, entry: T) -> T:
        if name in self._entries:
            raise ValueError(f"{self.kind} {name!r} is registered twice")
        self._entries[name] = entry
        return entry

    def __getitem__(self, name: str) -> T:
        try:
            return self._entries[name]
        except KeyError:
            known = ", ".join(sorted(self._entries)) or "none"
            raise Unsupported(f"no {self.kind} {name!r}; there are: {known}") from None

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)
