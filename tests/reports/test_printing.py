"""A class's bulletins printed by a worker: a file each, one for the printer, whoever is killed meanwhile."""

from dataclasses import replace

import pypdfium2
import pytest

from apps.core.clock import now
from apps.core.tenancy import in_school
from apps.reports import services, tasks
from apps.reports.models import PrintedCard, PrintRun
from apps.schools.rules import clean_imprint
from tests.conftest import outside_any_school
from tests.factories.reports import facts
from tests.factories.schools import ImprintFactory, ink


def ask(locked) -> PrintRun:
    return services.print_class(class_term_id=locked.class_term.pk, by=locked.head, at=now())


def work(run: PrintRun) -> PrintRun:
    """As a worker does."""
    with outside_any_school():
        tasks.print_run(run.school_id, run.pk)
    run.refresh_from_db()
    return run


def pages(content: bytes) -> list[str]:
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(bytes(content))]


def test_a_run_makes_a_file_for_each_pupil_and_one_for_the_printer(locked):
    locked.issue()
    run = work(ask(locked))
    assert PrintedCard.objects.count() == 3
    for printed in PrintedCard.objects.select_related("report_card"):
        [text] = pages(printed.content)
        assert printed.report_card.facts["pupil"]["name"] in text
    whole = pages(run.content)
    assert [next(n for n in (1, 2, 3) if f"Aya {n}" in text) for text in whole] == [1, 2, 3]
    assert not PrintRun.objects.open().exists()


def test_a_bulletin_is_printed_with_the_signature_that_it_was_issued_with(locked):
    first = ImprintFactory()
    locked.facts = {pk: replace(said, signature=first.digest) for pk, said in locked.facts.items()}
    locked.issue()
    ImprintFactory(content=clean_imprint(ink("black", (400, 90))))
    job = services.next_to_print(ask(locked).pk, limit=1, at=now())
    [sheet] = job.sheets.values()
    assert job.images[sheet.facts.signature] == bytes(first.content)


def test_asked_twice_it_is_one_run(locked):
    locked.issue()
    assert ask(locked) == ask(locked)


def test_a_correction_is_printed_and_the_others_are_not_again(locked):
    card = locked.issue().new[0]
    work(ask(locked))
    before = set(PrintedCard.objects.values_list("pk", flat=True))
    locked.issue(facts={card.student_id: facts(9, name="KOUAMÉ Aya corrigée")})
    run = work(ask(locked))
    assert len(set(PrintedCard.objects.values_list("pk", flat=True)) - before) == 1
    assert "corrigée" in pages(run.content)[0]


def test_a_stopped_run_makes_nothing_more(locked):
    locked.issue()
    run = ask(locked)
    services.stop_printing(run_id=run.pk, at=now())
    assert work(run).content is None
    assert not PrintedCard.objects.exists()
    assert work(ask(locked)).content


def test_nothing_issued_nothing_printed(locked):
    with pytest.raises(services.NothingIsIssued):
        ask(locked)
    [card, *others] = locked.issue().new
    run = ask(locked)
    for one in (card, *others):
        services.cancel(report_card_id=one.pk, reason="Toutes fausses", by=locked.head, at=now())
    assert work(run).cancelled_at


def test_a_run_that_nobody_works_at_is_found_and_one_at_work_is_left(locked):
    locked.issue()
    run = ask(locked)
    with outside_any_school():
        assert services.resume_forgotten(now()) == 0
        assert services.resume_forgotten(now() + 2 * services.FORGOTTEN) == 1
    with in_school(run.school_id):
        services.next_to_print(run.pk, limit=1, at=now() + 2 * services.FORGOTTEN)
    with outside_any_school():
        assert services.resume_forgotten(now() + 2 * services.FORGOTTEN) == 0
