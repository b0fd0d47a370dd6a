"""What is not kept for ever: facts once everybody has reacted, and answers kept for those who ask twice."""

from datetime import datetime

from .models import ANSWERS_ARE_KEPT, FACTS_ARE_KEPT, KeptAnswer, Reaction, RecordedEvent
from .tenancy import all_schools


def forget_the_old(now: datetime) -> None:
    """Delete facts older than thirteen months that nothing waits for, and answers older than seven days."""
    with all_schools(reason="retention is the same for every school"):
        unfinished = Reaction.objects.exclude(state=Reaction.State.DONE).values("event")
        old = RecordedEvent.objects.filter(recorded_at__lt=now - FACTS_ARE_KEPT).exclude(relayed_at=None)
        old.exclude(pk__in=unfinished).delete()
        KeptAnswer.objects.filter(kept_at__lt=now - ANSWERS_ARE_KEPT).delete()
