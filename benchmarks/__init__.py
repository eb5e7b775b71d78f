"""How fast Askback is, in ratios to something that everybody can measure on the same machine."""
