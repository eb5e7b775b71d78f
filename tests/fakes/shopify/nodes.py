"""Orders, checkouts, customers, products and the shop as the Admin GraphQL API tells them."""

from __future__ import annotations

from decimal import Decimal

from tests.fakes import catalogue, ledger
from tests.fakes.clock import BEGINNING
from tests.fakes.shopify import ids, node_parts
from tests.fakes.shopify.checkouts import recovery_url
from tests.fakes.shopify.dialect import Shopify
from tests.fakes.shopify.lists import connection
from tests.fakes.shopify.node_parts import Node, at
from tests.fakes.shopify.orders import CANCEL_REASONS, financial_status

_TEXTS = {True: "SUBSCRIBED", False: "UNSUBSCRIBED", None: "NOT_SUBSCRIBED"}


class Nodes:
    """Builds one dict per object, with the fields of schema version 2026-07."""

    def __init__(self, dialect: Shopify) -> None:
        self.dialect, self.memory, self.base_url = dialect, dialect.memory, dialect.base_url

    def money(self, amount: Decimal | int) -> Node:
        return node_parts.money(self.memory.till, amount)

    def bag(self, amount: Decimal | int) -> Node:
        return node_parts.bag(self.memory.till, amount)

    def _common(self, kind: str, own: int) -> Node:
        return node_parts.common(kind, own)

    def shop(self) -> Node:
        number = ids.SHOP_ID
        return {
            "__typename": "Shop",
            "id": f"gid://shopify/Shop/{number}",
            "name": self.memory.title,
            "email": "merchant@example.com",
            "contactEmail": "merchant@example.com",
            "currencyCode": self.memory.till.currency,
            "ianaTimezone": self.dialect.timezone,
            "myshopifyDomain": self.dialect.shop,
            "primaryDomain": {
                "__typename": "Domain",
                "id": f"gid://shopify/Domain/{number}",
                "host": self.dialect.home_url.partition("://")[2],
                "url": self.dialect.home_url,
                "localization": {
                    "__typename": "DomainLocalization",
                    "alternateLocales": [],
                    "country": None,
                    "defaultLocale": "en",
                },
            },
            "url": self.base_url,
            "taxesIncluded": True,
            "weightUnit": "KILOGRAMS",
            "plan": {
                "__typename": "ShopPlan",
                "displayName": "Developer Preview",
                "publicDisplayName": "Development",
                "partnerDevelopment": True,
                "shopifyPlus": False,
            },
            "shopOwnerName": "Mia Merchant",
        }

    def locales(self) -> list[Node]:
        plain = {"__typename": "ShopLocale", "published": True}
        return [{**plain, "locale": "en", "name": "English", "primary": True}]

    def order(self, order: ledger.Order) -> Node:
        checkout = order.checkout
        token = self.memory.token(of=("order", checkout.token))
        reason = CANCEL_REASONS.get(order.cancelled_by, "other").upper()
        return {
            **self._common("Order", order.id),
            "name": f"#{order.number}",
            "number": order.number,
            "email": checkout.email or None,
            "phone": checkout.phone or None,
            "note": checkout.note or None,
            "tags": list(order.tags),
            "createdAt": at(order.created_at),
            "updatedAt": at(order.updated_at),
            "processedAt": at(order.created_at),
            "cancelledAt": at(order.cancelled_at),
            "cancelReason": reason if order.cancelled_at else None,
            "closed": False,
            "closedAt": None,
            "confirmed": True,
            "test": True,
            "currencyCode": checkout.till.currency,
            "customerLocale": checkout.locale or None,
            "displayFinancialStatus": financial_status(order).upper(),
            "displayFulfillmentStatus": "FULFILLED" if order.fulfilled_at else "UNFULFILLED",
            "fullyPaid": order.paid_at is not None,
            "discountCode": checkout.coupon.code if checkout.coupon else None,
            "discountCodes": [checkout.coupon.code] if checkout.coupon else [],
            "statusPageUrl": f"{self.base_url}/{ids.SHOP_ID}/orders/{token}/authenticate"
            f"?key={token[:12]}",
            "customer": self.guest(checkout),
            "lineItems": connection([self.line(x) for x in checkout.lines], "LineItem"),
            **self._sums(order),
            **self._course(order),
        }

    def _course(self, order: ledger.Order) -> Node:
        """Where it came from, and what became of it."""
        checkout = order.checkout
        refunds = [node_parts.refund(checkout.till, x) for x in order.refunds]
        return {
            "checkoutToken": checkout.token,
            "cartToken": checkout.cart_token,
            "presentmentCurrencyCode": checkout.till.currency,
            "paymentGatewayNames": [checkout.payment],
            "customerAcceptsMarketing": checkout.accepts_marketing,
            "shippingAddress": node_parts.where(checkout),
            "billingAddress": node_parts.where(checkout),
            "fulfillments": node_parts.cut(
                [node_parts.fulfillment(order, x) for x in order.shipments]
            ),
            "refunds": node_parts.cut(refunds),
        }

    def _sums(self, order: ledger.Order) -> Node:
        checkout = order.checkout
        goods = checkout.subtotal - checkout.discount
        sums = {
            "totalPriceSet": checkout.total,
            "currentTotalPriceSet": checkout.total,
            "subtotalPriceSet": goods,
            "totalDiscountsSet": checkout.discount,
            "totalShippingPriceSet": checkout.shipping,
            "totalTaxSet": checkout.tax,
            "totalRefundedSet": order.refunded,
        }
        return {name: self.bag(amount) for name, amount in sums.items()}

    def line(self, line: ledger.Line, kind: str = "LineItem") -> Node:
        on_shelf = line.product.id in self.memory.shelf.products
        # The same sums bear another name in an order than in a checkout.
        middle = "Total" if kind == "LineItem" else "TotalPrice"
        discounts = node_parts.allocations(line, self.memory.till)
        own: Node = {"discountAllocations": discounts}
        if kind != "LineItem":
            own = {
                "discountAllocations": connection(discounts, "DiscountAllocation"),
                "discountedTotalPriceWithCodeDiscount": self.bag(line.total),
            }
        return {
            **own,
            "__typename": kind,
            "id": f"gid://shopify/{kind}/{ids.number('LineItem', line.id)}",
            "title": line.product.title,
            "variantTitle": line.variant.option or None,
            "quantity": line.quantity,
            "sku": line.variant.sku,
            "originalUnitPriceSet": self.bag(line.variant.price),
            f"original{middle}Set": self.bag(line.subtotal),
            f"discounted{middle}Set": self.bag(line.total),
            # What was deleted since is null here while the line keeps its title.
            "product": lambda: self.product(line.product) if on_shelf else None,
            "variant": lambda: self.variant(line.product, line.variant) if on_shelf else None,
        }

    def checkout(self, checkout: ledger.Checkout) -> Node:
        """AbandonedCheckout has no email and no phone; they are the customer's."""
        kind = "AbandonedCheckout"
        lines = [self.line(x, "AbandonedCheckoutLineItem") for x in checkout.lines]
        goods, delivered = checkout.subtotal - checkout.discount, checkout.has_reached("delivery")
        return {
            "__typename": kind,
            "id": f"gid://shopify/{kind}/{ids.number('Checkout', checkout.id)}",
            "name": f"#{ids.number('Checkout', checkout.id)}",
            "abandonedCheckoutUrl": recovery_url(self.dialect.checkouts.parts, checkout),
            "createdAt": at(checkout.created_at),
            "updatedAt": at(checkout.updated_at),
            "completedAt": at(checkout.completed_at),
            "note": checkout.note,
            "discountCodes": [checkout.coupon.code] if checkout.coupon else [],
            "taxesIncluded": True,
            "customer": self.guest(checkout),
            "lineItems": connection(lines, "AbandonedCheckoutLineItem"),
            "shippingAddress": node_parts.where(checkout) if delivered else None,
            "billingAddress": node_parts.where(checkout) if delivered else None,
            "totalPriceSet": self.bag(goods + (checkout.shipping if delivered else 0)),
            "subtotalPriceSet": self.bag(goods),
            "totalLineItemsPriceSet": self.bag(checkout.subtotal),
            "totalDiscountSet": self.bag(checkout.discount),
            "totalTaxSet": self.bag(checkout.tax),
        }

    def guest(self, checkout: ledger.Checkout) -> Node | None:
        """The customer record behind a checkout or order, registered or not."""
        if not checkout.email:
            return None
        known = checkout.account or ledger.Account(
            id=self.dialect.orders.parts.customer_id(checkout) - ids.number("Customer", 0),
            email=checkout.email,
            first_name=checkout.first_name,
            last_name=checkout.last_name,
            phone=checkout.phone,
            locale=checkout.locale,
            accepts_marketing=checkout.accepts_marketing,
            created_at=checkout.created_at,
            updated_at=checkout.updated_at,
        )
        home = node_parts.address(known.id, first_name=known.first_name, last_name=known.last_name)
        return {**self.customer(known), "defaultAddress": home}

    def customer(self, account: ledger.Account) -> Node:
        orders = self.memory.orders.values()

        def theirs() -> list[Decimal]:
            return [x.total for x in orders if x.checkout.email == account.email]

        state = "UNSUBSCRIBED" if account.consent_at else "NOT_SUBSCRIBED"
        state = "SUBSCRIBED" if account.accepts_marketing else state
        return {
            **self._common("Customer", account.id),
            "firstName": account.first_name or None,
            "lastName": account.last_name or None,
            "displayName": f"{account.first_name} {account.last_name}".strip() or account.email,
            "email": account.email,
            "phone": account.phone or None,
            "locale": account.locale or "en",
            "state": "DISABLED",
            "tags": list(account.tags),
            "note": None,
            "verifiedEmail": True,
            "numberOfOrders": lambda: str(len(theirs())),
            "amountSpent": lambda: self.money(sum(theirs(), Decimal(0))),
            "createdAt": at(account.created_at),
            "updatedAt": at(account.updated_at),
            "defaultAddress": None,
            "defaultEmailAddress": {
                "__typename": "CustomerEmailAddress",
                "emailAddress": account.email,
                "marketingState": state,
                "marketingOptInLevel": "SINGLE_OPT_IN",
                "marketingUpdatedAt": at(account.consent_at),
            },
            "defaultPhoneNumber": {
                "__typename": "CustomerPhoneNumber",
                "phoneNumber": account.phone,
                "marketingState": _TEXTS[account.takes_texts],
                "marketingUpdatedAt": at(account.texts_at),
            }
            if account.phone
            else None,
        }

    def product(self, product: catalogue.Product) -> Node:
        stock = self.memory.shelf.stock
        variants = [self._variant(x) for x in product.variants]
        source = f"{self.base_url}/cdn/{product.slug}.png"
        return {
            **self._common("Product", product.id),
            "title": product.title,
            "handle": product.slug,
            "description": "A practice product",
            "descriptionHtml": "<p>A practice product</p>",
            "productType": product.category,
            "vendor": "Practice",
            "status": "ACTIVE",
            "tags": [],
            "onlineStoreUrl": f"{self.base_url}/products/{product.slug}",
            "totalInventory": sum(stock.get(x.id, 0) for x in product.variants),
            "publishedAt": at(BEGINNING),
            "createdAt": at(BEGINNING),
            "updatedAt": at(self.memory.shelf.changed_at[product.id]),
            "featuredMedia": {
                "__typename": "MediaImage",
                "id": f"gid://shopify/MediaImage/{product.id}",
                "alt": None,
                "preview": {
                    "__typename": "MediaPreviewImage",
                    "image": {"__typename": "Image", "url": source, "altText": None},
                },
            },
            "variants": connection(variants, "ProductVariant"),
        }

    def _variant(self, variant: catalogue.Variant) -> Node:
        left = self.memory.shelf.stock.get(variant.id, 0)
        return {
            **self._common("ProductVariant", variant.id),
            "title": variant.option or "Default Title",
            "displayName": variant.sku,
            "sku": variant.sku,
            "price": self.memory.till.say(variant.price),
            "inventoryQuantity": left,
            "inventoryPolicy": "DENY",
            "availableForSale": left > 0,
            "createdAt": at(BEGINNING),
            "updatedAt": at(self.memory.shelf.changed_at[variant.product_id]),
        }

    def variant(self, product: catalogue.Product, variant: catalogue.Variant) -> Node:
        return {**self._variant(variant), "product": self.product(product)}
