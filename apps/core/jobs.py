"""Work for later: the row is the truth, the queue only a nudge that may be lost."""

import logging
from collections.abc import Callable

import django_rq
from django.db import transaction
from redis.exceptions import RedisError

from .tenancy import current_school_id

logger = logging.getLogger(__name__)


def nudge(task: Callable[..., None], *ids: int, queue: str = "default") -> None:
    """After commit, ask a worker to run `task(school_id, *ids)`; a dead Redis is shrugged off.

    Ids only: the task reads the present state inside `in_school`. A sweep finds what a lost nudge forgot.
    """
    school_id = current_school_id()
    transaction.on_commit(lambda: _enqueue(task, school_id, ids, queue), robust=True)


def _enqueue(task: Callable[..., None], school_id: int, ids: tuple[int, ...], queue: str) -> None:
    try:
        django_rq.get_queue(queue).enqueue(task, school_id, *ids)
    except (RedisError, OSError) as trouble:
        logger.warning("No queue (%s): the sweep will find it", type(trouble).__name__)
