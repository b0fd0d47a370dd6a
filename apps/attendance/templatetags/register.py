"""How the register writes its cells: a letter, its hours."""

from collections.abc import Iterable, Mapping

from django import template
from django.utils.safestring import SafeString

from apps.attendance.rules import Letter

register = template.Library()

CSS = {Letter.UNJUSTIFIED: "a", Letter.JUSTIFIED: "p", Letter.LATE: "r"}


@register.simple_tag
def day_cells(cells: Iterable[Mapping[Letter, int]]) -> SafeString:
    """Some cells of a line: "A3 R1", or nothing. Letters and digits of our own: no escaping."""
    return SafeString("".join(f"<td>{_written(cell)}</td>" for cell in cells))


def _written(cell: Mapping[Letter, int]) -> str:
    return " ".join(f'<b class="{CSS[letter]}">{letter}{count}</b>' for letter, count in cell.items())
