"""Is there a WooCommerce store at this address? If not, what stands in the way?"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from adapters.addresses import PrivateAddress
from adapters.http import BadCertificate, Http, Response
from adapters.platforms.woocommerce import api, install
from adapters.platforms.woocommerce.fields import Payload, Text, Url
from connector.errors import Moved, Permanent, Refused, Retryable, Unreadable
from connector.ports.keys import Found, Unfit

_REST = "/wp-json/"
_JSON = {"Accept": "application/json"}
_LONGEST_NAME = 200
"""Letters of a stranger's title that a page of ours shows."""
_BARRED = frozenset({401, 403})


class _Index(Payload):
    name = Text(load_default="")
    home = Url(load_default="")


_INDEX = _Index()


def find(http: Http, typed: str) -> Found:
    """The store at this address, over https wherever it answers so. Raises Unfit."""
    try:
        base_url = install.store_url(typed)
    except Refused as problem:
        raise Unfit(str(problem), code="wrong_address") from problem
    scheme, _, rest = base_url.partition("://")
    if scheme == "https" or ":" not in rest:  # http with a port of its own is meant as typed
        try:
            return _look(http, f"https://{rest}")
        except Unfit as problem:
            if scheme == "https" and problem.code != "unreachable":
                raise
            elsewhere = problem
    else:
        elsewhere = Unfit(f"{base_url} does not answer", code="unreachable")
    return _look_in_the_open(http, f"http://{rest}", elsewhere)


def _look_in_the_open(http: Http, base_url: str, otherwise: Unfit) -> Found:
    """The store over plain http; `otherwise` is told where nothing answers there either."""
    try:
        return _look(http, base_url)
    except Unfit as problem:
        if problem.code == "unreachable":
            raise otherwise from problem
        raise


def _look(http: Http, base_url: str) -> Found:
    response = _get(http, f"{base_url}{_REST}")
    index = _index(response)
    if index is None:
        raise _instead(http, base_url, response)
    home = index["home"].rstrip("/")
    if home and urlsplit(home).hostname != urlsplit(base_url).hostname:
        # REST answers under every name of the server; its pages, where she signs in, do not.
        raise _moved(home)
    if "wc/v3" not in index["namespaces"]:
        raise Unfit(f"{base_url} is a WordPress without WooCommerce", code="no_woocommerce")
    return Found(base_url=base_url, name=index["name"][:_LONGEST_NAME])


def _instead(http: Http, base_url: str, response: Response) -> Unfit:
    """What answers where the REST API should.

    `?rest_route=/` works without permalinks, and from any page of the site
    (https://developer.wordpress.org/rest-api/extending-the-rest-api/routes-and-endpoints/).
    """
    index = _index(_get(http, f"{base_url}/?rest_route=/"))
    if index is None and response.status in _BARRED:
        return Unfit(f"{base_url} bars the way to its REST API", code="shut")
    if index is None:
        return Unfit(f"no WordPress answers at {base_url}", code="no_wordpress")
    home = index["home"].rstrip("/")
    if home and home.partition("://")[2] != base_url.partition("://")[2]:
        return _moved(home)
    return Unfit(f"{base_url} has plain permalinks", code="plain_permalinks")


def _get(http: Http, url: str) -> Response:
    host = urlsplit(url).netloc
    try:
        return http.request("GET", url, headers=_JSON, tries=1)
    except PrivateAddress as problem:
        raise Unfit(str(problem), code="private_address") from problem
    except Moved as problem:
        raise _moved(problem.target) from problem
    except BadCertificate as problem:
        raise Unfit(str(problem), code="certificate") from problem
    except (Retryable, Permanent) as problem:
        raise Unfit(f"{host}: {problem}", code="unreachable") from problem


def _index(response: Response) -> dict[str, Any] | None:
    """The index of a REST API, or None: this is none."""
    try:
        data = response.json()
        names = data.get("namespaces") if isinstance(data, dict) else None
        if not isinstance(names, list):
            return None
        return {**api.load(_INDEX, data), "namespaces": names}
    except Unreadable:
        return None


def _moved(target: str) -> Unfit:
    """The store answers under another address, which its merchant has to see and to confirm."""
    place = target.partition("?")[0].removesuffix(_REST)
    try:
        suggestion = install.store_url(place)
    except Refused:
        suggestion = ""
    return Unfit("the store answers under another address", code="moved", suggestion=suggestion)
