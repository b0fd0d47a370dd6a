"""The facts that reports announce."""

from dataclasses import dataclass

from apps.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ReportCardsIssued(Event):
    """Bulletins of a class's term, new or corrected, are the school's word from now on."""

    class_term_id: int
    report_card_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class ReportCardCancelled(Event):
    """A bulletin is no longer the school's word, and no other takes its place."""

    report_card_id: int


@dataclass(frozen=True, kw_only=True)
class ReportCardAcknowledged(Event):
    """Somebody who answers for the pupil has read it."""

    report_card_id: int


@dataclass(frozen=True, kw_only=True)
class CertificateIssued(Event):
    """A certificate or an attestation was given for a pupil."""

    certificate_id: int


@dataclass(frozen=True, kw_only=True)
class CertificateCancelled(Event):
    """A certificate is no longer the school's word."""

    certificate_id: int
