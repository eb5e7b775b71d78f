"""What a merchant types as her store's address, made into the one that we call."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv6Address
from urllib.parse import SplitResult, unquote, urlsplit

from connector.errors import Refused

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_LITERAL = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::[0-9]*)?")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_ODD = re.compile(r"[\x00-\x20\x7f-\xa0\\<>\"'`{}|^\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
# What is copied from the browser behind the store's own address.
_INSIDE = re.compile(r"/(wp-admin|wp-login\.php|wp-json|index\.php)(/.*)?$")
_LONGEST = 200
_LONGEST_HOST = 253
_PORTS = {"http": 80, "https": 443}


def store_url(text: str) -> str:
    """The store's address: scheme, host and the folder WordPress lives in; no slash at the end.

    Adds https where nothing is said. Raises Refused in words for the merchant.
    """
    typed = text.strip()
    if not typed:
        raise _refused("Please enter your store's address, for example https://shop.example.com.")
    if len(typed) > _LONGEST or _ODD.search(typed):
        raise _refused("This address contains characters that no store's address has.")
    parts = _parts(typed)
    if "@" in parts.netloc:
        raise _refused("Please enter the store's address alone, without a name, password or @.")
    port = _port(parts)
    return f"{parts.scheme}://{_host(parts)}{port}{_folder(parts.path)}"


def _parts(typed: str) -> SplitResult:
    try:
        parts = urlsplit(typed if _SCHEME.match(typed) else f"https://{typed.lstrip('/')}")
    except ValueError as problem:
        raise _refused("This is not the address of a store.") from problem
    if parts.scheme not in _PORTS:
        raise _refused("The store's address has to begin with https:// (or http://).")
    return parts


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    if "[" in parts.netloc:
        return _literal(parts.netloc)
    try:
        # IDNA, so that a name in Hebrew or with an umlaut is called as the internet knows it.
        name = host.encode("idna").decode("ascii").lower()
    except UnicodeError as problem:
        raise _refused("This is not the name of a store on the internet.") from problem
    labels = name.split(".")
    if len(name) > _LONGEST_HOST or not all(_LABEL.fullmatch(label) for label in labels):
        raise _refused("This is not the name of a store on the internet.")
    if len(labels) == 1 and name != "localhost":
        raise _refused(f"The address is not complete: did you mean {name}.com?")
    return name


def _literal(netloc: str) -> str:
    """An IPv6 address alone. A zone behind "%" is of one machine only, and may hold any letters,
    where this becomes a part of a page's Content-Security-Policy."""
    literal = _LITERAL.fullmatch(netloc)
    try:
        return f"[{IPv6Address(literal[1] if literal else '')}]"
    except AddressValueError as problem:
        raise _refused("This is not the name of a store on the internet.") from problem


def _port(parts: SplitResult) -> str:
    try:
        port = parts.port
    except ValueError as problem:
        raise _refused("The number after the colon is not a port.") from problem
    return "" if port in (None, _PORTS[parts.scheme]) else f":{port}"


def _folder(path: str) -> str:
    """The sub-folder of the installation, without the page that was open."""
    folder = _INSIDE.sub("", path).rstrip("/")
    if "//" in folder or any(step in (".", "..") for step in unquote(folder).split("/")):
        raise _refused("The path behind the store's name is not one of a store.")
    return folder


def _refused(reason: str) -> Refused:
    return Refused(reason, code="store_url")
