"""What the other modules may ask of gateways."""

from .adapters import (
    ADAPTERS,
    LONGEST_RECEIPT,
    NotAReceipt,
    ask_sms,
    doubt_of,
    gateway_of,
    may_reach,
    platform_account,
    read_receipts,
    send_sms,
    sign,
)
from .adapters.base import (
    Accepted,
    Account,
    Ambiguous,
    Balance,
    Doubt,
    Gateway,
    Receipt,
    Refused,
    Unreachable,
)
from .adapters.generic import OUR_NAMES, OUR_WORDS
from .adapters.mail import mail_account, mail_is_on
from .rules import Cost, NotAPhone, cost_of, fold, is_mobile, read_phone, show_phone
from .sealing import CannotUnseal, seal, unseal
from .services import NUMBER, PLATFORM, SCHOOL, Call, forget_counts, take

__all__ = [
    "ADAPTERS",
    "LONGEST_RECEIPT",
    "NUMBER",
    "OUR_NAMES",
    "OUR_WORDS",
    "PLATFORM",
    "SCHOOL",
    "Accepted",
    "Account",
    "Ambiguous",
    "Balance",
    "Call",
    "CannotUnseal",
    "Cost",
    "Doubt",
    "Gateway",
    "NotAPhone",
    "NotAReceipt",
    "Receipt",
    "Refused",
    "Unreachable",
    "ask_sms",
    "cost_of",
    "doubt_of",
    "fold",
    "forget_counts",
    "gateway_of",
    "is_mobile",
    "mail_account",
    "mail_is_on",
    "may_reach",
    "platform_account",
    "read_phone",
    "read_receipts",
    "seal",
    "send_sms",
    "show_phone",
    "sign",
    "take",
    "unseal",
]
