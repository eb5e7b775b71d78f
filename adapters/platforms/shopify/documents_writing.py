"""The GraphQL documents that change a Shopify store; tests check each against its schema."""

DISCOUNT_USES = """
query AskbackDiscountUses($code: String!) {
  codeDiscountNodeByCode(code: $code) {
    id
    codeDiscount {
      __typename
      ... on DiscountCodeBasic { asyncUsageCount }
      ... on DiscountCodeFreeShipping { asyncUsageCount }
    }
  }
}
"""

DELETE_DISCOUNT = """
mutation AskbackDiscountDelete($id: ID!) {
  discountCodeDelete(id: $id) {
    deletedCodeDiscountId
    userErrors { code field message }
  }
}
"""

ORDER_NOTE = """
query AskbackOrderNote($id: ID!) {
  order(id: $id) { id note }
}
"""

UPDATE_NOTE = """
mutation AskbackOrderNoteUpdate($input: OrderInput!) {
  orderUpdate(input: $input) {
    order { id }
    userErrors { field message }
  }
}
"""

ADD_TAGS = """
mutation AskbackTagsAdd($id: ID!, $tags: [String!]!) {
  tagsAdd(id: $id, tags: $tags) {
    node { id }
    userErrors { field message }
  }
}
"""

UPDATE_CONSENT = """
mutation AskbackConsentUpdate($input: CustomerEmailMarketingConsentUpdateInput!) {
  customerEmailMarketingConsentUpdate(input: $input) {
    customer { id defaultEmailAddress { marketingState } }
    userErrors { code field message }
  }
}
"""

UPDATE_TEXTS_CONSENT = """
mutation AskbackTextsConsentUpdate($input: CustomerSmsMarketingConsentUpdateInput!) {
  customerSmsMarketingConsentUpdate(input: $input) {
    customer { id }
    userErrors { code field message }
  }
}
"""

DRAFTS = """
query AskbackDrafts($search: String!) {
  draftOrders(first: 5, query: $search) {
    nodes { id invoiceUrl tags discountCodes }
  }
}
"""

CREATE_DRAFT = """
mutation AskbackDraftCreate($input: DraftOrderInput!) {
  draftOrderCreate(input: $input) {
    draftOrder { id invoiceUrl tags discountCodes }
    userErrors { field message }
  }
}
"""
