"""One click: how a merchant lets us into her store, and comes back connected."""
