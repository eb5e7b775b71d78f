"""The GraphQL documents of the merchant's hand in a Shopify store; a test checks each."""

SHOP = "query HandShop { shop { id currencyCode } }"

GOODS = """
query HandGoods {
  products(first: 20, query: "status:active", sortKey: UPDATED_AT, reverse: true) {
    nodes { id title productType updatedAt publishedAt variants(first: 50) { nodes { id } } }
  }
}
"""

REGISTER = """
mutation HandRegisters($input: CustomerInput!) {
  customerCreate(input: $input) { customer { id } userErrors { field message } }
}
"""

FORGET = """
mutation HandForgets($input: CustomerDeleteInput!) {
  customerDelete(input: $input) { deletedCustomerId userErrors { field message } }
}
"""

PEOPLE = """
query HandPeople($search: String!) { customers(first: 5, query: $search) { nodes { id email } } }
"""

CONSENT = """
query HandConsent($id: ID!) { customer(id: $id) { defaultEmailAddress { marketingState } } }
"""

DRAFT = """
mutation HandDrafts($input: DraftOrderInput!) {
  draftOrderCreate(input: $input) { draftOrder { id } userErrors { field message } }
}
"""

PAY = """
mutation HandPays($id: ID!) {
  draftOrderComplete(id: $id) {
    draftOrder { order { id customer { id } } }
    userErrors { field message }
  }
}
"""

DRAFTS = """
query HandSeesDrafts {
  draftOrders(first: 20, sortKey: ID, reverse: true) {
    nodes { id email status lineItems(first: 5) { nodes { quantity variant { id } } } }
  }
}
"""

DRAFT_THERE = "query HandSeesDraft($id: ID!) { draftOrder(id: $id) { id } }"

DROP_DRAFT = """
mutation HandDropsDraft($input: DraftOrderDeleteInput!) {
  draftOrderDelete(input: $input) { deletedId userErrors { field message } }
}
"""

DROP_ORDER = """
mutation HandDropsOrder($id: ID!) {
  orderDelete(orderId: $id) { deletedId userErrors { code field message } }
}
"""

ORDER = "query HandOrder($id: ID!) { order(id: $id) { note tags } }"

NOTE = """
mutation HandNotes($input: OrderInput!) {
  orderUpdate(input: $input) { order { id } userErrors { field message } }
}
"""

COUPON = """
query HandCoupon($code: String!) {
  codeDiscountNodeByCode(code: $code) {
    id
    codeDiscount {
      __typename
      ... on DiscountCodeBasic {
        endsAt
        usageLimit
        codes(first: 1) { nodes { code } }
        minimumRequirement {
          ... on DiscountMinimumSubtotal { greaterThanOrEqualToSubtotal { amount } }
        }
        customerGets {
          value {
            __typename
            ... on DiscountPercentage { percentage }
            ... on DiscountAmount { amount { amount } }
          }
          items { __typename ... on DiscountProducts { products(first: 5) { nodes { id } } } }
        }
      }
      ... on DiscountCodeFreeShipping {
        endsAt
        usageLimit
        codes(first: 1) { nodes { code } }
        minimumRequirement {
          ... on DiscountMinimumSubtotal { greaterThanOrEqualToSubtotal { amount } }
        }
      }
    }
  }
}
"""

MAKE_COUPON = """
mutation HandMakesCoupon($discount: DiscountCodeBasicInput!) {
  discountCodeBasicCreate(basicCodeDiscount: $discount) {
    codeDiscountNode { id }
    userErrors { field message }
  }
}
"""

DROP_COUPON = """
mutation HandDropsCoupon($id: ID!) {
  discountCodeDelete(id: $id) { deletedCodeDiscountId userErrors { field message } }
}
"""

WEBHOOKS = """
query HandWebhooks($after: String) {
  webhookSubscriptions(first: 100, after: $after) {
    nodes { id topic uri }
    pageInfo { hasNextPage endCursor }
  }
}
"""

SUBSCRIBE = """
mutation HandSubscribes($topic: WebhookSubscriptionTopic!, $to: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $to) {
    webhookSubscription { id }
    userErrors { field message }
  }
}
"""

UNSUBSCRIBE = """
mutation HandUnsubscribes($id: ID!) {
  webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId userErrors { field message } }
}
"""

ALL = tuple(text for name, text in sorted(globals().items()) if name.isupper())
