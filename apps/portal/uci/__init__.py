"""Loads « Student Performance », mathematics (P. Cortez and A. Silva, 2008; UCI, CC BY 4.0), as it is.

Marks, absences, ages and sexes are those of real pupils; the file holds no names: ours are invented.
"""
