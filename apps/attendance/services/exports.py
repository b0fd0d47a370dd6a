"""What leaves the portal in a file is written in the school's journal."""

from datetime import datetime

from django.db.models import Model

from apps.accounts.models import Member, OfficeAction
from apps.accounts.services import note_action
from apps.core.sheets import Sheet


def note_export(*, sheet: Sheet, kind: str, about: Model, by: Member, at: datetime) -> None:
    """Who took which table about whom, and when."""
    detail = f"Export {kind.upper()} : {sheet.name}, {len(sheet.rows)} lignes"
    note_action(by=by, kind=OfficeAction.Kind.DONE, row=about, detail=detail, at=at)
