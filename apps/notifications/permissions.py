"""Who sees what families were told."""

from apps.accounts.models import STUDENT_LIFE, Member

from .models import Alert, AlertQuerySet


def visible_alerts(member: Member) -> AlertQuerySet:
    """Vie scolaire and the direction: every alert; the others: none."""
    if not member.holds(*STUDENT_LIFE):
        return Alert.objects.none()
    return Alert.objects.all()
