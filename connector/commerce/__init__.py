"""What the shop knows: customers, products, checkouts, orders; newer wins."""
