"""The admin in a real browser, under the strict policy: Django's own scripts and styles are let through."""

import pytest
from django.conf import settings
from django.test import Client

from apps.accounts.models import Role
from apps.core.tenancy import in_school
from apps.people.models import Guardianship, Student
from tests.factories.people import GuardianFactory
from tests.factories.schools import SchoolFactory
from tests.world import build_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_pupil_is_enrolled_and_her_mother_is_found_by_name(chromium, live_server, transactional_db):
    school = SchoolFactory(name="Collège Sainte-Anne")
    with in_school(school.pk):
        world = build_world(pupils=3)
        GuardianFactory(last_name="Koné", first_name="Mariam")
    client = Client()
    client.force_login(world.members[Role.SECRETARY].user)
    cookie = {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": live_server.url,
    }
    blocked = []
    with chromium.new_context(viewport={"width": 1366, "height": 900}, locale="fr-FR") as context:
        context.add_cookies([cookie])
        page = context.new_page()
        page.on("console", lambda message: blocked.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: blocked.append(str(error)))
        page.goto(f"{live_server.url}/{school.slug}/admin/")
        page.goto(f"{live_server.url}/{school.slug}/admin/people/student/add/")
        page.locator("#id_last_name").fill("N’Guessan")
        page.locator("#id_first_name").fill("Marie-Ange")
        page.locator("#id_sex").select_option("F")
        page.locator("#id_in_class").select_option(label=str(world.class_group))
        page.locator(".select2-selection").first.click()
        page.locator(".select2-search__field").fill("kone")
        page.locator(".select2-results__option", has_text="Koné Mariam").click()
        page.get_by_role("button", name="Enregistrer", exact=True).click()
        page.wait_for_url("**/people/student/")
        page.goto(f"{live_server.url}/{school.slug}/admin/people/guardian/")
        page.locator("#action-toggle").check()
        page.locator("select[name=action]").select_option("hand_out_access")
        page.get_by_role("button", name="Envoyer").click()
        page.get_by_role("button", name="Créer les codes et montrer les fiches").click()
        assert page.locator("article code").count() == 2 * 4
    assert blocked == []
    with in_school(school.pk):
        link = Guardianship.objects.select_related("guardian", "student").get(guardian__last_name="Koné")
        assert link.student == Student.objects.get(last_name="N’Guessan")
