"""The contract of `tests/store_contract`, kept by a real store. Opt-in: see `variables`."""
