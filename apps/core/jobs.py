"""Work for later: the row is the truth, the queue only a nudge that may be lost."""

import logging
from collections.abc import Callable
from contextlib import closing

import django_rq
from django.conf import settings
from django.db import transaction
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from .tenancy import current_school_id

PATIENCE_SECONDS = 0.2
logger = logging.getLogger(__name__)


def nudge(task: Callable[..., None] | str, *ids: int, queue: str = "default") -> None:
    """After commit, ask a worker to run `task(school_id, *ids)`; a dead Redis is shrugged off.

    Ids only: the task reads the present state inside `in_school`. A sweep finds what a lost nudge forgot.
    """
    school_id = current_school_id()
    transaction.on_commit(lambda: enqueue(task, school_id, *ids, queue=queue), robust=True)


def enqueue(task: Callable[..., None] | str, *ids: int, queue: str = "default") -> bool:
    """Ask a worker now, outside any transaction; False within half a second if Redis is stopped or frozen.

    The first id is the school's, unless the task is about rows of no school.
    """
    with closing(_impatient()) as connection:
        try:
            django_rq.get_queue(queue, connection=connection).enqueue(task, *ids)
        except (RedisError, OSError) as trouble:
            logger.warning("No queue (%s): the sweep will find it", type(trouble).__name__)
            return False
    return True


def waiting_in(queue: str) -> int:
    """How many jobs wait there; 0 when nobody can say."""
    with closing(_impatient()) as connection:
        try:
            return django_rq.get_queue(queue, connection=connection).count
        except (RedisError, OSError):
            return 0


def _impatient() -> Redis:
    """A connection of our own: the workers' waits for jobs as long as it takes."""
    return Redis.from_url(
        settings.RQ_REDIS_URL,
        socket_connect_timeout=PATIENCE_SECONDS,
        socket_timeout=PATIENCE_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
