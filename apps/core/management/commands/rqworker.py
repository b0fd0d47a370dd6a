"""django-rq's worker, reading jobs as we write them."""

from argparse import ArgumentParser

from django_rq.management.commands import rqworker


class Command(rqworker.Command):
    help = "Exécute les tâches des files nommées (alerts default), jusqu’à Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """JSON whatever the command line says nothing of: a job holds ids, never pickled objects."""
        super().add_arguments(parser)
        parser.set_defaults(serializer="rq.serializers.JSONSerializer")
