"""Stories of the trade, told from the shop door to the mailbox."""
