"""The one HTTP client: pooled, bounded in time and size, its failures named by what to do."""

from __future__ import annotations

import random
import re
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from importlib.metadata import version
from typing import Any, NoReturn
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError, NewConnectionError

from adapters import strict_json
from adapters.addresses import PublicOnlyAdapter
from connector import clock
from connector.errors import Moved, OutcomeUnknown, Permanent, Refused, Retryable, Unreadable

USER_AGENT = f"Askback/{version('askback')}"
IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
LARGEST_ANSWER = 20 * 1024 * 1024
MOST_REDIRECTS = 3

_OK = 200
_TOO_MANY_REQUESTS = 429
_SERVER_ERROR = 500
_UNAVAILABLE = 503
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?")
_DEFAULT_PORTS = {"http": 80, "https": 443}


class BadCertificate(Permanent):
    """The TLS certificate does not prove that this is the host: self-signed, expired, another's."""


@dataclass(frozen=True, slots=True)
class Response:
    """An answer, read to its end. Header names are looked up in any case."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)

    def json(self) -> Any:
        """The body as JSON, fractions as Decimal. Raises Unreadable."""
        try:
            return strict_json.loads(self.content)
        except Unreadable as problem:
            kind = self.headers.get("Content-Type", "no content type")
            raise Unreadable(f"an answer {self.status} with {kind} is {problem}") from problem


@dataclass(frozen=True, slots=True)
class Slice:
    """So many bytes of a file from an offset on; fewer where it ends."""

    offset: int
    length: int

    @property
    def headers(self) -> dict[str, str]:
        """RFC 9110, 14.2. Compressed bytes could not be counted."""
        last = self.offset + self.length - 1
        return {"Range": f"bytes={self.offset}-{last}", "Accept-Encoding": "identity"}


class Http:
    """Speaks to stores. Callers judge 2xx to 4xx; transport, 429 and 5xx are judged here.

    No cookie is kept, no proxy or .netrc of the environment is used, and every address
    is public unless `allow_private`. `trusted_certificates` is a file of authorities that are
    trusted instead of the usual ones. `sleep` and `jitter` (0 to 1) are for tests.
    """

    def __init__(
        self,
        *,
        allow_private: bool = False,
        trusted_certificates: str = "",
        connect_seconds: float = 3.05,
        read_seconds: float = 20.0,
        total_seconds: float = 60.0,
        longest_wait: float = 5.0,
        largest_answer: int = LARGEST_ANSWER,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.total_seconds = total_seconds
        self.longest_wait = longest_wait
        self.largest_answer = largest_answer
        self.sleep = sleep
        self.jitter = jitter
        self.session = _session((connect_seconds, read_seconds), allow_private=allow_private)
        self.session.verify = trusted_certificates or True

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Any = None,
        json: Any = None,
        data: Any = None,
        auth: Any = None,
        idempotent: bool | None = None,
        tries: int = 3,
        part: Slice | None = None,
    ) -> Response:
        """Send and read the answer; with `part` no more than that of it, wherever it is large.

        Raises Retryable (certainly not done, or done and harmless to repeat), OutcomeUnknown
        (a call that must not simply be repeated broke off), Permanent (no such address,
        bad certificate, private address), Moved (to another host).
        """
        method = method.upper()
        repeatable = method in IDEMPOTENT if idempotent is None else idempotent
        said = {**(headers or {}), **(part.headers if part else {})}
        prepared = self._prepare(
            requests.Request(method, url, said, None, data, params, auth, json=json)
        )
        for tries_left in range(tries - 1, -1, -1):
            try:
                return self._follow(prepared, part, repeatable=repeatable)
            except Retryable as problem:
                wait = self._wait(problem, tries - tries_left)
                if not tries_left or wait is None or isinstance(problem, OutcomeUnknown):
                    raise
            self.sleep(wait)
        raise ValueError("tries must be at least 1")

    def _prepare(self, request: requests.Request) -> requests.PreparedRequest:
        try:
            return self.session.prepare_request(request)
        except ValueError as problem:  # requests' InvalidURL, MissingSchema, InvalidHeader are
            raise Permanent(f"no request can be made of this: {type(problem).__name__}") from (
                problem
            )

    def _wait(self, problem: Retryable, attempt: int) -> float | None:
        """Seconds until the next try; None when that is too long to hold the caller up."""
        if problem.after_seconds is None:
            return min(0.25 * 2.0**attempt, self.longest_wait) * (0.5 + self.jitter() / 2)
        if problem.after_seconds > self.longest_wait:
            return None
        return problem.after_seconds + 0.25 * self.jitter()

    def _follow(
        self, prepared: requests.PreparedRequest, part: Slice | None, *, repeatable: bool
    ) -> Response:
        for _ in range(MOST_REDIRECTS + 1):
            response = self._send(prepared, part, repeatable=repeatable)
            target = response.headers.get("Location")
            if response.status not in _REDIRECTS or not target:
                return _judged(response, prepared, repeatable=repeatable)
            prepared = self._redirected(prepared, target)
        raise Refused(f"{_host(prepared)} redirects in circles", code="redirected")

    def _redirected(
        self, prepared: requests.PreparedRequest, target: str
    ) -> requests.PreparedRequest:
        here = urlsplit(str(prepared.url))
        try:
            there = urlsplit(urljoin(here.geturl(), target))
        except ValueError as problem:
            raise Refused(
                f"{here.hostname} redirects to no address", code="redirected"
            ) from problem
        if not _stays(here, there) or prepared.method not in {"GET", "HEAD"}:
            origin = f"{there.scheme}://{there.netloc.rpartition('@')[2]}"
            raise Moved(
                f"{here.hostname} redirects to {origin}: "
                "connect the store under the address at which it answers itself",
                target=f"{origin}{there.path}",
            )
        again = prepared.copy()
        again.url = requests.utils.requote_uri(there._replace(fragment="").geturl())
        return again

    def _send(
        self, prepared: requests.PreparedRequest, part: Slice | None, *, repeatable: bool
    ) -> Response:
        try:
            with self.session.send(prepared, stream=True) as answer:
                content = self._part(answer, part) if part else self._body(answer)
                return Response(answer.status_code, answer.headers, content)
        except (requests.exceptions.RequestException, HTTPError) as problem:
            _rename(problem, _host(prepared), repeatable=repeatable)
        except UnicodeError as problem:  # http.client, before it sends a header beyond Latin-1
            raise Permanent("a header or host name has letters that HTTP cannot carry") from problem

    def _body(self, answer: requests.Response) -> bytes:
        content = bytearray()
        for chunk in self._chunks(answer):
            content += chunk
            if len(content) > self.largest_answer:
                raise Permanent(f"the answer is larger than {self.largest_answer} bytes")
        return bytes(content)

    def _part(self, answer: requests.Response, part: Slice) -> bytes:
        """The slice, which a server without ranges (status 200) buries in the whole file."""
        skip = part.offset if answer.status_code == _OK else 0
        content = bytearray()
        for chunk in self._chunks(answer):
            content += chunk[skip:]
            skip = max(0, skip - len(chunk))
            if len(content) >= part.length:
                break
        return bytes(content[: part.length])

    def _chunks(self, answer: requests.Response) -> Iterator[bytes]:
        ends = time.monotonic() + self.total_seconds
        for chunk in answer.iter_content(65536):
            yield chunk
            if time.monotonic() > ends:
                raise requests.exceptions.ReadTimeout("the answer trickles in too slowly")


class _Session(requests.Session):
    """Pooled connections without memory: no cookies, no environment, always a time-out."""

    def __init__(self, timeout: tuple[float, float]) -> None:
        super().__init__()
        self.timeout = timeout
        self.trust_env = False
        self.headers["User-Agent"] = USER_AGENT
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        if kwargs.get("timeout") is None:
            kwargs["timeout"] = self.timeout
        return super().send(request, **kwargs)

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Nowhere: following is `Http`'s decision, and requests would parse any Location."""
        return None


def _session(timeout: tuple[float, float], *, allow_private: bool) -> requests.Session:
    session = _Session(timeout)
    kind = HTTPAdapter if allow_private else PublicOnlyAdapter
    for scheme in ("http://", "https://"):
        session.mount(scheme, kind(pool_connections=64, pool_maxsize=16))
    return session


def _rename(problem: Exception, host: str, *, repeatable: bool) -> NoReturn:
    causes = list(_causes(problem))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        raise BadCertificate(
            f"the TLS certificate of {host} is not valid for it "
            "(SSL_CERT_FILE names a file of the authorities to trust)"
        ) from problem
    if isinstance(problem, ValueError):
        raise Permanent(f"{host} cannot be called: {type(problem).__name__}") from problem
    if any(isinstance(cause, (NewConnectionError, ConnectTimeoutError)) for cause in causes):
        raise Retryable(f"{host} cannot be reached") from problem
    what = f"the call to {host} broke off ({type(problem).__name__})"
    raise (Retryable if repeatable else OutcomeUnknown)(what) from problem


def _causes(problem: BaseException) -> list[BaseException]:
    """What lies behind a failure of requests: it wraps urllib3's errors in args and reason."""
    chain: list[BaseException] = []
    current: object = problem
    while isinstance(current, BaseException) and current not in chain:
        chain.append(current)
        if isinstance(current, MaxRetryError):
            current = current.reason
        elif current.args and isinstance(current.args[0], BaseException):
            current = current.args[0]
        else:
            current = current.__cause__ or current.__context__
    return chain


def _judged(
    response: Response, prepared: requests.PreparedRequest, *, repeatable: bool
) -> Response:
    if response.status != _TOO_MANY_REQUESTS and response.status < _SERVER_ERROR:
        return response
    after = _retry_after(response.headers.get("Retry-After", ""))
    what = f"{_host(prepared)} answered {response.status}"
    # 429, and 503 with a time to come back, say that nothing was begun. Behind any other
    # answer of 500 and more (a proxy's 503 included) the work may have been done.
    begun = response.status != _TOO_MANY_REQUESTS and not (
        response.status == _UNAVAILABLE and after is not None
    )
    if repeatable or not begun:
        raise Retryable(what, after_seconds=after)
    raise OutcomeUnknown(what, after_seconds=after)


def _retry_after(text: str) -> float | None:
    """Seconds (Shopify's have decimals), or an HTTP date (RFC 9110, 10.2.3); None: neither."""
    if _SECONDS.fullmatch(text):
        return float(text)
    try:
        moment = parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError):  # the first and the last days of the calendar
        return None
    return max(0.0, moment - clock.now().timestamp())


def _stays(here: SplitResult, there: SplitResult) -> bool:
    """Is the redirect's target the same host, and no step down from https?"""
    try:
        ports = [part.port or _DEFAULT_PORTS.get(part.scheme) for part in (here, there)]
    except ValueError:
        return False
    upgraded = (here.scheme, there.scheme) == ("http", "https") and ports == [80, 443]
    same = here.scheme == there.scheme and ports[0] == ports[1]
    return here.hostname == there.hostname and (same or upgraded)


def _host(prepared: requests.PreparedRequest) -> str:
    return urlsplit(str(prepared.url)).hostname or "the address"
