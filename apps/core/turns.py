"""Whoever counts before writing does so one at a time."""

from django.db import connection


def take_turns(what: str) -> None:
    """Until this transaction ends, whoever names the same waits: for counts that no single row holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])
