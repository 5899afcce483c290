"""Many chargers, a Home Assistant that knows them all, and what is measured between them."""
