from datetime import date

import factory
from factory.django import DjangoModelFactory

from apps.schools.models import School, SchoolYear


class SchoolFactory(DjangoModelFactory):
    class Meta:
        model = School

    slug = factory.Sequence("ecole-{}".format)
    name = factory.Sequence("Collège {}".format)
    phone = "2722401036"


class SchoolYearFactory(DjangoModelFactory):
    class Meta:
        model = SchoolYear
        django_get_or_create = ["name"]

    name = "2026-2027"
    opens_on = date(2026, 9, 7)
    closes_on = date(2027, 7, 14)
