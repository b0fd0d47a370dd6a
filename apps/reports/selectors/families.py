"""A pupil's bulletins, as her family reads them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models.functions import Length

from apps.accounts.models import Member
from apps.classes.models import ClassTerm
from apps.core.addresses import outside
from apps.people.models import Student
from apps.reports.models import Acknowledgement, PrintedCard, ReportCard, ReportCardQuerySet
from apps.reports.rules import ReportCardFacts, read_facts


@dataclass(frozen=True, slots=True)
class CardLine:
    """A bulletin in the list of a pupil's."""

    pk: int
    term: str
    class_name: str
    year: str
    average: str
    rank: str
    acknowledged_at: datetime | None


def cards_of(cards: ReportCardQuerySet, student: Student, reader: Member) -> list[CardLine]:
    """Those of them that are this pupil's, the latest first; and whether this reader has acknowledged each.
    Two queries.
    """
    rows = list(cards.filter(student=student).order_by("-class_term__term__starts_on", "-pk"))
    said = _acknowledged(rows, reader)
    return [_line(row, said.get(row.pk)) for row in rows]


def _line(row: ReportCard, acknowledged_at: datetime | None) -> CardLine:
    facts = row.facts
    return CardLine(
        row.pk,
        facts["term"],
        facts["pupil"]["class_name"],
        facts["year"],
        facts["average"],
        facts["rank"],
        acknowledged_at,
    )


@dataclass(frozen=True, slots=True)
class CardPage:
    """A bulletin to read: all that the paper says."""

    card: ReportCard
    facts: ReportCardFacts
    kilobytes: int  # of its file; 0 where there is none
    acknowledged_at: datetime | None

    @property
    def verify_url(self) -> str:
        return outside("papers:verify", self.card.code)

    @property
    def distinctions(self) -> list[str]:
        return [name for name, is_ticked in self.facts.distinctions if is_ticked]

    @property
    def sanctions(self) -> list[str]:
        return [name for name, is_ticked in self.facts.sanctions if is_ticked]


def card_page(card: ReportCard, reader: Member) -> CardPage:
    """Two queries."""
    size = PrintedCard.objects.filter(report_card=card).annotate(size=Length("content"))
    kilobytes = -(-(size.values_list("size", flat=True).first() or 0) // 1024)
    return CardPage(card, read_facts(card.facts), kilobytes, _acknowledged([card], reader).get(card.pk))


def _acknowledged(cards: list[ReportCard], reader: Member) -> dict[int, datetime]:
    rows = Acknowledgement.objects.filter(report_card__in=[card.pk for card in cards], member=reader)
    return dict(rows.values_list("report_card", "acknowledged_at"))


def terms_of_bulletins(class_term_ids: Iterable[int]) -> dict[tuple[int, int], str]:
    """The bulletins of these class terms that families read today: the term's name, by class term and
    student id. One query."""
    shown = ReportCard.objects.standing().filter(
        class_term__in=list(class_term_ids), class_term__state=ClassTerm.State.PUBLISHED
    )
    rows = shown.order_by("pk").values_list("class_term", "student", "class_term__term__name")
    return {(class_term, student): name for class_term, student, name in rows}
