"""What a paper says, and how a code proves it. Plain Python: no database, no clock, no settings."""

from .certificates import ATTENDANCE, ENROLMENT, NotAWording, check_wording, worded
from .facts import Annual, CardLine, Group, Heading, PastTerm, Pupil, ReportCardFacts, Sheet, read_facts
from .papers import (
    CertificateFacts,
    CertificateSheet,
    ClassList,
    ListedPupil,
    MarkStatement,
    StatedMark,
    StatedSubject,
)
from .remarks import AT_MOST, AT_MOST_OF_A_SUBJECT, for_print, tidy, unprintable
from .seals import NotASeal, Seal, new_key, public_part, read_seal, seal, sealed_part

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
    "Group",
    "Heading",
    "ListedPupil",
    "MarkStatement",
    "NotASeal",
    "NotAWording",
    "PastTerm",
    "Pupil",
    "ReportCardFacts",
    "Seal",
    "Sheet",
    "StatedMark",
    "StatedSubject",
    "check_wording",
    "for_print",
    "new_key",
    "public_part",
    "read_facts",
    "read_seal",
    "seal",
    "sealed_part",
    "tidy",
    "unprintable",
    "worded",
]
