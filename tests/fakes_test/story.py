"""A busy week in a practice store, in which every deed happens once."""

from __future__ import annotations

from decimal import Decimal

from tests.fakes import AMPERSAND_TEA, BEGINNING, EMOJI_CARD, HEBREW_MUG, MUG, SHIRT, PracticeStore


def coupons(store: PracticeStore) -> None:
    death = BEGINNING.replace(year=2028)
    store.makes_coupon("TEN", kind="percent", amount=Decimal(10), usage_limit=1, expires_at=death)
    store.makes_coupon("FIX", kind="fixed", amount=Decimal(20), minimum=Decimal(30))
    store.makes_coupon("SHIP", kind="free_shipping", amount=Decimal(0))


def busy_week(store: PracticeStore) -> None:
    coupons(store)
    store.registers("dana@example.com", name="דנה לוי", phone="+972500000001")
    store.consents("dana@example.com", granted=True)
    store.consents("dana@example.com", granted=True, texts=True)
    dana = store.leaves_checkout(
        "dana@example.com", (MUG, 2), SHIRT["L"], name="דנה לוי", locale="he", note="ring twice"
    )
    store.fails_payment(dana)
    hers = store.buys(dana, coupon="TEN")
    store.fulfills(hers)
    store.delivers(hers)
    store.refunds(hers, "10.00", reason="damaged")
    store.refunds(hers)
    store.leaves_checkout("ann@example.com", (HEBREW_MUG, 3), EMOJI_CARD, AMPERSAND_TEA)
    anns = store.buys("ann@example.com", coupon="FIX", payment="transfer")
    store.pays(anns)
    store.cancels(anns, by="inventory")
    store.leaves_checkout("uri@example.com", MUG, coupon="SHIP", phone="+972500000002")
    store.buys("uri@example.com", payment="later")
    store.leaves_checkout("", (MUG, 0), stage="opened")
    left = store.leaves_checkout("eve@example.com", SHIRT["M"], stage="contact")
    store.deletes_product(SHIRT)
    store.changes_email(left, "eva@example.com")
    store.deletes_checkout(left)
    store.sets_stock(MUG.variants[0], 0)
    store.asks_for_data("dana@example.com")
    store.asks_erasure("dana@example.com")
    store.asks_shop_erasure()
    store.uninstalls()
