"""What we offer: coupons minted in the store, benefits in a ledger."""
