"""Products, the shop itself and privacy requests as Shopify's webhooks write them."""

from __future__ import annotations

from typing import Any

from tests.fakes import catalogue, ledger
from tests.fakes.clock import BEGINNING
from tests.fakes.shopify import ids
from tests.fakes.shopify.parts import Parts, at


class ThingPayloads:
    """Builds the JSON of products/*, customers/*, app/* and shop/*."""

    def __init__(self, parts: Parts, shop: str) -> None:
        self.parts, self.memory, self.shop = parts, parts.memory, shop

    def product(self, product: catalogue.Product) -> dict[str, Any]:
        changed = self.memory.shelf.changed_at[product.id]
        return {
            "admin_graphql_api_id": ids.gid("Product", product.id),
            "body_html": "<p>A practice product</p>",
            "created_at": at(BEGINNING),
            "handle": product.slug,
            "id": ids.number("Product", product.id),
            "product_type": product.category,
            "published_at": at(BEGINNING),
            "template_suffix": None,
            "title": product.title,
            "updated_at": at(changed),
            "vendor": "Practice",
            "status": "active",
            "published_scope": "web",
            "tags": "",
            "variants": [self._variant(product, x) for x in product.variants],
            "options": [self._option(product)],
            "images": [self._image(product)],
            "image": self._image(product),
            "media": [],
            "variant_gids": [
                {
                    "admin_graphql_api_id": ids.gid("ProductVariant", x.id),
                    "updated_at": f"{changed:%Y-%m-%dT%H:%M:%S.000Z}",
                }
                for x in product.variants
            ],
            "has_variants_that_requires_components": False,
            "category": None,
        }

    def _variant(self, product: catalogue.Product, variant: catalogue.Variant) -> dict[str, Any]:
        left = self.memory.shelf.stock.get(variant.id, 0)
        title = variant.option or "Default Title"
        return {
            "admin_graphql_api_id": ids.gid("ProductVariant", variant.id),
            "barcode": None,
            "compare_at_price": None,
            "created_at": at(BEGINNING),
            "id": ids.number("ProductVariant", variant.id),
            "inventory_policy": "deny",
            "position": product.variants.index(variant) + 1,
            "price": self.memory.till.say(variant.price),
            "product_id": ids.number("Product", product.id),
            "sku": variant.sku,
            "taxable": True,
            "title": title,
            "updated_at": at(self.memory.shelf.changed_at[product.id]),
            "option1": title,
            "option2": None,
            "option3": None,
            "image_id": None,
            "inventory_item_id": ids.number("InventoryItem", variant.id),
            "inventory_quantity": left,
            "old_inventory_quantity": left,
        }

    def _option(self, product: catalogue.Product) -> dict[str, Any]:
        return {
            "name": product.option_name or "Title",
            "id": ids.number("Product", product.id),
            "product_id": ids.number("Product", product.id),
            "position": 1,
            "values": [x.option or "Default Title" for x in product.variants],
        }

    def _image(self, product: catalogue.Product) -> dict[str, Any]:
        return {
            "id": ids.number("Product", product.id),
            "alt": None,
            "position": 1,
            "product_id": ids.number("Product", product.id),
            "created_at": at(BEGINNING),
            "updated_at": at(BEGINNING),
            "admin_graphql_api_id": f"gid://shopify/MediaImage/{product.id}",
            "width": 300,
            "height": 300,
            "src": f"{self.parts.base_url}/cdn/{product.slug}.png",
            "variant_ids": [],
        }

    def consent(self, account: ledger.Account) -> dict[str, Any]:
        return {
            "customer_id": ids.number("Customer", account.id),
            "email_address": account.email,
            "email_marketing_consent": {
                "state": "subscribed" if account.accepts_marketing else "unsubscribed",
                "opt_in_level": "single_opt_in",
                "consent_updated_at": at(account.consent_at),
            },
        }

    def deleted_account(self, account: ledger.Account) -> dict[str, Any]:
        gid = ids.gid("Customer", account.id)
        number = ids.number("Customer", account.id)
        return {"id": number, "tax_exemptions": [], "admin_graphql_api_id": gid}

    def texts_consent(self, account: ledger.Account) -> dict[str, Any]:
        return {
            "id": ids.number("Customer", account.id),
            "phone": account.phone,
            "sms_marketing_consent": {
                "state": "subscribed" if account.takes_texts else "unsubscribed",
                "opt_in_level": "single_opt_in",
                "consent_updated_at": at(account.texts_at),
                "consent_collected_from": "other",
            },
        }

    def privacy(self, account: ledger.Account, *, orders_key: str) -> dict[str, Any]:
        """customers/redact and customers/data_request name the person and her orders."""
        theirs = [
            ids.number("Order", order.id)
            for order in self.memory.orders.values()
            if order.checkout.email == account.email
        ]
        return {
            **self.shop_redact(),
            "customer": {
                "id": ids.number("Customer", account.id),
                "email": account.email,
                "phone": account.phone,
            },
            orders_key: theirs,
        }

    def data_request(self, account: ledger.Account) -> dict[str, Any]:
        said = self.privacy(account, orders_key="orders_requested")
        return {**said, "data_request": {"id": 9999}}

    def shop_redact(self) -> dict[str, Any]:
        return {"shop_id": ids.SHOP_ID, "shop_domain": self.shop}

    def shop_payload(self) -> dict[str, Any]:
        """The shop, as app/uninstalled tells it."""
        currency = self.memory.till.currency
        return {
            "id": ids.SHOP_ID,
            "name": "Practice Shop",
            "email": "merchant@example.com",
            "domain": None,
            "country": "IL",
            "city": "Haifa",
            "primary_locale": "en",
            "country_code": "IL",
            "country_name": "Israel",
            "currency": currency,
            "customer_email": "merchant@example.com",
            "timezone": "(GMT+02:00) Jerusalem",
            "iana_timezone": None,
            "shop_owner": "Mia Merchant",
            "plan_name": "partner_test",
            "myshopify_domain": None,
            "enabled_presentment_currencies": [currency],
        }
