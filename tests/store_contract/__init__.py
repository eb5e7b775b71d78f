"""The contract: what Askback asks of a store and what must come back, in sentences.

One set of sentences, kept by the practice stores of `tests/fakes` in the ordinary suite
(`tests/contracts/test_practice_stores_keep_the_contract.py`) and, unchanged, by a real store
(`tests/live`). Each asks through the product's adapter; what the merchant or a shopper does
in the store meanwhile, and what stands there afterwards, is the `Hand`'s to do and to see.

A sentence makes what it needs, under names drawn by lot and mail addresses at example.com,
changes nothing that it did not make, and everything made is taken away when it ends.
"""

import pytest

SENTENCES = ("the_store", "reading", "coupons", "writing", "webhooks", "the_way_back")

pytest.register_assert_rewrite(*(f"{__name__}.about_{one}" for one in SENTENCES))
