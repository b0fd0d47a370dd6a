"""What the pages of notifications show."""

from .alerts import AgainPage, AlertRow, AlertsPage, Fate, again_page, alerts_page
from .boards import AlertStory, CostsPage, alert_story, costs_page
from .day import FateCount, Told, alerts_of_day, told_of_absences
from .families import ReceivedPage, received_page
from .numbers import NumbersPage, Trouble, numbers_page

__all__ = [
    "AgainPage",
    "AlertRow",
    "AlertStory",
    "AlertsPage",
    "CostsPage",
    "Fate",
    "FateCount",
    "NumbersPage",
    "ReceivedPage",
    "Told",
    "Trouble",
    "again_page",
    "alert_story",
    "alerts_of_day",
    "alerts_page",
    "costs_page",
    "numbers_page",
    "received_page",
    "told_of_absences",
]
