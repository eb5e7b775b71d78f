"""What Shopify is asked for, resource by resource: in bulk, page by page, and how many.

One selection serves both ways, so that both give the same records. Rules for bulk queries
(`edges` not `nodes`, at most two levels, no connection within a list):
https://shopify.dev/docs/api/usage/bulk-operations/queries
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from adapters.platforms.shopify import feed_selections as fields
from connector.ports.feed import Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """How one resource is asked for.

    `root` is the connection, `child` the one connection within it ("" for none), `node` the
    GraphQL type; `sort` keeps pages in one order while the store goes on changing.
    """

    root: str
    node: str
    fields: str
    sort: str
    size: int
    child: str = ""
    child_fields: str = ""

    def in_bulk(self, search: str) -> str:
        """The query that a bulk operation runs. It takes no variables: the search is within."""
        filtered = f"(query: {json.dumps(search)})" if search else ""
        child = f"{self.child} {{ edges {{ node {{ {self.child_fields} }} }} }}"
        inner = f"{self.fields} {child if self.child else ''}"
        return f"{{ {self.root}{filtered} {{ edges {{ node {{ {inner} }} }} }} }}"

    @property
    def page(self) -> str:
        """One page, with as many children each as usually are all."""
        child = self._children("first: $children") if self.child else ""
        more = ", $children: Int!" if self.child else ""
        return f"""query AskbackFeed{_titled(self.root)}(
  $first: Int!, $after: String, $search: String{more}
) {{
  {self.root}(first: $first, after: $after, query: $search, sortKey: {self.sort}) {{
    nodes {{ {self.fields} {child} }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}"""

    @property
    def more_children(self) -> str:
        """The children of one node that its page had no room for."""
        child = self._children("first: 100, after: $after")
        return f"""query AskbackFeed{_titled(self.child)}Of{self.node}($id: ID!, $after: String) {{
  node(id: $id) {{ ... on {self.node} {{ id {child} }} }}
}}"""

    @property
    def count(self) -> str:
        """How many there are. `limit: null` counts all: Shopify's own limit is 10,000."""
        return f"""query AskbackFeed{_titled(self.root)}Count($search: String) {{
  {self.root}Count(query: $search, limit: null) {{ count }}
}}"""

    def _children(self, arguments: str) -> str:
        info = "pageInfo { hasNextPage endCursor }"
        return f"{self.child}({arguments}) {{ nodes {{ {self.child_fields} }} {info} }}"


QUERIES: Mapping[Resource, Query] = {
    Resource.PRODUCTS: Query(
        root="products",
        node="Product",
        fields=fields.PRODUCT,
        sort="UPDATED_AT",
        size=50,
        child="variants",
        child_fields=fields.VARIANT,
    ),
    Resource.CUSTOMERS: Query(
        root="customers", node="Customer", fields=fields.CUSTOMER, sort="UPDATED_AT", size=100
    ),
    Resource.ORDERS: Query(
        root="orders",
        node="Order",
        fields=fields.ORDER,
        sort="UPDATED_AT",
        size=50,
        child="lineItems",
        child_fields=fields.ORDER_LINE,
    ),
    # AbandonedCheckoutSortKeys has no UPDATED_AT: an id never moves.
    Resource.CHECKOUTS: Query(
        root="abandonedCheckouts",
        node="AbandonedCheckout",
        fields=fields.CHECKOUT,
        sort="ID",
        size=50,
        child="lineItems",
        child_fields=fields.CHECKOUT_LINE,
    ),
}

RUN_BULK = """
mutation AskbackBulkRun($query: String!) {
  bulkOperationRunQuery(query: $query, groupObjects: true) {
    bulkOperation { id status }
    userErrors { code field message }
  }
}
"""

BULK = """
query AskbackBulk($id: ID!) {
  bulkOperation(id: $id) {
    id
    status
    errorCode
    objectCount
    rootObjectCount
    url
  }
}
"""

NODES = """
query AskbackNodes($ids: [ID!]!) {
  nodes(ids: $ids) { id }
}
"""

WEBHOOKS = """
query AskbackWebhooks($after: String) {
  webhookSubscriptions(first: 100, after: $after) {
    nodes { id topic uri format filter includeFields }
    pageInfo { hasNextPage endCursor }
  }
}
"""

MAKE_WEBHOOK = """
mutation AskbackWebhookCreate(
  $topic: WebhookSubscriptionTopic!, $webhookSubscription: WebhookSubscriptionInput!
) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $webhookSubscription) {
    webhookSubscription { id }
    userErrors { field message }
  }
}
"""

REMOVE_WEBHOOK = """
mutation AskbackWebhookDelete($id: ID!) {
  webhookSubscriptionDelete(id: $id) {
    deletedWebhookSubscriptionId
    userErrors { field message }
  }
}
"""


def _titled(root: str) -> str:
    return root[:1].upper() + root[1:]
