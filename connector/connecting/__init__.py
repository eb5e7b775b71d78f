"""How a store is connected by a click: what a merchant starts here and approves there."""
