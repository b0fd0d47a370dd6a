"""Smallest valid rows, one file per module."""
