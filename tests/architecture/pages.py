"""Every page of the portal: who it opens for, about what, what it may weigh and ask of the database.

A page that is not here fails the build (test_access.py).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.urls import URLPattern, URLResolver

from apps.accounts.models import DIRECTION, OFFICE, STUDENT_LIFE, Role
from apps.attendance.rules import Span
from tests.world import World

ANYONE = "anyone"  # signed in or not
SIGNED_IN = "signed in"  # whatever the school and the role
ALL = frozenset(Role)
FAMILY = frozenset({Role.GUARDIAN, Role.STUDENT})
CALLERS = frozenset({Role.TEACHER, Role.EDUCATOR, Role.PRINCIPAL, Role.DIRECTOR_OF_STUDIES})


@dataclass(frozen=True)
class Page:
    """One line of the table. Weight: bytes of the HTML, gzipped. Queries: at most, whatever the size."""

    opens_for: frozenset[Role] | str
    about: Callable[[World], list] = field(default=lambda world: [])
    weight: int = 8_000
    queries: int = 14
    method: str = "get"
    query: str = ""
    status: int = 200
    sent_away: frozenset[Role] = frozenset()  # who is redirected to a page of their own
    looks: bool = True  # a page to look at: measured by axe at 360 and 1366 px


def roll_of(world: World) -> list:
    """The address of a roll call: group, day, hours."""
    roll = world.roll_call
    return [roll.group_id, roll.held_on, Span(roll.starts_at, roll.ends_at)]


# Pages of no school: opens for ANYONE or SIGNED_IN.
PORTAL: dict[str, Page] = {
    "account_login": Page(ANYONE),
    "account_logout": Page(ANYONE, status=302, looks=False),
    "health": Page(ANYONE, looks=False),
    "service_worker": Page(ANYONE, weight=1_500, looks=False),
    "papers:verify": Page(ANYONE, lambda world: [world.report_card.code]),
    "account": Page(SIGNED_IN),
    "password_first": Page(SIGNED_IN, status=302),  # 200 for whoever came in with a code
    "choose_school": Page(SIGNED_IN, status=302),  # 200 for whoever has several
    "home:home": Page(SIGNED_IN, status=302),  # to where her roles lead
    "home:family": Page(SIGNED_IN),  # weighed and counted in tests/portal
    "home:messages": Page(SIGNED_IN),  # weighed and counted in tests/portal
    "home:phone": Page(SIGNED_IN),
    "home:phone_code": Page(SIGNED_IN),
}

# Pages under /<school>/, by name, with the role that each opens for.
WRITERS = STUDENT_LIFE | {Role.GUARDIAN, Role.TEACHER}
PAIR = frozenset({Role.GUARDIAN, Role.TEACHER})  # those of world.thread

FAMILY = frozenset({Role.GUARDIAN, Role.STUDENT})
TEACHERS = frozenset({Role.TEACHER})
HEADS = frozenset({Role.PRINCIPAL, Role.DIRECTOR_OF_STUDIES})


ISSUERS = frozenset({Role.PRINCIPAL, Role.DIRECTOR_OF_STUDIES})
PAPERS = ISSUERS | {Role.SECRETARY, Role.FOUNDER}


STAFF = OFFICE | TEACHERS


def class_of(world: World) -> list:
    return [world.class_group.pk]


CERTIFIERS = ISSUERS | {Role.SECRETARY}


def certificate_of(world: World) -> list:
    return [world.certificate.pk]


def class_term_of(world: World) -> list:
    return [world.class_term.pk]


def before_the_council(world: World) -> list:
    """A pupil of that class."""
    return [world.class_term.pk, world.student.pk]


def card_of(world: World) -> list:
    return [world.report_card.pk]


def published_of(world: World) -> list:
    """A bulletin of last year, that families read."""
    return [world.published_card.pk]


def run_of(world: World) -> list:
    return [world.print_run.pk]


def child_of(world: World) -> list:
    return [world.student.pk]


def column_of(world: World) -> list:
    return [world.assessment.pk]


def cell_of(world: World) -> list:
    """The mark of a pupil in that column."""
    return [world.assessment.pk, world.student.pk]


def given_of(world: World) -> list:
    """What a family said of an absence."""
    return [world.justification.pk]


def draft_of(world: World) -> list:
    """An assessment that is still to be published."""
    return [world.draft.pk]


SCHOOL: dict[str, Page] = {
    "reports:classes": Page(PAPERS),
    "reports:class_term": Page(PAPERS, class_term_of, queries=46),
    "reports:student": Page(ALL, child_of),
    "reports:read": Page(ALL, published_of),
    "reports:acknowledge": Page(
        frozenset({Role.GUARDIAN}), published_of, method="post", status=302, looks=False
    ),
    "reports:show_to_families": Page(ISSUERS, class_term_of, method="post", status=302, looks=False),
    "reports:go_on": Page(ISSUERS, class_term_of, method="post", status=400, looks=False),
    "reports:go_back": Page(ISSUERS, lambda world: [world.published_card.class_term_id]),
    "reports:council": Page(PAPERS | TEACHERS, class_term_of, weight=12_000, queries=40),
    "reports:minutes": Page(PAPERS | TEACHERS, class_term_of, queries=40, weight=60_000, looks=False),
    "reports:verdict": Page(PAPERS | TEACHERS, before_the_council, queries=40),
    "reports:issue": Page(ISSUERS, class_term_of, method="post", status=302, looks=False),
    "reports:print_class": Page(PAPERS, class_term_of, method="post", status=302, looks=False),
    "reports:printed": Page(PAPERS, run_of, looks=False, weight=40_000),
    "reports:stop_printing": Page(PAPERS, run_of, method="post", status=302, looks=False),
    "reports:card": Page(ALL, published_of, looks=False, weight=40_000),
    "reports:cancel": Page(ISSUERS, card_of),
    "reports:documents": Page(STAFF),
    "reports:class_documents": Page(STAFF, class_of),
    "reports:class_list": Page(STAFF, class_of, looks=False, weight=60_000),
    "reports:class_sheet": Page(STAFF, class_of, looks=False, weight=60_000),
    "reports:class_statements": Page(STAFF, class_term_of, looks=False, weight=600_000, queries=20),
    "reports:statistics": Page(STAFF, class_term_of, looks=False, weight=60_000, queries=20),
    "reports:honour_roll": Page(STAFF, class_term_of, looks=False, weight=60_000, queries=20),
    "reports:student_documents": Page(STAFF, child_of),
    "reports:mark_statement": Page(
        ALL, lambda world: [world.student.pk, world.class_term.pk], looks=False, weight=60_000, queries=20
    ),
    "reports:certify": Page(CERTIFIERS, child_of, method="post", status=422, looks=False),  # which one?
    "reports:certificate": Page(PAPERS, certificate_of, looks=False, weight=60_000),
    "reports:certificate_cancel": Page(CERTIFIERS, certificate_of),
    "schools:logo": Page(ALL, lambda world: [world.logo_digest], weight=4_200, queries=8, looks=False),
    "portal:home": Page(ALL - FAMILY, queries=17, sent_away=FAMILY | {Role.EDUCATOR}),
    "portal:board": Page(STUDENT_LIFE, weight=12_000, queries=32),  # a working screen: a morning's absences
    "portal:board_token": Page(STUDENT_LIFE, looks=False),
    "portal:me": Page(frozenset({Role.STUDENT}), queries=16),
    "portal:child": Page(ALL, child_of, queries=15),
    "portal:child_absences": Page(ALL, child_of, queries=15),
    "grades:courses": Page(TEACHERS),
    "grades:course": Page(TEACHERS, lambda world: [world.course.pk]),
    "grades:assessment_new": Page(TEACHERS, lambda world: [world.course.pk]),
    "grades:assessment_copy": Page(TEACHERS, lambda world: [world.course.pk]),
    "grades:assessment_edit": Page(TEACHERS, column_of),
    "grades:assessment_publish": Page(TEACHERS, draft_of),
    "grades:assessment_discard": Page(TEACHERS, column_of, method="post", status=302, looks=False),
    "grades:mark_sheet": Page(TEACHERS, column_of),
    "grades:mark_figures": Page(TEACHERS, column_of, weight=1_200, looks=False),
    "grades:mark_history": Page(TEACHERS | DIRECTION, cell_of, weight=3_000),
    "grades:cells": Page(ALL, method="post", status=400, looks=False),  # which cells? hers alone are taken
    # A class's remarks are written on one page, as its marks are: the budget is that of a mark sheet.
    "reports:remarks": Page(TEACHERS | HEADS, lambda world: [world.course.pk], weight=12_000, queries=24),
    "reports:remark_cells": Page(
        TEACHERS,
        lambda world: [world.course.pk, world.class_term.term_id],
        method="post",
        status=400,
        looks=False,
    ),
    "reports:general_remarks": Page(
        TEACHERS | HEADS, lambda world: [world.class_term.pk], weight=12_000, queries=28
    ),
    "reports:general_cells": Page(
        TEACHERS, lambda world: [world.class_term.pk], method="post", status=400, looks=False
    ),
    "reports:phrases": Page(TEACHERS),
    "reports:phrase_forget": Page(
        TEACHERS, lambda world: [world.phrase.pk], method="post", status=302, looks=False
    ),
    "messaging:threads": Page(WRITERS),
    "messaging:new": Page(WRITERS, queries=17),
    "messaging:write": Page(WRITERS, lambda world: [world.student.pk], queries=17),
    "messaging:thread": Page(PAIR, lambda world: [world.thread.pk], queries=16),
    "messaging:following": Page(PAIR, lambda world: [world.thread.pk], 3_000, query="?apres=0", looks=False),
    "messaging:read": Page(PAIR, lambda world: [world.thread.pk], method="post", status=302, looks=False),
    "messaging:token": Page(PAIR, lambda world: [world.thread.pk], looks=False),
    # The roll is a working screen of the whole class: its budget is that of a mark sheet.
    "attendance:roll_calls": Page(CALLERS, queries=16),
    "attendance:roll_list": Page(CALLERS, lambda world: [world.roll_call.group_id], weight=12_000),
    "attendance:roll_history": Page(CALLERS, about=roll_of),
    "attendance:roll_call": Page(CALLERS, about=roll_of, weight=12_000),
    "attendance:absences": Page(STUDENT_LIFE),
    "attendance:register": Page(STUDENT_LIFE, query="?duree=mois", weight=12_000, queries=15),
    "attendance:totals": Page(STUDENT_LIFE, queries=16),
    "attendance:register_export": Page(STUDENT_LIFE, method="post", looks=False),
    "attendance:absences_export": Page(STUDENT_LIFE, method="post", looks=False),
    "attendance:thresholds": Page(STUDENT_LIFE, queries=19),
    "attendance:absence_pass": Page(
        STUDENT_LIFE, lambda world: [world.absence.pk], method="post", status=302, looks=False
    ),
    "attendance:late_pass": Page(
        STUDENT_LIFE, lambda world: [world.late_arrival.pk], method="post", status=302, looks=False
    ),
    "attendance:entry_pass": Page(STUDENT_LIFE, lambda world: [world.entry_pass.pk]),
    "attendance:pupil": Page(STUDENT_LIFE, child_of, queries=18),
    "attendance:justify": Page(STUDENT_LIFE | {Role.GUARDIAN}, child_of),
    "attendance:justifications": Page(STUDENT_LIFE),
    "attendance:justification": Page(STUDENT_LIFE, given_of),
    "attendance:justification_withdraw": Page(
        frozenset({Role.GUARDIAN}), given_of, method="post", status=302, looks=False
    ),
    "attendance:answer_seen": Page(
        frozenset({Role.GUARDIAN}), given_of, method="post", status=302, looks=False
    ),
    "attendance:excusals": Page(STUDENT_LIFE, query="?q=kouassi"),
    "attendance:excusals_of": Page(STUDENT_LIFE, child_of),
    "attendance:excusal_new": Page(STUDENT_LIFE, lambda world: [world.student.pk, "dispense"]),
    "attendance:excusal_withdraw": Page(
        STUDENT_LIFE, lambda world: [world.excusal.pk], method="post", status=302, looks=False
    ),
    "portal:whole_classes": Page(STUDENT_LIFE),
    "portal:whole_classes_undo": Page(
        STUDENT_LIFE, lambda world: [world.whole_classes.pk], method="post", status=302, looks=False
    ),
    "attendance:photo": Page(STUDENT_LIFE | {Role.GUARDIAN}, given_of, looks=False),
    "notifications:deliveries": Page(STUDENT_LIFE),
    "notifications:send_again": Page(STUDENT_LIFE),
    "notifications:alert": Page(STUDENT_LIFE, lambda world: [world.alert.pk]),
    "notifications:costs": Page(STUDENT_LIFE | {Role.BURSAR}),
    "notifications:numbers": Page(STUDENT_LIFE | {Role.SECRETARY}),
    "notifications:mailing": Page(STUDENT_LIFE),
    "notifications:wording": Page(
        frozenset({Role.PRINCIPAL, Role.DIRECTOR_OF_STUDIES}), lambda world: ["absence"]
    ),
    "notifications:received": Page(frozenset({Role.GUARDIAN})),
    "notifications:receipts": Page(ANYONE, looks=False),  # operators, on a secret path
    "attendance:absence": Page(STUDENT_LIFE, about=lambda world: [world.absence.pk]),
}


def pages(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """The names of every page under a resolver, the admin's left out (tests/admin has its own table)."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name}"
        elif entry.namespace != "admin":
            yield from pages(entry, f"{entry.namespace}:" if entry.namespace else prefix)


def unruled(resolver: URLResolver, table: dict[str, Page]) -> set[str]:
    """The pages without a line."""
    return set(pages(resolver)) - table.keys()
