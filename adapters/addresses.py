"""Which network addresses a store may have: public ones only."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.connection import create_connection

from connector.errors import Permanent, Refused

# RFC 6052: behind NAT64 an IPv4 address travels in the last 32 bits of this prefix.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# What Python 3.11 takes for global, and a network may lead into itself all the same: IPv4 in
# other clothes (RFC 4291, 2.5.5.1; RFC 2765, 2.1), a network's own NAT64 (RFC 8215), the old
# site-local addresses (RFC 3879), segment identifiers (RFC 9602).
_INWARD = tuple(
    ipaddress.IPv6Network(one)
    for one in ("::/96", "::ffff:0:0:0/96", "64:ff9b:1::/48", "fec0::/10", "5f00::/16")
)


class PrivateAddress(Refused):
    """The host's name leads into a private network."""


def is_public(text: str) -> bool:
    """Is this IP address one that anybody on the internet could reach?"""
    address: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address):
        if any(address in network for network in _INWARD):
            return False
        if address in _NAT64:
            address = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        else:
            address = address.ipv4_mapped or address.sixtofour or address
    return address.is_global and not address.is_multicast


class PublicOnlyAdapter(HTTPAdapter):
    """A transport that connects to public addresses only.

    The check is made on the address that is then connected to, so that a name that answers
    differently the second time (DNS rebinding) gains nothing.
    """

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _PublicHTTPPool,
            "https": _PublicHTTPSPool,
        }


def _connect(connection: HTTPConnection) -> socket.socket:
    host, port = connection.host, connection.port
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except socket.gaierror as problem:
        raise NameResolutionError(host, connection, problem) from problem
    except UnicodeError as problem:
        raise Permanent(f"{host!r} is no host name") from problem
    addresses = [str(sockaddr[0]) for *_, sockaddr in found]
    public = [address for address in addresses if is_public(address)]
    if not public:
        raise PrivateAddress(
            f"{host} leads to {addresses[0]}, a private or reserved address: a store has to be "
            "reachable from the internet (ALLOW_PRIVATE_ADDRESSES=1 lifts this in labs)",
            code="private_address",
        )
    last: Exception | None = None
    for address in public:
        try:
            return create_connection(
                (address, port),
                connection.timeout,
                source_address=connection.source_address,
                socket_options=connection.socket_options,
            )
        except OSError as problem:
            last = problem
    if isinstance(last, TimeoutError):
        raise ConnectTimeoutError(connection, f"{host} does not answer") from last
    raise NewConnectionError(connection, f"{host} cannot be connected to: {last}") from last


class _PublicHTTP(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _connect(self)


class _PublicHTTPS(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _connect(self)


class _PublicHTTPPool(HTTPConnectionPool):
    ConnectionCls = _PublicHTTP


class _PublicHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _PublicHTTPS
