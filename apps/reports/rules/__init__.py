"""What a paper says, and how a code proves it. Plain Python: no database, no clock, no settings."""

from .certificates import ATTENDANCE, ENROLMENT, NotAWording, check_wording, worded
from .facts import Annual, CardLine, Group, Heading, PastTerm, Pupil, ReportCardFacts, Sheet, read_facts
from .papers import (
    CertificateFacts,
    CertificateSheet,
    ClassList,
    ClassStatistics,
    Honoured,
    HonourRoll,
    ListedPupil,
    MarkStatement,
    StatedMark,
    StatedSubject,
)
from .remarks import AT_MOST, AT_MOST_OF_A_SUBJECT, for_print, tidy, unprintable
from .seals import NotASeal, Seal, new_key, public_part, read_seal, seal, sealed_part
from .statistics import Spread, bands_of, count_within, percent, spread_of

__all__ = [
    "ATTENDANCE",
    "AT_MOST",
    "AT_MOST_OF_A_SUBJECT",
    "ENROLMENT",
    "Annual",
    "CardLine",
    "CertificateFacts",
    "CertificateSheet",
    "ClassList",
    "ClassStatistics",
    "Group",
    "Heading",
    "HonourRoll",
    "Honoured",
    "ListedPupil",
    "MarkStatement",
    "NotASeal",
    "NotAWording",
    "PastTerm",
    "Pupil",
    "ReportCardFacts",
    "Seal",
    "Sheet",
    "Spread",
    "StatedMark",
    "StatedSubject",
    "bands_of",
    "check_wording",
    "count_within",
    "for_print",
    "new_key",
    "percent",
    "public_part",
    "read_facts",
    "read_seal",
    "seal",
    "sealed_part",
    "spread_of",
    "tidy",
    "unprintable",
    "worded",
]
