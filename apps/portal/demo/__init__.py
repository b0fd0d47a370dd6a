"""The demo's two schools, composed from every module's services and front doors.

Same day, same rows: each part draws from a generator of its own, seeded with its name.
"""
