"""What is printed: every field, on one page, whatever was typed; and the code that a telephone reads."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from resource import RUSAGE_SELF, getrusage

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from apps.reports import press
from apps.reports.packing import packed
from apps.reports.rules import CertificateSheet, Sheet, new_key, public_part, read_facts, read_seal, seal
from apps.schools.rules import clean_imprint
from tests.factories.reports import certificate_facts, facts, saying
from tests.factories.schools import ink

VERIFY = "https://educonnect.example/v/"
KEY = new_key()
HEAVIEST = 60 * 1024  # a parent pays for it
LONGEST_REMARK = "Des résultats solides, mais le travail à la maison reste trop irrégulier : à reprendre."


def sheet(one, number: str = "2026-000123") -> Sheet:
    return Sheet(one, number, VERIFY + seal(saying(one, number), KEY))


def texts(pdf: bytes) -> list[str]:
    """Each page's text, whatever kind of space separates the words."""
    opened = pypdfium2.PdfDocument(pdf)
    return [" ".join(page.get_textpage().get_text_bounded().split()) for page in opened]


def codes(pdf: bytes) -> list[str]:
    """What a telephone held over each page reads, drawn as an office printer would."""
    found = []
    for page in pypdfium2.PdfDocument(pdf):
        drawn = page.render(scale=200 / 72, grayscale=True).to_pil()
        corner = drawn.crop((drawn.width * 3 // 4, drawn.height * 4 // 5, drawn.width, drawn.height))
        [code] = zxingcpp.read_barcodes(corner, formats=zxingcpp.BarcodeFormat.QRCode)
        found.append(code.text)
    return found


def read_back(pupils: int) -> None:
    """Each pupil's own file, and her page at the printer's, say who she is and what she has."""
    all_facts = [facts(n) for n in range(1, pupils + 1)]
    sheets = [sheet(one, f"2026-{n:06}") for n, one in enumerate(all_facts)]
    own = [press.report_card(one) for one in sheets]
    printed = press.for_the_printer("Bulletins de 3e 2", sheets)
    pages = [text for pdf in own for text in texts(pdf)]
    assert len(pages) == len(texts(printed)) == pupils
    for read, its_codes in (
        (pages, [code for pdf in own for code in codes(pdf)]),
        (texts(printed), codes(printed)),
    ):
        for one, its_sheet, page, code in zip(all_facts, sheets, read, its_codes, strict=True):
            assert one.pupil.name in page
            assert one.pupil.national_id in page
            assert f"{one.average} · {one.rank}" in page
            assert its_sheet.number in page
            said = read_seal(code.removeprefix(VERIFY), public_part(KEY))
            assert said == saying(one, its_sheet.number)
    print(f"{2 * pupils} pages and their codes read back, all of them their pupil's")  # noqa: T201


def test_text_and_code_of_a_page_are_its_pupils():
    read_back(3)


@pytest.mark.long
def test_text_and_code_of_every_page_of_a_class_are_its_pupils():
    read_back(60)


@pytest.mark.parametrize("annual", [False, True])
def test_sixteen_subjects_and_their_remarks_hold_on_one_light_page(annual):
    one = facts(annual=annual, subjects=16, remark=LONGEST_REMARK)
    pdf = press.report_card(sheet(one))
    [page] = texts(pdf)
    print(f"{len(pdf)} bytes")  # noqa: T201
    assert len(pdf) <= HEAVIEST
    assert one.mention in page
    assert page.count("Des résultats solides") == 16


@pytest.mark.parametrize("annual", [False, True])
def test_every_field_is_on_the_page(annual):
    one = facts(annual=annual)
    [page] = texts(press.report_card(sheet(one)))
    for text in said_by(one):
        assert " ".join(text.split()) in page, text


def said_by(one) -> set[str]:
    """Every text of a bulletin."""
    found, left = set(), [press.asdict(one)]
    while left:
        match left.pop():
            case str() as text:
                found.add(text)
            case dict() as named:
                left += [value for name, value in named.items() if name != "year"]  # it is in the letterhead
            case list() | tuple() as several:
                left += several
    return found


def test_what_is_typed_is_printed_and_never_obeyed():
    name = 'N’GORAN #pagebreak() $x^2$ *gras* _é_ <a> \\ "[]" @b `c` // d'
    [page] = texts(press.report_card(sheet(facts(name=name))))
    assert name in page


@pytest.mark.parametrize("name", ["Awa 😀", "علي", "Sy\tAwa\u200b", "Ɓɛɓɛ Kɔnɛ", "Ẹbúnolúwa", "\ue000"])
def test_a_letter_that_the_font_lacks_stops_no_page(name):
    [page] = texts(press.report_card(sheet(facts(name=f"KONÉ {name} Aya"))))
    assert page.count("KONÉ") == 1
    assert "Aya" in page


def test_a_file_is_tagged_archivable_and_bears_a_title():
    with press.pikepdf.open(press.io.BytesIO(press.report_card(sheet(facts())))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.Lang == "fr"
        with pdf.open_metadata() as said:
            assert said["pdfuaid:part"] == "1"
            assert (said["pdfaid:part"], said["pdfaid:conformance"]) == ("2", "A")
            assert said["dc:title"].startswith("Bulletin de notes du premier trimestre, KOUAMÉ")


def test_packing_moves_objects_and_changes_none():
    loose = press.set_report_card(sheet(facts(annual=True)))
    small = packed(loose)
    assert len(small) < 0.6 * len(loose)
    with (
        press.pikepdf.open(press.io.BytesIO(loose)) as one,
        press.pikepdf.open(press.io.BytesIO(small)) as two,
    ):
        assert not two.check_pdf_syntax()
        assert one.trailer.ID == two.trailer.ID
        for number in range(1, len(one.objects) + 1):
            before, after = one.get_object(number, 0), two.get_object(number, 0)
            assert before.unparse() == after.unparse()
            if isinstance(before, press.pikepdf.Stream):
                assert before.read_raw_bytes() == after.read_raw_bytes()
    with pytest.raises(ValueError, match="typst"):
        packed(small.replace(b"startxref", b"xref\n0 1\nstartxref"))


def test_the_emblem_is_printed_where_there_is_one():
    drawn = press.io.BytesIO()
    Image.new("L", (8, 8)).save(drawn, "PNG")
    one = facts()
    one = replace(one, heading=replace(one.heading, logo="abc"))
    with press.pikepdf.open(
        press.io.BytesIO(press.report_card(sheet(one), {"abc": drawn.getvalue()}))
    ) as pdf:
        assert pdf.pages[0].get_images()
    with press.pikepdf.open(press.io.BytesIO(press.report_card(sheet(one)))) as pdf:
        assert not pdf.pages[0].get_images()


def test_the_signature_and_the_stamp_stand_where_the_head_signs():
    images = {"abc": clean_imprint(ink()), "def": clean_imprint(ink("maroon", (200, 200)))}
    one = sheet(replace(facts(), signature="abc", stamp="def"))
    with press.pikepdf.open(press.io.BytesIO(press.report_card(one, images))) as pdf:
        assert len(pdf.pages[0].get_images()) == 2
        assert len(pdf.pages) == 1
    printed = press.for_the_printer("Bulletins", [one], images)
    with press.pikepdf.open(press.io.BytesIO(printed)) as pdf:
        assert len(pdf.pages[0].get_images()) == 2


def test_papers_that_are_asked_at_once_are_made_in_turn():
    sheets = [CertificateSheet(certificate_facts(f"KONÉ {n}"), f"C{n:06}", VERIFY) for n in range(8)]
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(press.certificate, sheets))
    assert [texts(pdf)[0].count(one.facts.pupil.name) for pdf, one in zip(made, sheets, strict=True)] == [
        1
    ] * 8


def test_facts_are_read_as_they_were_written_down():
    one = facts(annual=True)
    assert read_facts(press.json.loads(press.json.dumps(press.asdict(one)))) == one


@pytest.mark.long
def test_how_many_pages_a_second():
    """Of one core, each page another's; its code is drawn once for both."""
    start = time.process_time()
    sheets = [sheet(facts(n), f"2026-{n:06}") for n in range(1, 121)]
    drawn = time.process_time()
    own = [press.report_card(one) for one in sheets]
    single = time.process_time()
    press.for_the_printer("Bulletins", sheets)
    printed = time.process_time()
    print(  # noqa: T201
        f"{len(own) / (single - start):.0f} files a second, codes included (40 or more); "
        f"{len(sheets) / (printed - single):.0f} pages a second for the printer (80 or more); "
        f"{1000 * (drawn - start) / len(sheets):.1f} ms a code; "
        f"{max(map(len, own)) / 1024:.0f} KB at most (60); "
        f"{getrusage(RUSAGE_SELF).ru_maxrss // 1024} MB at the highest, tests included (200)"
    )
    assert len(own) == 120
