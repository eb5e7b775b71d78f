"""The file that a bulk operation leaves behind, read slice by slice, whole things only."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from adapters import strict_json
from adapters.http import Http, Response, Slice
from connector.errors import Permanent, Refused, Retryable, Unreadable

LENGTH = 512 * 1024
"""Bytes asked for at once: some 150 orders, 250 products with variants, 1,000 customers."""
LONGEST = 16 * 1024 * 1024
"""One thing with all its parts is never longer: 2,000 variants are half a megabyte."""

EXPIRED = "expired_cursor"

_OK, _PARTIAL, _PAST_THE_END = 200, 206, 416
# What object storages answer once a signed address has run out.
_GONE = frozenset({400, 401, 403, 404, 410})
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)", re.ASCII)


@dataclass(slots=True)
class Thing:
    """One line without a parent, and the lines that name it as theirs."""

    node: Any
    starts: int
    children: list[Any] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Read:
    """What a slice held; the next one begins at `next_offset`, None at the file's end."""

    things: tuple[Thing, ...]
    unreadable: tuple[str, ...]
    next_offset: int | None


class Results:
    """The files of bulk operations. No credentials go there: it is another's host."""

    def __init__(self, http: Http, length: int = LENGTH, *, plain_allowed: bool = False) -> None:
        self.http = http
        self.length = length
        self.schemes = {"https", "http"} if plain_allowed else {"https"}

    def read(self, url: str, offset: int) -> Read:
        """The whole things from this byte on.

        Raises Refused ("expired_cursor": the address ran out), Retryable, Permanent.
        """
        self._must_be_safe(url)
        length = self.length
        while True:
            content, ends = _bytes(self.http, url, Slice(offset, length))
            found = split(content, offset, ends=ends)
            if found.things or found.next_offset is None or found.next_offset > offset:
                return found
            length *= 4
            if length > LONGEST:
                raise Permanent(f"a single thing in Shopify's file is over {LONGEST} bytes long")

    def _must_be_safe(self, url: str) -> None:
        try:
            parts = urlsplit(url)
        except ValueError as problem:
            raise Permanent("Shopify's file has no valid address") from problem
        if parts.scheme not in self.schemes or not parts.hostname or "@" in parts.netloc:
            raise Permanent(f"Shopify's file is at an unsafe address: {parts.scheme[:20]}://…")


def split(content: bytes, offset: int, *, ends: bool) -> Read:
    """Lines grouped by `__parentId`; the last group waits unless the file ends behind it."""
    things: list[Thing] = []
    parents: dict[str, Thing] = {}
    unreadable: list[tuple[int, str]] = []
    at = 0
    for line in content.splitlines(keepends=True):
        starts, at = at, at + len(line)
        if not (ends or line.endswith(b"\n")):
            break
        try:
            node = strict_json.loads(line) if line.strip() else None
        except Unreadable as problem:
            unreadable.append((starts, f"a line of Shopify's file is {problem}"))
            continue
        if isinstance(node, dict) and not _put(node, starts, things, parents):
            unreadable.append((starts, f"{node.get('id')} belongs to nothing before it"))
    if ends:
        return Read(tuple(things), tuple(said for _, said in unreadable), None)
    if not things:
        return Read((), (), offset)
    again = things.pop().starts  # it may go on in the next slice
    said = tuple(said for starts, said in unreadable if starts < again)
    return Read(tuple(things), said, offset + again)


def _put(node: dict[str, Any], starts: int, things: list[Thing], parents: dict[str, Thing]) -> bool:
    """Put a line where it belongs; False where that is nowhere."""
    parent = node.get("__parentId")
    if parent is None:
        things.append(Thing(node, starts))
        parents[str(node.get("id"))] = things[-1]
        return True
    if str(parent) not in parents:
        return False
    parents[str(parent)].children.append(node)
    return True


def _bytes(http: Http, url: str, part: Slice) -> tuple[bytes, bool]:
    """The slice, and whether the file ends with it."""
    response = http.request("GET", url, part=part)
    if response.status == _OK:  # no ranges there: `Http` cut the slice out of the whole
        return response.content, len(response.content) < part.length
    if response.status == _PARTIAL:
        total = _total(response, part)
        if total is None:
            return response.content, len(response.content) < part.length
        return response.content, total <= part.offset + len(response.content)
    if response.status == _PAST_THE_END:
        return b"", True
    if response.status in _GONE:
        raise Refused("Shopify's file has run out: fetch it anew", code=EXPIRED)
    raise Retryable(f"Shopify's file was answered with {response.status}")


def _total(response: Response, part: Slice) -> int | None:
    """How long the file is; None where its keeper does not know (RFC 9110, 14.4)."""
    found = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
    if not found or int(found[1]) != part.offset:
        raise Retryable("Shopify's file was answered with another part than was asked for")
    return None if found[2] == "*" else int(found[2])
