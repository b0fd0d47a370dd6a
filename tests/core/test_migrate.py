"""Our migrate makes what Django's own would have made."""

import os
import subprocess
import sys

import psycopg
import pytest

from deploy.servers import roles
from deploy.servers.places import ROOT

LIKE_DJANGO = """
import django
django.setup()
from django.core.management import call_command
from django.core.management.commands.migrate import Command
call_command(Command(), verbosity=0)
"""
MADE = """
    SELECT 'column', attrelid::regclass::text, attname, format_type(atttypid, atttypmod), attnotnull::text,
        pg_get_expr(adbin, adrelid)
    FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace AND attnum > 0
UNION SELECT 'index', tablename, indexname, indexdef, '', '' FROM pg_indexes WHERE schemaname = 'public'
UNION SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', ''
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), '', ''
    FROM pg_trigger WHERE NOT tgisinternal
UNION SELECT 'function', '', proname, prosrc, '', '' FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION SELECT 'policy', tablename, policyname, qual, with_check, roles::text FROM pg_policies
UNION SELECT 'table', '', relname, relacl::text, relrowsecurity::text, relforcerowsecurity::text
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
"""


def made(url: str) -> set[tuple]:
    with psycopg.connect(url) as db:
        return set(db.execute(MADE).fetchall())


@pytest.mark.long
def test_our_migrate_makes_what_djangos_own_makes(django_db_setup):
    ours, owners = os.environ["EDUCONNECT_TEST_ADMIN_URL"], os.environ["DATABASE_OWNER_URL"]
    theirs = f"educonnect_like_django_{os.getpid()}"
    roles.make_database(ours, theirs)
    try:
        environment = {
            "DJANGO_SETTINGS_MODULE": "educonnect.settings.test",
            "DATABASE_URL": roles.in_database(owners, theirs),
        }
        command = [sys.executable, "-c", LIKE_DJANGO]
        subprocess.run(command, cwd=ROOT, env=os.environ | environment, check=True)
        found = made(roles.in_database(ours, theirs))
        assert found == made(ours)
        assert len(found) > 1000
    finally:
        with psycopg.connect(ours, autocommit=True) as db:
            db.execute(f"DROP DATABASE {theirs} WITH (FORCE)")
