"""What a certificate says of a pupil, and those that she was given."""

from collections.abc import Mapping
from datetime import date

from django.db.models import Min

from apps.classes import api as classes
from apps.classes.models import ClassGroup, Enrolment
from apps.people.models import Sex, Student
from apps.reports.models import Certificate, CertificateQuerySet, Letterhead
from apps.reports.rules import CertificateFacts, worded
from apps.schools.models import School
from apps.schools.selectors import printed_imprints

from .wording import heading_of, made_on, pupil_of, school_and_letterhead, spelt

TITLES = {
    Certificate.Kind.ENROLMENT: "Certificat de scolarité",
    Certificate.Kind.ATTENDANCE: "Attestation de fréquentation",
}


class IsInNoClass(Exception):
    """She is enrolled nowhere that day: there is nothing to certify."""


def certificate_facts(student: Student, kind: Certificate.Kind, *, on: date) -> CertificateFacts:
    """What it would say that day, in the school's words. Raises IsInNoClass. Six queries."""
    group = classes.class_groups_of([student.pk], on).get(student.pk)
    if group is None:
        raise IsInNoClass
    school, letterhead = school_and_letterhead()
    wording = _wording(letterhead, kind)
    before, after = worded(wording, _blanks(student, group, school))
    return CertificateFacts(
        heading=heading_of(school, letterhead, group.year),
        title=TITLES[kind],
        year=group.year.name,
        before=before,
        pupil=pupil_of(student, group.name, 0),
        after=after,
        role=letterhead.principal_title,
        made=made_on(school, letterhead, on),
        **printed_imprints(),
    )


def _wording(letterhead: Letterhead, kind: Certificate.Kind) -> str:
    is_enrolment = kind == Certificate.Kind.ENROLMENT
    return letterhead.enrolment_wording if is_enrolment else letterhead.attendance_wording


def _blanks(student: Student, group: ClassGroup, school: School) -> Mapping[str, str]:
    this_year = Enrolment.objects.filter(student=student, class_group__year=group.year_id)
    return {
        "établissement": school.name,
        "inscrit": "inscrite" if student.sex == Sex.FEMALE else "inscrit",
        "classe": group.name,
        "année": group.year.name,
        "depuis": spelt(this_year.aggregate(first=Min("since"))["first"]),
    }


def certificates_of(certificates: CertificateQuerySet, student: Student) -> list[Certificate]:
    """Hers, the latest first. One query."""
    hers = certificates.filter(student=student).select_related("issued_by__user", "cancellation")
    return list(hers.without_files().order_by("-number"))
