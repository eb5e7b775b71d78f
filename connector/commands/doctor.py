"""What is wrong with this Askback, and what to do about it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import partial
from ipaddress import ip_address
from itertools import chain
from urllib.parse import urlsplit

import click
from redis.exceptions import RedisError
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from connector import bootstrap, texts
from connector.commands.shared import as_json, read_settings, say_json
from connector.errors import AccessLost, AskbackError, Moved, Permanent, Retryable, SettingsError
from connector.machine import Machine
from connector.settings import Settings
from connector.stores import actions, tokens
from connector.stores.models import Store, StoreState
from connector.sync import notices
from connector.sync.models import WebhookCheck
from jobs import queues


class Health(StrEnum):
    OK = "ok"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was looked at, how it is, and what to do where it is not well."""

    subject: str
    health: Health
    message: str
    remedy: str = ""


@click.command()
@click.option(
    "--language", type=click.Choice(texts.LOCALES), default=texts.LOCALES[0],
    help="In which language a merchant's part in it is told.",
)  # fmt: skip
@as_json
def doctor(*, language: str, machine_readable: bool) -> None:
    """Look at settings, database, Redis, stores and mail; name a remedy for what is wrong."""
    findings = list(examine(language))
    healthy = all(one.health is not Health.BROKEN for one in findings)
    if machine_readable:
        say_json({"healthy": healthy, "findings": [asdict(one) for one in findings]})
    else:
        for one in findings:
            click.echo(f"{one.health.value:<8} {one.subject}: {one.message}")
            if one.remedy:
                click.echo(f"         → {one.remedy}")
    sys.exit(0 if healthy else 1)


def examine(language: str = texts.LOCALES[0]) -> Iterator[Finding]:
    """Every finding, in the order in which they are to be mended."""
    try:
        decided = read_settings()
    except SettingsError as problem:
        for mistake in problem.mistakes:
            yield _broken("settings", mistake, "set it in the environment, then run this again")
        return
    yield _ok("settings", f"data in {decided.home}")
    yield public_address(decided)
    yield redis(decided)
    yield mail(decided)
    with bootstrap.opened(decided) as machine:
        finding = database(machine)
        yield finding
        if finding.health is Health.OK:
            yield from stores(machine, language)


def public_address(decided: Settings) -> Finding:
    subject, url = "address", urlsplit(decided.public_url)
    if _is_private(url.hostname or ""):
        return _warning(
            subject,
            f"{decided.public_url} can be reached from this machine or network only",
            "set PUBLIC_URL to the address by which stores and shoppers reach this machine",
        )
    if url.scheme != "https":
        return _warning(
            subject,
            f"{decided.public_url} is not encrypted",
            "put it behind https; Shopify insists",
        )
    return _ok(subject, decided.public_url)


def redis(decided: Settings) -> Finding:
    if not decided.redis_url:
        return _warning(
            "redis", "none is set: the scheduler does all work by itself",
            "set REDIS_URL, or use `askback up`, which brings its own",
        )  # fmt: skip
    try:
        with queues.connect(decided.redis_url) as client:
            client.ping()
    except (RedisError, SettingsError) as problem:
        return _broken(
            "redis", f"does not answer ({type(problem).__name__})",
            "start it, or correct REDIS_URL; until then the scheduler does all work by itself",
        )  # fmt: skip
    return _ok("redis", "answers")


def mail(decided: Settings) -> Finding:
    if not decided.smtp_url:
        return _warning(
            "mail", "no shopper gets any: mails stay in the developer's mailbox",
            "set SMTP_URL and MAIL_FROM when you go live",
        )  # fmt: skip
    try:
        bootstrap.check_mail(decided)
    except Retryable as problem:
        return _broken("mail", str(problem), "correct SMTP_URL (smtp://user:password@host:port)")
    return _ok("mail", f"the server lets us in; mails bear {decided.mail_from}")


def database(machine: Machine) -> Finding:
    kind = "SQLite" if machine.database.is_sqlite else "PostgreSQL"
    try:
        lacking = bootstrap.unmigrated(machine.database)
    except SQLAlchemyError as problem:
        return _broken(
            "database", f"{kind} does not answer ({type(problem).__name__})",
            "start it, or correct DATABASE_URL",
        )  # fmt: skip
    if lacking:
        return _broken("database", lacking, "run `askback db upgrade`")
    return _ok("database", f"{kind}, in the shape of this version")


def stores(machine: Machine, language: str) -> Iterator[Finding]:
    with machine.database.reading() as session:
        query = select(Store).where(Store.state != StoreState.DISCONNECTED).order_by(Store.id)
        found = session.scalars(query).all()
    if not found:
        yield _warning("stores", "none is connected", "run `askback store add --help`")
    for one in found:
        finding = access(machine, one)
        yield finding
        if finding.health is not Health.BROKEN:
            yield from lacking(machine, one, language)
        yield from webhooks(machine, one, language)


def access(machine: Machine, store: Store) -> Finding:
    subject = f"store {store.key}"
    webhooks = f"its webhooks go to {actions.webhook_url(machine, store)}"
    try:
        reached = tokens.fresh_access(machine, store.id)
        machine.platforms[store.platform].describe(reached)
    except AccessLost as problem:
        return _broken(subject, f"refuses our keys: {problem}", "connect it again with new keys")
    except Retryable as problem:
        return _broken(
            subject, f"does not answer: {problem}", f"see whether {store.base_url} is up"
        )
    except Moved as problem:
        remedy = "connect it there with `askback store add`"
        if store.platform == "woocommerce":
            remedy += f" and --formerly {store.key}"
        return _broken(subject, f"has moved to {problem.target}", remedy)
    except (Permanent, AskbackError) as problem:
        return _broken(subject, str(problem), "connect it again with `askback store add`")
    if store.platform == "shopify" and not machine.settings.shopify_secrets:
        return _broken(
            subject, "nothing can prove that its webhooks are its own",
            "set SHOPIFY_API_SECRET to the app's secret",
        )  # fmt: skip
    return _ok(subject, f"{store.name} lets us in; {webhooks}")


def lacking(machine: Machine, store: Store, language: str) -> Iterator[Finding]:
    """What its merchant has to change in the store, in her language; nothing where it is silent."""
    reach = partial(tokens.fresh_access, machine, store.id)
    seen = notices.look(machine.platforms[store.platform], reach, machine.now())
    for one in notices.restored(chain(*seen.values())):
        said, remedy = notices.in_words(one, language, store.timezone)
        yield _warning(f"store {store.key}", said, remedy)


def webhooks(machine: Machine, store: Store, language: str) -> Iterator[Finding]:
    """Its subscriptions as they were found last; nothing before the first look at them."""
    with machine.database.reading() as session:
        check = session.scalar(select(WebhookCheck).where(WebhookCheck.store_id == store.id))
    if check is None:
        return
    subject = f"webhooks of {store.key}"
    problems = notices.restored(check.report.get("problems", ()))
    for one in problems:
        yield _warning(subject, *notices.in_words(one, language, store.timezone))
    if check.error:
        yield _warning(subject, check.error, "see the store's page, and whether it is up")
    elif check.checked_at is not None and not problems:
        count = sum(len(check.report[name]) for name in ("right", "made", "revived"))
        yield _ok(subject, f"{count} subscriptions were in order at {check.checked_at:%H:%M} UTC")


def _is_private(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost" or "." not in host


def _ok(subject: str, message: str) -> Finding:
    return Finding(subject=subject, health=Health.OK, message=message)


def _warning(subject: str, message: str, remedy: str) -> Finding:
    return Finding(subject=subject, health=Health.WARNING, message=message, remedy=remedy)


def _broken(subject: str, message: str, remedy: str) -> Finding:
    return Finding(subject=subject, health=Health.BROKEN, message=message, remedy=remedy)
