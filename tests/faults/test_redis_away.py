"""Redis stopped or frozen: pages open, saves are kept, and nothing waits for it."""

import time
from decimal import Decimal

from apps.accounts.models import Role
from apps.core.tenancy import in_school
from apps.grades.models import Mark
from tests.faults.conftest import Visitor
from tests.faults.test_messages import leave, return_again
from tests.processes import web


def test_marks_are_read_and_saved_without_redis(school, world, redis, environment, tmp_path):
    sheet = f"/{school.slug}/notes/evaluations/{world.assessment.pk}/"
    with web(tmp_path / "web.log", **environment) as address:
        teacher = Visitor(world.members[Role.TEACHER].user, address)
        assert teacher.see(sheet).status_code == 200
        for fault, typed in [("stop", "13,75"), ("freeze", "14,25")]:
            leave(redis, fault)
            began = time.perf_counter()
            assert teacher.see(sheet).status_code == 200
            read = time.perf_counter()
            answer = teacher.submit(sheet, {str(world.student.pk): typed})
            saved = time.perf_counter()
            took = f"a page in {read - began:.2f} s, a save and its page in {saved - read:.2f} s"
            print(f"Redis {fault}: {took}")  # noqa: T201
            assert answer.status_code == 200
            with in_school(school.pk):
                mark = Mark.objects.get(student=world.student, assessment=world.assessment)
                assert mark.value == Decimal(typed.replace(",", "."))
            return_again(redis, fault)
