"""What is thrown away in a store, with a word about it or without."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.fakes import catalogue, ledger

if TYPE_CHECKING:
    from tests.fakes.memory import Memory


class Broom:
    """The part of a Memory that forgets."""

    __slots__ = ()

    def deletes_product(self: Memory, product: catalogue.Product) -> None:
        self.listener("product_deleted", self.shelf.remove(product))

    def deletes_checkout(self: Memory, checkout: ledger.Checkout) -> None:
        """WooCommerce's daily clean-up of drafts, Shopify's deletion."""
        del self.checkouts[checkout.id]
        self.listener("checkout_deleted", checkout)

    def force_deletes(
        self: Memory, thing: ledger.Order | ledger.Account | ledger.Checkout | catalogue.Product
    ) -> None:
        """Past the trash: nobody is told."""
        if isinstance(thing, ledger.Checkout):
            del self.checkouts[thing.id]
            return
        if isinstance(thing, ledger.Account):
            del self.accounts[thing.email]
        elif isinstance(thing, catalogue.Product):
            self.shelf.remove(thing)
        else:
            del self.orders[thing.id]
            del self.checkouts[thing.id]

    def deletes(self: Memory, thing: ledger.Order | ledger.Account | ledger.Checkout) -> None:
        """In the store's admin, told as it should be."""
        self.force_deletes(thing)
        self.listener(f"{type(thing).__name__.lower()}_deleted", thing)

    def cleans_up_drafts(self: Memory) -> None:
        """WooCommerce's daily job: drafts that nobody touched for a day are gone, untold."""
        old = self.now() - timedelta(days=1)
        for checkout in list(self.checkouts.values()):
            if checkout.order is None and checkout.updated_at < old:
                del self.checkouts[checkout.id]
