"""What Askback asks of the outside; adapters answer, bootstrap introduces them."""
