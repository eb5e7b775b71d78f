"""What the merchant sees: the pages behind her sign-in."""
