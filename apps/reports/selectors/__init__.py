"""What the pages of reports show."""

from .assembling import facts_of_class
from .class_lists import class_list
from .classes import CardRow, ClassCards, ClassLine, class_cards, class_lines, with_files
from .documents import ClassDocuments, class_documents, year_in_course
from .families import CardPage, card_page, cards_of
from .papers import Paper, Worth, paper_of
from .remarks import (
    Awaited,
    FormClass,
    Place,
    Places,
    RemarkRow,
    RemarkSheet,
    awaited_remarks,
    course_places,
    form_classes,
    general_places,
    remark_sheet,
    remarks_of,
)

__all__ = [
    "Awaited",
    "CardPage",
    "CardRow",
    "ClassCards",
    "ClassDocuments",
    "ClassLine",
    "FormClass",
    "Paper",
    "Place",
    "Places",
    "RemarkRow",
    "RemarkSheet",
    "Worth",
    "awaited_remarks",
    "card_page",
    "cards_of",
    "class_cards",
    "class_documents",
    "class_lines",
    "class_list",
    "course_places",
    "facts_of_class",
    "form_classes",
    "general_places",
    "paper_of",
    "remark_sheet",
    "remarks_of",
    "with_files",
    "year_in_course",
]
