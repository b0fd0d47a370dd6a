"""Conversations between families and teachers."""
