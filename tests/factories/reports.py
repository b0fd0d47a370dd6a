"""A bulletin's facts, as the paper says them; what teachers write."""

from dataclasses import replace
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from apps.core.clock import now
from apps.reports.models import Remark
from apps.reports.rules import (
    Annual,
    CardLine,
    CertificateFacts,
    Group,
    Heading,
    PastTerm,
    Pupil,
    ReportCardFacts,
    Seal,
)

from .accounts import MemberFactory
from .classes import ClassGroupFactory, SubjectFactory
from .people import StudentFactory


def french(value: Decimal) -> str:
    return f"{value:.2f}".replace(".", ",")


LETTERS = ["Français", "Anglais", "Histoire-Géographie", "Espagnol"]
SCIENCES = ["Mathématiques", "Physique-Chimie", "SVT"]
OTHERS = [
    "EDHC",
    "Arts plastiques",
    "Musique",
    "EPS",
    "TICE",
    "Arabe",
    "Éducation chrétienne",
    "Informatique",
]
PARTS = ["Expression orale", "Orthographe et grammaire", "Expression écrite"]
PAST = (
    PastTerm(name="1er trimestre", average="13,10", rank="9e"),
    PastTerm(name="2e trimestre", average="12,02", rank="10e ex"),
)
YEAR = Annual(average="12,47", rank="3e ex", decision="Admise en classe supérieure")
REMARK = "Bon trimestre, le devoir 1 est rattrapé : continuez ainsi."
HEADING = Heading(
    authorities=("Ministère de l’Éducation nationale et de l’Alphabétisation", "DRENA Abidjan 1"),
    school="Collège Sainte-Anne de Cocody",
    details=("Cocody, Abidjan · 27 22 44 10 36", "Code 018427 · établissement privé"),
    country="République de Côte d’Ivoire",
    republic=("Union – Discipline – Travail", "Année scolaire 2026-2027"),
)


def line(subject: str, n: int, parts=(), remark: str = REMARK, annual: bool = False) -> CardLine:
    average = Decimal(500 + n * 107 % 1500) / 100
    return CardLine(
        subject=subject,
        average=french(average),
        coefficient="2",
        points=french(average * 2),
        rank=f"{n % 60 + 1}e",
        remark=remark,
        teacher="M. Kouadio",
        annual_average="12,40" if annual else "",
        annual_rank="10e ex" if annual else "",
        parts=parts,
    )


def group(name: str, subjects: list[str], n: int, **about) -> Group:
    lines = tuple(line(subject, n + place, **about) for place, subject in enumerate(subjects))
    if "Français" in subjects:
        parts = tuple(line(part, n + place, **about | {"remark": ""}) for place, part in enumerate(PARTS))
        lines = (replace(lines[0], parts=parts), *lines[1:])
    return Group(name=name, average="12,35", coefficients="8", points="98,80", rank="12e", lines=lines)


def facts(
    n: int = 1, *, name: str = "", annual: bool = False, subjects: int = 14, remark: str = REMARK
) -> ReportCardFacts:
    """Pupil number n of a class of sixty; the last term's with its annual columns."""
    about = {"remark": remark, "annual": annual}
    return ReportCardFacts(
        heading=HEADING,
        title=f"Bulletin de notes du {'troisième' if annual else 'premier'} trimestre",
        year="2026-2027",
        term="3e trimestre" if annual else "1er trimestre",
        pupil=Pupil(
            name=name or f"KOUAMÉ N’Guessan Aya {n}",
            national_id=f"{19284600 + n}K",
            class_name="3e 2",
            class_size="60",
            sex="F",
            born="4 mars 2012 à Yamoussoukro",
            nationality="ivoirienne",
            repeats="non",
            boarding="demi-pension",
            state_assigned="non",
        ),
        groups=(
            group("Bilan Lettres", LETTERS, n, **about),
            group("Bilan Sciences", SCIENCES, n + 4, **about),
            group("Bilan Autres", [*OTHERS[: subjects - 8], "Conduite"], n + 7, **about),
        ),
        coefficients="28",
        points="389,48",
        average=f"{8 + n % 9},{n * 13 % 100:02}",
        rank=f"{n}e",
        past_terms=(
            PastTerm(name="1er trimestre", average="13,10", rank="9e"),
            PastTerm(name="2e trimestre", average="12,02", rank="10e ex"),
        )
        if annual
        else (),
        annual=Annual(average="12,47", rank="3e ex", decision="Admise en classe supérieure")
        if annual
        else None,
        justified="4 h",
        unjustified="2 h",
        late="1",
        highest="16,92",
        lowest="5,18",
        mean="11,63",
        distinctions=(
            ("Tableau d’honneur", True),
            ("T.H. + encouragements", False),
            ("T.H. + félicitations", False),
            ("Refusé", False),
        ),
        sanctions=(
            ("Avertissement travail", False),
            ("Blâme travail", False),
            ("Avertissement conduite", False),
            ("Blâme conduite", False),
        ),
        remark="Bon trimestre. Aya est sérieuse et régulière ; qu’elle poursuive l’effort en sciences.",
        signatures=(
            ("Le professeur principal", "M. Kouadio"),
            ("Le chef d’établissement", "Mme Bédi"),
            ("Les parents", ""),
        ),
        made="Fait à Abidjan, le 12 décembre 2026",
        mention="Bulletin informatisé : ni rature, ni grattage. Aucun duplicata ne sera délivré.",
    )


def certificate_facts(name: str = "KOUAMÉ Aya", **changed) -> CertificateFacts:
    """A certificat de scolarité."""
    said = {
        "heading": HEADING,
        "title": "Certificat de scolarité",
        "year": "2026-2027",
        "before": ("Je soussigné(e), chef de l’établissement Collège Sainte-Anne, certifie que l’élève",),
        "pupil": replace(facts().pupil, name=name),
        "after": ("est régulièrement inscrite en classe de 3e 2 pour l’année scolaire 2026-2027.",),
        "role": "Le chef d’établissement",
        "made": "Fait à Abidjan, le 25 novembre 2026",
    }
    return CertificateFacts(**said | changed)


def saying(one: ReportCardFacts, number: str) -> Seal:
    """What the code of that bulletin says."""
    pupil, term = one.pupil, f"{one.term} {one.year}"
    return Seal("sainte-anne", number, 1, pupil.name, pupil.class_name, term, one.average, one.rank)


class RemarkFactory(DjangoModelFactory):
    """A subject's remark of a pupil."""

    class Meta:
        model = Remark

    class_term = factory.LazyFunction(lambda: ClassGroupFactory().class_terms.get())
    student = factory.SubFactory(StudentFactory)
    subject = factory.SubFactory(SubjectFactory)
    text = "Bon travail, continuez ainsi."
    author = factory.SubFactory(MemberFactory)
    written_at = factory.LazyFunction(now)
