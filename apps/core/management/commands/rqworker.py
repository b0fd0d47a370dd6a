"""django-rq's worker, reading jobs as we write them, and quiet unless something is wrong."""

from argparse import ArgumentParser
from typing import Any

from django_rq.management.commands import rqworker


class Command(rqworker.Command):
    help = "Exécute les tâches des files nommées (alerts default bulk), jusqu’à Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """JSON whatever the command line says nothing of: a job holds ids, never pickled objects.

        RQ's own story of each job is told with `-v 1`.
        """
        super().add_arguments(parser)
        parser.set_defaults(serializer="rq.serializers.JSONSerializer", verbosity=0)

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("tâches en marche")
        self.stdout.flush()
        super().handle(*args, **options)
