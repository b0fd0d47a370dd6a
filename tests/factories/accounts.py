from datetime import date

import factory
from factory.django import DjangoModelFactory

from apps.accounts.models import Member, MemberRole, Role, User
from apps.core.clock import today

LONG_AGO = date(2020, 1, 1)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence("membre{}".format)
    first_name = "Ama"
    last_name = factory.Sequence("Koffi{}".format)

    @factory.post_generation
    def password(self, create, typed, **kwargs):
        """`UserFactory(password="secret")` can sign in."""
        if typed:
            self.set_password(typed)
            self.save()


class MemberFactory(DjangoModelFactory):
    """`MemberFactory(roles=[Role.TEACHER])`, with the roles read as requests read them."""

    class Meta:
        model = Member
        skip_postgeneration_save = True

    user = factory.SubFactory(UserFactory)

    @factory.post_generation
    def roles(self, create, roles, **kwargs):
        for role in roles or [Role.TEACHER]:
            MemberRole.objects.create(member=self, role=role, since=LONG_AGO)
        self.role_codes = list(
            MemberRole.objects.held(today()).filter(member=self).values_list("role", flat=True)
        )
