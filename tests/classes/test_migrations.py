"""A database of before the grading schemes keeps what each class term was reckoned by, both ways."""

import json
import os
import subprocess
import sys

import psycopg
import pytest
from psycopg import sql

from deploy.servers import roles
from deploy.servers.places import ROOT

NAME = "educonnect_test_migrations"


@pytest.fixture
def empty_database():
    """Its address for the owner."""
    admin_url = os.environ["EDUCONNECT_TEST_ADMIN_URL"]
    roles.make_database(admin_url, NAME)
    yield roles.in_database(os.environ["DATABASE_OWNER_URL"], NAME)
    with psycopg.connect(admin_url, autocommit=True) as db:
        db.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(NAME)))


@pytest.mark.long
def test_class_terms_keep_their_weighting_and_codes_into_schemes_back_and_again(empty_database):
    here = {"DJANGO_SETTINGS_MODULE": "educonnect.settings.test", "DATABASE_URL": empty_database}
    command = [sys.executable, "-m", "tests.classes.migrating"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | here, capture_output=True, text=True)
    assert not done.returncode, done.stderr
    stages = json.loads(done.stdout)
    ours, others = stages["before"]
    assert [row[1:] for row in ours] == [
        ["locked", "bareme", []],
        ["open", "coef", ["absent"]],
        ["open", "coef", ["absent"]],
        ["published", "coef", ["absent", "exempt"]],
        ["open", "bareme", []],
    ]
    after = [[row[:4] for row in rows] for rows in stages["after"]]
    assert after == stages["back"] == stages["before"]
    assert stages["again"] == stages["after"]
    # What is closed keeps its own version; what is open follows the last.
    assert [row[4:] for row in stages["after"][0]] == [
        [1, "first"],
        [2, "first"],
        [2, "first"],
        [1, "second"],
        [2, "second"],
    ]
    assert sorted(row[4:] for row in stages["after"][1]) == [[1, "first"], [1, "second"], [2, "second"]]
    assert len(others) == 3
