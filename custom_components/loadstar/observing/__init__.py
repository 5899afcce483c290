"""What happens at a site, slot by slot, into the store that learning reads."""
