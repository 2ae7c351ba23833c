"""Writes answers with a language model, and releases only what the passages support."""
