"""The demonstration: real stack, practice stores, shoppers who leave, answer and buy."""
