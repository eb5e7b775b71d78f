"""The only file that knows everyone: settings in, a machine that works out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module

from sqlalchemy.dialects import postgresql, sqlite

from adapters.channels.email_smtp import EmailSmtp
from adapters.channels.outbox import Outbox
from adapters.http import Http
from adapters.platforms.shopify import Shopify
from adapters.platforms.shopify.install import store_domain
from adapters.platforms.woocommerce import WooCommerce
from adapters.platforms.woocommerce.install import store_url
from connector import clock
from connector.database import Database
from connector.machine import Machine
from connector.messages.models import Mail
from connector.ports.channel import Channel, Outgoing
from connector.ports.platform import Platform
from connector.registry import Registry
from connector.settings import Settings
from connector.vault import Vault
from jobs import queues
from jobs.bell import Bell, Knocker

STAGES = (
    "commerce", "sync", "detection", "consent", "coupons", "messages", "journeys", "writeback",
    "attribution", "privacy",
)  # fmt: skip
"""Whose listeners hear of an event, in this order: what watches silence before what writes."""


def build(settings: Settings) -> Machine:
    """One process's Askback; opens no connection by itself."""
    for stage in STAGES:
        import_module(f"connector.{stage}.listeners")
    database = Database(settings.database_url)
    return Machine(
        settings=settings,
        database=database,
        vault=Vault(settings.secret_keys),
        platforms=Registry("platform", _platforms(settings)),
        channels=Registry("channel", {"email": _email(settings, database)}),
    )


@contextmanager
def opened(settings: Settings) -> Iterator[Machine]:
    """A machine with its queue; its nudges have left when it is closed."""
    machine = build(settings)
    knocker = connect_queue(machine)
    try:
        yield machine
    finally:
        if knocker is not None:
            knocker.close()
        machine.database.close()


def bell(settings: Settings) -> Bell | None:
    """What rings for work; None without REDIS_URL, where the sweeps find everything."""
    return Bell(queues.connect(settings.redis_url)) if settings.redis_url else None


def connect_queue(machine: Machine) -> Knocker | None:
    """Let the machine's nudges ring, from a thread of their own."""
    rings = bell(machine.settings)
    if rings is None:
        return None
    machine.database.knock = knocker = Knocker(rings)
    return knocker


def migrate(settings: Settings) -> None:
    """Bring the database to the shape that this version wants."""
    from connector import migrating  # noqa: PLC0415 # a sixth of a process's start, needed once

    migrating.upgrade(settings)


def unmigrated(database: Database) -> str:
    """What the database lacks, in words; empty when it fits this version."""
    from connector import migrating  # noqa: PLC0415 # as above

    return migrating.lacking(database)


def store_address(platform: str, typed: str) -> str:
    """A store's address as the platform wants it. Raises Refused in words for the merchant."""
    if platform == "shopify":
        return f"https://{store_domain(typed)}"
    return store_url(typed)


def check_mail(settings: Settings) -> None:
    """Sign in at the mail server. Raises Retryable with what stands against it."""
    EmailSmtp(settings.smtp_url, settings.mail_from).check()


def _platforms(settings: Settings) -> dict[str, Platform]:
    http = Http(
        allow_private=settings.allow_private_addresses,
        trusted_certificates=settings.trusted_certificates,
    )
    known: tuple[Platform, ...] = (
        Shopify(
            http,
            api_version=settings.shopify_api_version,
            admin_origin=settings.shopify_admin_origin,
            app_key=settings.shopify_api_key,
            app_secrets=settings.shopify_secrets,
        ),
        WooCommerce(http),
    )
    return {one.name: one for one in known}


def _email(settings: Settings, database: Database) -> Channel:
    if settings.smtp_url:
        return EmailSmtp(settings.smtp_url, settings.mail_from)
    return Outbox(_mailbox(database))


def _mailbox(database: Database) -> Callable[[Outgoing], None]:
    dialect = sqlite if database.is_sqlite else postgresql

    def deposit(outgoing: Outgoing) -> None:
        with database.transaction() as session:
            session.execute(
                dialect.insert(Mail)
                .values(
                    key=outgoing.key,
                    to_address=outgoing.to,
                    sender=f"{outgoing.sender_name} <{outgoing.sender}>"[:400],
                    subject=outgoing.subject,
                    text=outgoing.text,
                    html=outgoing.html,
                    headers={**outgoing.headers, "Reply-To": outgoing.reply_to},
                    received_at=clock.now(),
                )
                .on_conflict_do_nothing()
            )

    return deposit
