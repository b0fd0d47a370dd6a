"""Presets, and the commands that load schools: open_school, load_demo, load_uci."""

from datetime import datetime
from io import StringIO

import time_machine
from django.core.management import call_command

MORNING = datetime.fromisoformat("2026-11-24T10:00:00+00:00")


def load_demo(at: datetime = MORNING, **options) -> str:
    """Load it as on that morning, and return what it said."""
    said = StringIO()
    with time_machine.travel(at, tick=False):
        call_command("load_demo", stdout=said, **options)
    return said.getvalue()
