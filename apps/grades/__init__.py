"""Assessments and marks, averages and ranks."""
