"""Takes documents in: reads, splits, embeds and stores them."""
