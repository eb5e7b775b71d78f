"""The settings page: a store's policy in words its owner understands."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, request, url_for

from connector import pages, texts
from connector.dashboard import desk, forms, forms_statuses, forms_words
from connector.dashboard.forms import Form
from connector.journeys.reasons import LABEL_KEYS
from connector.stores import policy
from connector.stores.models import Store
from connector.stores.policy import Basis
from connector.sync import notices

routes = desk.guarded("settings")


@routes.get("/settings")
def shown() -> Response:
    with pages.machine().database.reading() as session:
        if not desk.stores(session):
            return desk.page("no_store.html", section="settings")
        store = desk.store(session, desk.store_asked())
        statuses = notices.own_statuses(session, store.id)
    form = forms.blank(policy.load(store.policy), statuses)
    return _page(store, form, saved="saved" in request.args)


@routes.post("/settings")
def save() -> Response:
    with pages.machine().database.transaction() as session:
        store = desk.store(session, desk.store_asked())
        statuses = notices.own_statuses(session, store.id)
        form = forms.filled(request.form, policy.load(store.policy), statuses)
        if form.policy is not None:
            store.policy = policy.dump(form.policy)
    if form.policy is None:
        return _page(store, form, status=422)
    return desk.see(url_for("settings.shown", store=store.id, saved=1))


def _page(store: Store, form: Form, *, saved: bool = False, status: int = 200) -> Response:
    with pages.machine().database.reading() as session:
        own = desk.stores(session)
        named = notices.own_statuses(session, store.id)
    locale = desk.locale()
    return desk.page(
        "settings.html",
        status=status,
        section="settings",
        stores=own,
        store=store,
        typed=form.typed,
        errors={
            name: texts.text(mistake.key, locale, **mistake.facts)
            for name, mistake in form.mistakes.items()
        },
        saved=saved,
        locales=texts.LOCALES,
        reasons=LABEL_KEYS,
        opening=forms_words.OPENING,
        names=forms_words.SPOKEN_NAMES,
        most=forms_words.MOST_ADVANTAGES,
        open_words=_with_words(store, form),
        ours={one: texts.catalog(one) for one in texts.LOCALES},
        directions={one: texts.direction(one) for one in texts.LOCALES},
        benefits=forms.BENEFITS,
        statuses=_statuses(form, named),
        meanings=forms_statuses.WORDS,
        bases=[one.value for one in Basis],
    )


def _statuses(form: Form, named: Mapping[str, str]) -> dict[str, str]:
    """Field → how the merchant knows the status; by its word where the store names it no more."""
    prefix = forms_statuses.field_of("")
    own = [name.removeprefix(prefix) for name in form.typed if name.startswith(prefix)]
    return {forms_statuses.field_of(one): named.get(one, one) for one in own}


def _with_words(store: Store, form: Form) -> set[str]:
    """Languages whose words are shown unasked: the store's own, and those with a mistake."""
    wrong = {
        name.split(".")[1] for name in form.mistakes if name.startswith(("wording.", "advantages."))
    }
    return wrong | {texts.best_locale(store.locale)}
