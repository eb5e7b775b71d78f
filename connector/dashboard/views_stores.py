"""The connected stores; connecting one by its keys, and letting one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from flask import Response, request, url_for
from markupsafe import Markup
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from connector import log, pages, texts
from connector.dashboard import connecting, desk, speech
from connector.dashboard.connecting import QUESTIONS, Questions
from connector.errors import AccessLost, Permanent, Refused, Retryable
from connector.inbox import refusals
from connector.inbox.models import CaptureRefusal, Delivery, DeliveryState
from connector.ports.capture import CapturesCarts
from connector.ports.notices import Notice, TellsOwnMails
from connector.ports.platform import Access, StoreFacts
from connector.privacy.queries import Leaving, leaving
from connector.stores import actions, moving
from connector.stores.models import Account, Store, StoreState
from connector.sync import actions as sync
from connector.sync import notices, webhooks
from connector.sync.queries import Overview, overview
from connector.writeback.queries import HeldUp, held_up

BY_MERCHANT = "disconnected by the merchant"

Mistakes = dict[str, str]

routes = desk.guarded("stores")

_log = log.logger("connect")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One store on the page; `parked` deliveries wait for the merchant."""

    store: Store
    webhook_url: str
    last_at: datetime | None
    parked: int
    has_companion: bool
    reading: Overview
    can_be_read: bool
    shows_own_mails: bool
    refused: CaptureRefusal | None
    """Carts of a companion that were turned away lately."""
    leaving: Leaving
    held_up: Sequence[HeldUp]
    """What is to be written into the store, and was not taken yet."""
    orders_days: int | None
    """How many days back the store shows orders; None: as far as we ask."""

    @property
    def under_way(self) -> bool:
        """Is it being read for the first time, or about to be?"""
        waits = self.can_be_read and not self.reading.firsts
        open_to_us = self.store.state != StoreState.DISCONNECTED
        return open_to_us and (waits or self.reading.under_way)


@routes.get("/stores")
def listed() -> Response:
    machine = pages.machine()
    with machine.database.reading() as session:
        shown = [_shown(session, store) for store in desk.stores(session)]
    names = {str(one.store.id): one.store.name for one in shown}
    page = desk.page(
        "stores.html",
        one_click=_one_click(),
        section="stores",
        shown=shown,
        platforms=_platforms(),
        connected=names.get(request.args.get("connected", "")),
        gone=names.get(request.args.get("gone", "")),
        asked=names.get(request.args.get("asked", "")),
        now=desk.now(),
        lasts=partial(speech.lasts, desk.locale()),
        told=_told,
    )
    if _one_click():
        pages.may_lead_to_shopify(page)
    return page


def _told(notice: Notice, zone: str) -> dict[str, str]:
    return notices.facts(notice, desk.locale(), zone)


def _shown(session: Session, store: Store) -> Shown:
    machine = pages.machine()
    known = machine.platforms.get(store.platform)
    return Shown(
        store=store,
        webhook_url=actions.webhook_url(machine, store),
        last_at=_last_delivery(session, store.id),
        parked=_parked(session, store.id),
        reading=overview(session, store.id, desk.now()),
        can_be_read=known is not None and known.feed is not None,
        shows_own_mails=isinstance(known, TellsOwnMails),
        refused=_refused(session, store),
        leaving=leaving(session, store, desk.now()),
        held_up=held_up(session, store.id),
        orders_days=_orders_days(store),
        has_companion=store.state != StoreState.DISCONNECTED and isinstance(known, CapturesCarts),
    )


def _refused(session: Session, store: Store) -> CaptureRefusal | None:
    platform = pages.machine().platforms[store.platform]
    if store.state == StoreState.DISCONNECTED or not isinstance(platform, CapturesCarts):
        return None
    return refusals.standing(session, store.id, platform.capture_topics, desk.now())


def _orders_days(store: Store) -> int | None:
    machine = pages.machine()
    known = machine.platforms.get(store.platform)
    if known is None or known.feed is None or store.state == StoreState.DISCONNECTED:
        return None
    return known.feed.orders_days(actions.access(machine, store))


@routes.post("/stores/read")
def read_again() -> Response:
    """Look at the store now, and at its webhooks; pressing twice is pressing once."""
    full = request.form.get("what") == "all"
    with pages.machine().database.transaction() as session:
        store = desk.store(session, desk.number(request.form.get("store", "")))
        if store.state != StoreState.DISCONNECTED:
            sync.again(session, store.id, desk.now(), full=full)
            webhooks.look_again(session, store.id, desk.now())
    return desk.see(url_for("stores.listed", asked=store.id))


@routes.get("/stores/connect")
def connecting_page() -> Response:
    return _connect_page(request.args.get("platform", ""), {}, {})


@routes.post("/stores/connect")
def connect() -> Response:
    name = request.form.get("platform", "")
    if name not in _platforms():
        return _connect_page("", {}, {}, status=422)
    questions = QUESTIONS[name]
    typed = {one: request.form.get(one, "").strip() for one in questions.fields}
    mistakes = _missing(typed, questions.optional)
    if not mistakes:
        outcome = _connect(name, questions, typed, formerly=_formerly())
        if isinstance(outcome, Store):
            return desk.see(url_for("stores.listed", connected=outcome.id))
        mistakes = outcome
    return _connect_page(name, typed, mistakes, status=422)


@routes.post("/stores/disconnect")
def disconnect() -> Response:
    with pages.machine().database.transaction() as session:
        store = desk.store(session, desk.number(request.form.get("store", "")))
        actions.disconnect(store, because=BY_MERCHANT)
        webhooks.look_again(session, store.id, desk.now())
    return desk.see(url_for("stores.listed", gone=store.id))


def _formerly() -> int | None:
    """Which of her stores it was at another address, as she says; None: she does not say."""
    typed = request.form.get("formerly", "")
    if not typed:
        return None
    with pages.machine().database.reading() as session:
        return desk.store(session, desk.number(typed)).id


def _connect(
    name: str, questions: Questions, typed: Mapping[str, str], *, formerly: int | None
) -> Store | Mistakes:
    """The store as connected, or what is wrong, by field ("" is the whole form)."""
    machine = pages.machine()
    platform = machine.platforms[name]
    try:
        access = questions.access(platform.address(typed["address"]), typed)
    except Refused as problem:
        return {"address": _said("wrong_address", problem)}
    try:
        facts = platform.describe(access)
    except AccessLost as problem:
        return {next(iter(questions.credentials)): _said("wrong_keys", problem)}
    except Retryable as problem:
        return {"": _said("no_reach", problem)}
    except Permanent as problem:
        return {"": _said("refused", problem)}
    before = formerly or moving.former(
        machine, desk.user().account_id, platform=name, access=access, facts=facts
    )
    return _keep(name, access, facts, secret=typed.get("webhook_secret", ""), formerly=before)


def _keep(
    name: str, access: Access, facts: StoreFacts, *, secret: str, formerly: int | None
) -> Store | Mistakes:
    machine = pages.machine()
    try:
        with machine.database.transaction() as session:
            store = actions.connect(
                session,
                machine,
                session.get_one(Account, desk.user().account_id),
                desk.now(),
                platform=name,
                access=access,
                facts=facts,
                webhook_secret=secret,
                formerly=formerly,
            )
            if feed := machine.platforms[name].feed:
                webhooks.own_secret(machine, store, feed)
            webhooks.look_again(session, store.id, desk.now())
            return store
    except Refused as problem:
        return {"formerly": _said("another_store", problem)}
    except Permanent as problem:
        _log.warning("store not connected", user=desk.user().id, problem=str(problem))
        return {"": texts.text("app.shop.taken", desk.locale())}


def _said(key: str, problem: Exception) -> Markup:
    """Our sentence in her language, and the platform's own words behind it."""
    said = texts.text(f"app.shop.{key}", desk.locale())
    return Markup("{} <bdi>({})</bdi>").format(said, texts.clean(str(problem))[:300])


def _missing(typed: Mapping[str, str], optional: Sequence[str]) -> Mistakes:
    locale = desk.locale()
    found = {
        name: texts.text("app.shop.missing", locale)
        for name, words in typed.items()
        if not words and name not in optional
    }
    too_long = texts.text("app.shop.too_long", locale)
    return found | {
        name: too_long for name, words in typed.items() if len(words) > connecting.LONGEST
    }


def _platforms() -> dict[str, str]:
    """Platforms that this machine speaks and that can be connected by hand → their titles."""
    known = pages.machine().platforms
    return {name: known[name].title for name in QUESTIONS if name in known}


def _former_asked() -> list[str]:
    return [name for name in _platforms() if QUESTIONS[name].asks_former]


def _connect_page(
    platform: str, typed: Mapping[str, str], errors: Mistakes, *, status: int = 200
) -> Response:
    with pages.machine().database.reading() as session:
        account = desk.user().account_id
        former = {one: moving.elsewhere(session, account, one) for one in _former_asked()}
    page = desk.page(
        "connect.html",
        status=status,
        section="stores",
        one_click=_one_click(),
        platforms=_platforms(),
        questions=QUESTIONS,
        former=former,
        platform=platform,
        typed=typed,
        errors=errors,
    )
    if _one_click():
        pages.may_lead_to_shopify(page)
    return page


def _one_click() -> bool:
    """Can Shopify be connected without keys typed by hand?"""
    return pages.machine().platforms["shopify"].authorization is not None


def _last_delivery(session: Session, store_id: int) -> datetime | None:
    query = select(func.max(Delivery.received_at)).where(Delivery.store_id == store_id)
    return session.scalar(query)


def _parked(session: Session, store_id: int) -> int:
    query = (
        select(func.count())
        .select_from(Delivery)
        .where(Delivery.store_id == store_id, Delivery.state == DeliveryState.PARKED)
    )
    return session.scalar(query) or 0
