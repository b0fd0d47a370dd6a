"""Pupils, those who answer for them, and the staff."""
