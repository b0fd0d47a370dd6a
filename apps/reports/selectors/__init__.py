"""What the pages of reports show."""

from .assembling import facts_of_class
from .certificates import IsInNoClass, certificate_facts, certificates_of
from .class_lists import class_list
from .classes import CardRow, ClassCards, ClassLine, class_cards, class_lines, with_files
from .councils import CouncilPage, PupilPage, Seated, council_page, pupil_page, spoken
from .documents import ClassDocuments, StudentDocuments, class_documents, student_documents, year_in_course
from .families import CardPage, card_page, cards_of, terms_of_bulletins
from .honours import honour_roll
from .minutes import minutes_of
from .papers import Paper, Worth, paper_of
from .remarks import (
    Awaited,
    DueRemarks,
    FormClass,
    Place,
    Places,
    RemarkRow,
    RemarkSheet,
    awaited_remarks,
    course_places,
    due_remarks,
    form_classes,
    general_places,
    remark_sheet,
    remarks_of,
)
from .statements import audience_of, class_statements, mark_statement
from .statistics import class_statistics

__all__ = [
    "Awaited",
    "CardPage",
    "CardRow",
    "ClassCards",
    "ClassDocuments",
    "ClassLine",
    "CouncilPage",
    "DueRemarks",
    "FormClass",
    "IsInNoClass",
    "Paper",
    "Place",
    "Places",
    "PupilPage",
    "RemarkRow",
    "RemarkSheet",
    "Seated",
    "StudentDocuments",
    "Worth",
    "audience_of",
    "awaited_remarks",
    "card_page",
    "cards_of",
    "certificate_facts",
    "certificates_of",
    "class_cards",
    "class_documents",
    "class_lines",
    "class_list",
    "class_statements",
    "class_statistics",
    "council_page",
    "course_places",
    "due_remarks",
    "facts_of_class",
    "form_classes",
    "general_places",
    "honour_roll",
    "mark_statement",
    "minutes_of",
    "paper_of",
    "pupil_page",
    "remark_sheet",
    "remarks_of",
    "spoken",
    "student_documents",
    "terms_of_bulletins",
    "with_files",
    "year_in_course",
]
