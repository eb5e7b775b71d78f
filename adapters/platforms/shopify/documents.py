"""The GraphQL documents for Shopify's Admin API; tests check each against its schema."""

SHOP = """
query AskbackShop {
  shop {
    id
    name
    currencyCode
    ianaTimezone
    myshopifyDomain
    primaryDomain { url localization { defaultLocale } }
  }
}
"""

WHO = """
query AskbackWho { shop { id } }
"""

SCOPES = """
query AskbackScopes {
  currentAppInstallation { accessScopes { handle } }
}
"""

PROTECTED_DATA = """
query AskbackProtectedData {
  customers(first: 1) { nodes { id firstName defaultEmailAddress { emailAddress } } }
}
"""

DISCOUNT_BY_CODE = """
query AskbackDiscount($code: String!) {
  codeDiscountNodeByCode(code: $code) {
    id
    codeDiscount {
      __typename
      ... on DiscountCodeBasic { title codes(first: 1) { nodes { code } } }
      ... on DiscountCodeFreeShipping { title codes(first: 1) { nodes { code } } }
    }
  }
}
"""

CREATE_BASIC = """
mutation AskbackDiscountCreate($discount: DiscountCodeBasicInput!) {
  discountCodeBasicCreate(basicCodeDiscount: $discount) {
    codeDiscountNode { id }
    userErrors { code field message }
  }
}
"""

CREATE_FREE_SHIPPING = """
mutation AskbackFreeShippingCreate($discount: DiscountCodeFreeShippingInput!) {
  discountCodeFreeShippingCreate(freeShippingCodeDiscount: $discount) {
    codeDiscountNode { id }
    userErrors { code field message }
  }
}
"""

ORDERS = """
query AskbackOrders($search: String!) {
  orders(first: 10, query: $search, sortKey: CREATED_AT, reverse: true) {
    nodes {
      id
      createdAt
      cancelledAt
      displayFinancialStatus
      displayFulfillmentStatus
      checkoutToken
      cartToken
      email
      customer { id }
    }
  }
}
"""

OWN_MAILS = """
query AskbackOwnMails($sent: String!, $scheduled: String!, $notSent: String!) {
  sent: abandonedCheckouts(first: 1, query: $sent, sortKey: CREATED_AT, reverse: true) {
    nodes { id createdAt }
  }
  scheduled: abandonedCheckouts(first: 1, query: $scheduled, sortKey: CREATED_AT, reverse: true) {
    nodes { id createdAt }
  }
  notSent: abandonedCheckouts(first: 1, query: $notSent, sortKey: CREATED_AT, reverse: true) {
    nodes { id createdAt }
  }
}
"""

CHECKOUTS_WRITTEN_ABOUT = """
query AskbackWrittenAbout($search: String!) {
  abandonedCheckouts(first: 100, query: $search, sortKey: CREATED_AT) {
    nodes { id abandonedCheckoutUrl createdAt }
  }
}
"""

ABANDONMENT = """
query AskbackAbandonment($id: ID!) {
  abandonmentByAbandonedCheckoutId(abandonedCheckoutId: $id) { emailState emailSentAt }
}
"""
