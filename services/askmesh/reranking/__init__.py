"""Orders passages, and the sentences in them, by how well they answer a query."""
