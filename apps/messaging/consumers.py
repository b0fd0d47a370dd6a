"""The socket of a page that shows a thread."""

from apps.core.clock import today
from apps.core.sockets import NewsSocket, Ticket

from .permissions import SALT
from .selectors import hears_of
from .services import group_of


class NewsConsumer(NewsSocket):
    """Its ticket: school, member, thread."""

    salt = SALT
    ticket_length = 3

    def group_of(self, ticket: Ticket) -> str:
        school_id, _, thread_id = ticket
        return group_of(school_id, thread_id)

    def may_hear(self, ticket: Ticket) -> bool:
        _, member_id, thread_id = ticket
        return hears_of(member_id, thread_id, today())
