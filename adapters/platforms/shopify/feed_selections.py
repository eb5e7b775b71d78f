"""The fields of each thing that the feed asks for: what the webhooks' readers read, and no more."""

from __future__ import annotations

_MONEY = "{ presentmentMoney { amount currencyCode } }"
"""What the shopper saw: one currency throughout an order."""

_ADDRESS = "{ firstName lastName phone countryCodeV2 }"

_KNOWN = f"""
id
firstName
lastName
locale
createdAt
updatedAt
defaultEmailAddress {{ emailAddress marketingState marketingUpdatedAt }}
defaultAddress {_ADDRESS}
"""
_PERSON = f"{_KNOWN} defaultPhoneNumber {{ phoneNumber }}"

# Deprecated in favour of `smsMarketingConsent`, which the schema of this version does not have.
CUSTOMER = f"{_KNOWN} defaultPhoneNumber {{ phoneNumber marketingState marketingUpdatedAt }}"

PRODUCT = """
id
title
handle
descriptionHtml
productType
status
publishedAt
updatedAt
featuredMedia { preview { image { url } } }
"""

VARIANT = "id title sku price inventoryPolicy inventoryQuantity"

# Refund.transactions is a connection within a list, which no bulk query may ask for.
ORDER = f"""
id
name
checkoutToken
cartToken
currencyCode
createdAt
updatedAt
processedAt
cancelledAt
cancelReason
displayFinancialStatus
displayFulfillmentStatus
paymentGatewayNames
statusPageUrl
note
email
phone
customerLocale
customerAcceptsMarketing
discountCodes
totalPriceSet {_MONEY}
totalDiscountsSet {_MONEY}
totalTaxSet {_MONEY}
totalShippingPriceSet {_MONEY}
customer {{ {_PERSON} }}
shippingAddress {_ADDRESS}
billingAddress {_ADDRESS}
fulfillments {{
  id status displayStatus createdAt updatedAt trackingInfo {{ company number url }}
}}
refunds {{ id note createdAt processedAt totalRefundedSet {_MONEY} }}
"""

ORDER_LINE = f"""
id
title
variantTitle
sku
quantity
product {{ id }}
variant {{ id }}
originalUnitPriceSet {_MONEY}
discountAllocations {{ allocatedAmountSet {_MONEY} }}
"""

CHECKOUT = f"""
id
abandonedCheckoutUrl
createdAt
updatedAt
completedAt
note
discountCodes
totalPriceSet {_MONEY}
subtotalPriceSet {_MONEY}
totalDiscountSet {_MONEY}
totalTaxSet {_MONEY}
customer {{ {_PERSON} }}
shippingAddress {_ADDRESS}
billingAddress {_ADDRESS}
"""

# `discountAllocations` is a connection here, one level too deep for a bulk query beside others:
# the total after all discounts says the same.
CHECKOUT_LINE = f"""
title
variantTitle
sku
quantity
product {{ id }}
variant {{ id }}
originalUnitPriceSet {_MONEY}
originalTotalPriceSet {_MONEY}
discountedTotalPriceWithCodeDiscount {_MONEY}
"""
