"""What the pages of notifications show."""

from .alerts import AgainPage, AlertRow, AlertsPage, Fate, again_page, alerts_page
from .boards import AlertStory, CostsPage, alert_story, costs_page
from .families import ReceivedPage, received_page
from .numbers import NumbersPage, Trouble, numbers_page

__all__ = [
    "AgainPage",
    "AlertRow",
    "AlertStory",
    "AlertsPage",
    "CostsPage",
    "Fate",
    "NumbersPage",
    "ReceivedPage",
    "Trouble",
    "again_page",
    "alert_story",
    "alerts_page",
    "costs_page",
    "numbers_page",
    "received_page",
]
