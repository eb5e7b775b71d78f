"""The merchant's pages, asked as a browser asks them."""
