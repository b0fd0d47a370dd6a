"""From facts to PDF: typst sets the page, zxing draws the code, qpdf binds the printer's file.

A pupil's file is PDF/UA-1 and PDF/A-2a: tagged, archivable, its fonts in it. Data goes in as JSON, never as
typst's own text.
"""

import io
import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO, TypeVar

import pikepdf
import typst

from .codes import code_of
from .packing import packed
from .rules import CertificateSheet, Sheet, for_print

T = TypeVar("T")
DOCUMENTS = Path(__file__).with_name("documents")
_turn = Lock()  # of the threads of a web process: a compiler refuses a second one, and memory is for one
_AT_ONCE = 20  # pages in typst's memory, 1.5 MB each
_KEPT_FOR = 12  # documents: typst keeps what it has set that long, in case it comes again


def report_card(sheet: Sheet, images: Mapping[str, bytes] | None = None) -> bytes:
    """A pupil's own file. `images`: by digest, as the heading names them."""
    return packed(set_report_card(sheet, images))


def set_report_card(sheet: Sheet, images: Mapping[str, bytes] | None = None) -> bytes:
    """The same as typst leaves it, twice the size."""
    data = _data(f"{sheet.facts.title}, {sheet.facts.pupil.name}", [sheet], images)
    return _set("report_cards.typ", data, pdf_standards=["ua-1", "a-2a"])


def for_the_printer(title: str, sheets: Sequence[Sheet], images: Mapping[str, bytes] | None = None) -> bytes:
    """Bulletins in one document, a page each, in their order; without tags, which paper does not need."""
    return _in_parts("report_cards.typ", sheets, lambda few: _data(title, few, images))


def paper(document: str, title: str, said: Any, images: Mapping[str, bytes] | None = None) -> bytes:
    """A paper of another kind: a dataclass of `rules/papers.py`, set by the document of that name. Tagged and
    archivable, as a bulletin is.
    """
    return packed(_set(f"{document}.typ", _pages(title, [said], images), pdf_standards=["ua-1", "a-2a"]))


def papers_for_the_printer(
    document: str, title: str, pages: Sequence[Any], images: Mapping[str, bytes] | None = None
) -> bytes:
    """Several of them in one document, in their order; without tags, as the bulletins'."""
    return _in_parts(f"{document}.typ", pages, lambda few: _pages(title, few, images))


def certificate(sheet: CertificateSheet, images: Mapping[str, bytes] | None = None) -> bytes:
    """A certificate, with its number and its code."""
    said = _printable(asdict(sheet.facts)) | {"number": sheet.number, "code": code_of(sheet.address)}
    title = f"{sheet.facts.title}, {sheet.facts.pupil.name}"
    data = {"title": for_print(title), "pages": [said], "images": _shown(images)}
    return packed(_set("certificate.typ", data, pdf_standards=["ua-1", "a-2a"]))


def _in_parts(document: str, sheets: Sequence[T], data_of: Callable[[Sequence[T]], dict]) -> bytes:
    """A few at once: a whole class would take three times the memory."""
    few = (sheets[first : first + _AT_ONCE] for first in range(0, len(sheets), _AT_ONCE))
    return _bound(*(_set_apart(document, data_of(some)) for some in few))


def _set_apart(document: str, data: dict) -> bytes:
    part = _set(document, data, pdf_standards=["a-2b"], pdf_tags=False)
    with _turn:
        _forget()
    return part


def _pages(title: str, pages: Sequence[Any], images: Mapping[str, bytes] | None) -> dict:
    said = [_printable(asdict(one)) for one in pages]
    return {"title": for_print(title), "pages": said, "images": _shown(images)}


def _data(title: str, sheets: Sequence[Sheet], images: Mapping[str, bytes] | None) -> dict:
    cards = [
        _printable(asdict(sheet.facts)) | {"number": sheet.number, "code": code_of(sheet.address)}
        for sheet in sheets
    ]
    return {"title": for_print(title), "cards": cards, "images": _shown(images)}


def _shown(images: Mapping[str, bytes] | None) -> dict[str, list[int]]:
    return {digest: list(content) for digest, content in (images or {}).items()}


def _printable(said: Any) -> Any:
    """Every text of it as the font can print it: one letter of another script would stop a whole class."""
    match said:
        case str():
            return for_print(said)
        case dict():
            return {name: _printable(value) for name, value in said.items()}
        case list() | tuple():
            return [_printable(value) for value in said]
    return said


def _set(document: str, data: dict, **options: object) -> bytes:
    """What changes is read from a file under one name, so that typst knows again what it has set before: the
    letterhead, the headings, the words of a form. A third of the time.
    """
    with _turn:
        laid = _desk(os.getpid())
        laid.seek(0)
        laid.write(json.dumps(data).encode())
        laid.truncate()
        laid.flush()
        laid.seek(0)
        return _compiler(document, f"/dev/fd/{laid.fileno()}").compile(format="pdf", **options)


@lru_cache(maxsize=1)
def _desk(process: int) -> BinaryIO:
    """A file without a name that this process alone reads, gone with it: pupils' facts stay nowhere."""
    return tempfile.TemporaryFile()


@lru_cache
def _compiler(document: str, data: str) -> typst.Compiler:
    """Its fonts are read once; none of the machine's, so that a page is the same everywhere."""
    inputs = {"data": data}
    return typst.Compiler(DOCUMENTS / document, root="/", ignore_system_fonts=True, sys_inputs=inputs)


def _forget() -> None:
    """Have typst drop the pages it has set: a few empty documents, half a millisecond each."""
    for _ in range(_KEPT_FOR):
        _blank().compile(input=b" ", format="svg")


@lru_cache
def _blank() -> typst.Compiler:
    return typst.Compiler(b" ", ignore_system_fonts=True)


def _bound(first: bytes, *others: bytes) -> bytes:
    """The pages of several files in one, packed as a file alone is."""
    bound = io.BytesIO()
    with ExitStack() as stack:
        whole, *rest = (stack.enter_context(pikepdf.open(io.BytesIO(pdf))) for pdf in (first, *others))
        for other in rest:
            whole.pages.extend(other.pages)
        whole.save(
            bound,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            deterministic_id=True,
        )
    return bound.getvalue()
