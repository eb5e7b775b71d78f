"""What Shopify sends and answers, and what becomes of it."""
