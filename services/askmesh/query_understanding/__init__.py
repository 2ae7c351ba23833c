"""Turns a turn of a conversation into a plan for finding its answer."""
