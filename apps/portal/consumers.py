"""The socket of the board of the day."""

from apps.core.clock import today
from apps.core.sockets import NewsSocket, Ticket

from .permissions import SALT, board_group, watches_the_day


class BoardSocket(NewsSocket):
    """Its ticket: school, member."""

    salt = SALT
    ticket_length = 2
    calm = 2.0

    def group_of(self, ticket: Ticket) -> str:
        return board_group(ticket[0])

    def may_hear(self, ticket: Ticket) -> bool:
        return watches_the_day(ticket[1], today())
