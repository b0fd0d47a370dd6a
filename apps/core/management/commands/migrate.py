"""Django's migrate, in a third of its time: what became of one model makes it redraw that model alone.

Django redraws with it every model that leads to it or is led to, thirty-two thousand for our migrations:
all of ours lead to a school.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import migrate
from django.db.migrations.state import ProjectState


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with redrawing_one_at_a_time():
            super().handle(*args, **options)


@contextmanager
def redrawing_one_at_a_time() -> Iterator[None]:
    """A model that is new, or that gets an index, a constraint, a trigger or a plain column, is drawn alone.

    Its neighbours keep its old self, whose table and columns are the same, until a migration in Python asks
    for models or a relation changes: then all is drawn again.
    """
    all_around = ProjectState._find_reload_model

    def itself(state: ProjectState, app: str, name: str, delay: bool = False) -> set[tuple[str, str]]:
        if delay or name not in state.apps.all_models[app]:
            state.is_delayed = True
            return {(app, name)}
        return all_around(state, app, name)

    ProjectState._find_reload_model = itself
    try:
        yield
    finally:
        ProjectState._find_reload_model = all_around
