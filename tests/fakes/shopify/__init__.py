"""The practice store speaking Shopify."""
