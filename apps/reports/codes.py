"""A QR code as a drawing that typst takes in."""

import re
from collections.abc import Iterator
from functools import lru_cache

import zxingcpp

_BORDER = 2  # modules; the paper around it is white too
_INK = re.compile(rb"\0+")


@lru_cache(maxsize=200)
def code_of(address: str) -> str:
    """An SVG of one line of strokes; in a batch, drawn once for a pupil's own file and for the printer's."""
    code = zxingcpp.create_barcode(address, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    dots = memoryview(code.to_image(scale=1, add_quiet_zones=False))
    side = dots.shape[0]
    strokes = "".join(_strokes(dots.tobytes(), side))
    size = side + 2 * _BORDER
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}">'
        f'<path stroke="#000" d="{strokes}"/></svg>'
    )


def _strokes(dots: bytes, side: int) -> Iterator[str]:
    """Each row of dots, a byte each, as the lines of its ink: from the end of one to the next."""
    for first in range(0, side * side, side):
        yield f"M{_BORDER} {first // side + _BORDER}.5"
        at = first
        for run in _INK.finditer(dots, first, first + side):
            yield f"m{run.start() - at} 0h{run.end() - run.start()}"
            at = run.end()
