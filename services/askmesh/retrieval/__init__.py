"""The retrieval service: finds candidate passages by keywords and vectors at the same time."""
