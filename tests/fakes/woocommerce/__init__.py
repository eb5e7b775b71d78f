"""The practice store speaking WooCommerce."""
