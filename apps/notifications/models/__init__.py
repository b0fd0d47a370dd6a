"""The tables of notifications."""

from .alerts import Alert, AlertQuerySet, Delivery, DeliveryChange, DeliveryQuerySet, Mailing
from .gateways import BadNumber, Receipt, SmsGateway, SmsMonth
from .settings import AlertRule, AlertSettings, Rung

__all__ = [
    "Alert",
    "AlertQuerySet",
    "AlertRule",
    "AlertSettings",
    "BadNumber",
    "Delivery",
    "DeliveryChange",
    "DeliveryQuerySet",
    "Mailing",
    "Receipt",
    "Rung",
    "SmsGateway",
    "SmsMonth",
]
