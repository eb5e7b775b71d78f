"""WooCommerce: its own words read, its API asked as it wants to be asked."""
