"""Spreadsheets: nothing typed by anybody computes, and a French spreadsheet opens them as they are."""

import csv
import io
import zipfile
from datetime import date, time
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.sheets import MOST_ROWS, Sheet, TooManyRows, as_csv, as_xlsx, download

DANGEROUS = [
    '=HYPERLINK("http://x","y")',
    "+225",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "\uff1d1",
    "\n@x",
]
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def cells_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def book_of(content: bytes) -> tuple[ElementTree.Element, list[str]]:
    """The sheet, and the texts that it names."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        page = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        texts = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
    return page, [
        "".join(part.text or "" for part in item.iter(f"{MAIN}t")) for item in texts.iter(f"{MAIN}si")
    ]


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_that_would_compute_is_a_text_in_csv(text):
    ((_,), (cell,)) = cells_of(as_csv(Sheet("x", ["Nom"], [[text]])))
    assert cell.startswith("'")
    assert not any(ord(letter) < 32 for letter in cell)


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_that_would_compute_is_a_text_in_xlsx(text):
    page, texts = book_of(as_xlsx(Sheet("x", ["Nom"], [[text]])))
    assert not list(page.iter(f"{MAIN}f"))
    assert [cell.get("t") for cell in page.iter(f"{MAIN}c")] == ["s", "s"]
    assert not page.findall(f".//{MAIN}hyperlink")
    assert len(texts) == 2


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=20), min_size=1, max_size=4))
def test_whatever_is_typed_no_cell_of_a_csv_computes(texts):
    row = cells_of(as_csv(Sheet("x", ["Nom"] * len(texts), [texts])))[1]
    assert len(row) == len(texts)
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for cell in row)


def test_a_csv_opens_in_french():
    rows = [["Kouamé ; Joël", 3, Decimal("12.5"), date(2026, 11, 2), time(7, 30), None]]
    content = as_csv(Sheet("x", ["Élève", "h", "m", "le", "à", "rien"], rows))
    assert content.startswith("\ufeffÉlève;h;".encode())
    assert cells_of(content)[1] == ["Kouamé ; Joël", "3", "12,5", "02/11/2026", "07:30", ""]


def test_numbers_and_days_are_numbers_and_days_in_xlsx():
    page, _ = book_of(as_xlsx(Sheet("x", ["h", "le", "à", "rien"], [[3, date(2026, 11, 2), time(12), None]])))
    values = [cell.findtext(f"{MAIN}v") for cell in page.iter(f"{MAIN}c") if cell.get("t") != "s"]
    assert values == ["3", "46328", "0.5"]


def test_a_file_is_named_as_a_browser_keeps_it():
    answer = download(Sheet("registre 6e 1", ["a"], []), "csv")
    assert answer["Content-Disposition"] == 'attachment; filename="registre 6e 1.csv"'


def test_there_is_an_end_to_what_is_given_at_once():
    with pytest.raises(TooManyRows):
        Sheet("x", ["a"], [["b"]] * (MOST_ROWS + 1))
