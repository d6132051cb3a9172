"""Which articles tell one event: duplicates, stories, tags, related updates, rank."""
