"""Products, customers, coupons and webhooks as WooCommerce 10.5 writes them."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from tests.fakes import catalogue, ledger
from tests.fakes.clock import BEGINNING
from tests.fakes.memory import Memory
from tests.fakes.post import Subscription
from tests.fakes.woocommerce.orders import dates, escaped, links

# The hooks that WooCommerce names in a webhook's own JSON.
_HOOKS = {
    "order.created": ["woocommerce_new_order"],
    "coupon.created": ["woocommerce_process_shop_coupon_meta", "woocommerce_new_coupon"],
}
_NO_SALE = {
    "sale_price": "",
    "date_on_sale_from": None,
    "date_on_sale_from_gmt": None,
    "date_on_sale_to": None,
    "date_on_sale_to_gmt": None,
    "on_sale": False,
}
_NO_FILES = {"downloads": [], "download_limit": -1, "download_expiry": -1}
_PLAIN = {
    "featured": False,
    "catalog_visibility": "visible",
    "virtual": False,
    "downloadable": False,
    "external_url": "",
    "button_text": "",
    "tax_status": "taxable",
    "tax_class": "",
    "backorders": "no",
    "backorders_allowed": False,
    "backordered": False,
    "low_stock_amount": None,
    "sold_individually": False,
    "weight": "",
    "dimensions": {"length": "", "width": "", "height": ""},
    "shipping_required": True,
    "shipping_taxable": True,
    "shipping_class": "",
    "shipping_class_id": 0,
    "average_rating": "0.00",
    "rating_count": 0,
    "upsell_ids": [],
    "cross_sell_ids": [],
    "purchase_note": "",
    "brands": [],
    "tags": [],
    "default_attributes": [],
    "grouped_products": [],
    "menu_order": 0,
    "related_ids": [],
    "meta_data": [],
    "post_password": "",
    "global_unique_id": "",
    **_NO_SALE,
    **_NO_FILES,
}
_EMPTY_ADDRESS = dict.fromkeys(
    ("first_name", "last_name", "company", "address_1", "address_2", "city", "postcode"), ""
) | {"country": "", "state": "", "phone": ""}


class ThingPayloads:
    """Builds the JSON of everything but orders."""

    def __init__(self, memory: Memory, base_url: str, zone: ZoneInfo) -> None:
        self.memory, self.base_url, self.zone = memory, base_url, zone

    def product(self, product: catalogue.Product) -> dict[str, Any]:
        first = product.variants[0] if product.variants else None
        price = str(first.price) if first else ""
        stock = self.memory.shelf.stock
        left = sum(stock.get(variant.id, 0) for variant in product.variants)
        varies = product.has_options
        return {
            **self._common(product, price=price, left=left),
            "id": product.id,
            "name": escaped(product.title),
            "slug": quote(product.slug.lower()),
            "permalink": f"{self.base_url}/product/{quote(product.slug)}/",
            "type": "variable" if varies else "simple",
            "description": "<p>A practice product</p>\n",
            "sku": "" if varies or first is None else first.sku,
            "regular_price": "" if varies else price,
            "manage_stock": not varies,
            "stock_quantity": None if varies else left,
            "total_sales": 0,
            "parent_id": 0,
            "categories": [{"id": 16, "name": product.category, "slug": product.category.lower()}],
            "attributes": self._attributes(product),
            "variations": [variant.id for variant in product.variants] if varies else [],
            "reviews_allowed": True,
            "_links": links(self.base_url, "products", product.id),
        }

    def variation(self, product: catalogue.Product, variant: catalogue.Variant) -> dict[str, Any]:
        """A variation under its own id, as /products/<id> and product.updated tell it."""
        left = self.memory.shelf.stock.get(variant.id, 0)
        slug = f"{product.slug}-{variant.option.lower()}"
        option = product.option_name
        own_links = links(self.base_url, "products", variant.id)
        root = f"{self.base_url}/wp-json/wc/v3/products"
        return {
            **self._common(product, price=str(variant.price), left=left),
            "id": variant.id,
            "name": escaped(f"{product.title} - {variant.option}"),
            "slug": quote(slug),
            "permalink": f"{self.base_url}/product/{quote(product.slug)}/"
            f"?attribute_{option.lower()}={quote(variant.option)}",
            "type": "variation",
            "description": "",
            "sku": variant.sku,
            "regular_price": str(variant.price),
            "manage_stock": True,
            "stock_quantity": left,
            "total_sales": "0",
            "parent_id": product.id,
            "categories": [],
            "attributes": [
                {"id": 0, "name": option, "slug": option.lower(), "option": variant.option}
            ],
            "variations": [],
            "reviews_allowed": False,
            "_links": {**own_links, "up": [{"href": f"{root}/{product.id}"}]},
        }

    def _common(self, product: catalogue.Product, *, price: str, left: int) -> dict[str, Any]:
        # A product's date moves with its stock; the memory keeps no history of the shelf.
        modified = self.memory.now()
        return {
            **_PLAIN,
            **dates(self.zone, date_created=BEGINNING, date_modified=modified),
            "status": "publish",
            "short_description": "",
            "price": price,
            "purchasable": True,
            "images": [self._image(product)],
            "price_html": f'<span class="amount"><bdi>{price}</bdi></span>',
            "stock_status": "instock" if left > 0 else "outofstock",
            "has_options": product.has_options,
        }

    def _attributes(self, product: catalogue.Product) -> list[dict[str, Any]]:
        if not product.has_options:
            return []
        name = product.option_name
        options = [variant.option for variant in product.variants]
        place = {"position": 0, "visible": True, "variation": True}
        return [{"id": 0, "name": name, "slug": name, **place, "options": options}]

    def _image(self, product: catalogue.Product) -> dict[str, Any]:
        source = f"{self.base_url}/wp-content/uploads/{product.slug}.png"
        return {
            "id": 9000 + product.id,
            **dates(self.zone, date_created=BEGINNING, date_modified=BEGINNING),
            "src": source,
            "name": product.slug,
            "alt": "",
            "srcset": f"{source} 300w",
            "sizes": "(max-width: 300px) 100vw, 300px",
            "thumbnail": source,
        }

    def customer(self, account: ledger.Account) -> dict[str, Any]:
        person = {"first_name": account.first_name, "last_name": account.last_name}
        face = hashlib.sha256(account.email.encode()).hexdigest()
        return {
            "id": account.id,
            **dates(self.zone, date_created=account.created_at, date_modified=account.updated_at),
            "email": account.email,
            **person,
            "role": "customer",
            "username": account.email.partition("@")[0],
            "billing": {
                **_EMPTY_ADDRESS,
                **person,
                "country": "IL",
                "email": account.email,
                "phone": account.phone,
            },
            "shipping": dict(_EMPTY_ADDRESS),
            "is_paying_customer": any(
                order.checkout.account is account for order in self.memory.orders.values()
            ),
            "avatar_url": f"https://secure.gravatar.com/avatar/{face}?s=96&d=mm&r=g",
            "meta_data": [
                {"id": account.id + place, "key": key, "value": value}
                for place, (key, value) in enumerate(
                    {"default_password_nag": "1", **account.meta}.items()
                )
            ],
            "_links": links(self.base_url, "customers", account.id),
        }

    def coupon(self, coupon: ledger.Coupon) -> dict[str, Any]:
        said = coupon.spoken
        free = coupon.kind == "free_shipping"
        return {
            "id": coupon.id,
            "code": coupon.code.lower(),
            "amount": str(coupon.amount.quantize(Decimal("0.01"))),
            "status": "publish",
            **dates(self.zone, date_created=coupon.created_at, date_modified=coupon.updated_at),
            "discount_type": "percent" if coupon.kind == "percent" else "fixed_cart",
            "description": coupon.description,
            **dates(self.zone, date_expires=coupon.expires_at),
            "usage_count": len(coupon.used_by),
            "individual_use": coupon.individual_use,
            "product_ids": list(coupon.product_ids),
            "excluded_product_ids": [],
            "usage_limit": coupon.usage_limit,
            "usage_limit_per_user": coupon.limit_per_customer,
            "limit_usage_to_x_items": None,
            "free_shipping": free,
            "product_categories": [],
            "excluded_product_categories": [],
            "exclude_sale_items": False,
            "minimum_amount": str(coupon.minimum.quantize(Decimal("0.01"))),
            "maximum_amount": "0.00",
            "email_restrictions": said.get("email_restrictions", []),
            "used_by": list(coupon.used_by),
            "meta_data": said.get("meta_data", []),
            "_links": links(self.base_url, "coupons", coupon.id),
        }

    def note(self, order: int, note: ledger.Note) -> dict[str, Any]:
        root = f"{self.base_url}/wp-json/wc/v3/orders/{order}"
        own = {"href": f"{root}/notes/{note.id}", "targetHints": {"allow": ["GET", "DELETE"]}}
        return {
            "id": note.id,
            "author": note.author,
            **dates(self.zone, date_created=note.made_at),
            "note": note.text,
            "customer_note": note.for_customer,
            "_links": {
                "self": [own],
                "collection": [{"href": f"{root}/notes"}],
                "up": [{"href": root}],
            },
        }

    def webhook(self, subscription: Subscription) -> dict[str, Any]:
        resource, _, event = subscription.topic.partition(".")
        hooks = [event] if resource == "action" else _HOOKS.get(subscription.topic, [])
        made = self.memory.now() - timedelta(seconds=1)
        return {
            "id": subscription.id,
            "name": subscription.name or f"Webhook on {subscription.topic}",
            "status": subscription.status,
            "topic": subscription.topic,
            "resource": resource,
            "event": event,
            "hooks": hooks,
            "delivery_url": subscription.url,
            **dates(self.zone, date_created=made, date_modified=None),
            "_links": links(self.base_url, "webhooks", subscription.id),
        }
