"""What a logo must be, and what becomes of the picture of a signature or of a stamp. Plain Python."""

import hashlib
from io import BytesIO

from PIL import Image, ImageOps, ImageStat

_PNG = b"\x89PNG\r\n\x1a\n"
HEAVIEST = 4096  # bytes: families pay for each of them
WIDEST = 512  # pixels


class NotALogo(ValueError):
    """Not a PNG, too heavy, or too wide; the message says which, in French."""


def logo_digest(content: bytes) -> str:
    """Its name in an address that never changes meaning."""
    return hashlib.sha256(content).hexdigest()[:16]


def check_logo(content: bytes) -> None:
    """A PNG by its first bytes, whatever its name says. Raises NotALogo."""
    if len(content) > HEAVIEST:
        raise NotALogo("4 Ko au plus : réduisez l’image.")
    if not content.startswith(_PNG) or content[12:16] != b"IHDR" or len(content) < 45:
        raise NotALogo("Une image PNG, et rien d’autre.")
    width, height = int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
    if not 0 < width <= WIDEST or not 0 < height <= WIDEST:
        raise NotALogo("512 pixels de côté au plus.")


HEAVIEST_SENT = 5_000_000  # bytes: a photo of a sheet that was signed
MOST_PIXELS = 40_000_000
READ_AT = (1800, 1800)  # pixels: the ink is looked for in a photo of this size
LARGEST = (600, 300)  # pixels: 50 mm wide, it prints at 300 dots an inch
HEAVIEST_IMPRINT = 16_384  # bytes: it is in each file that a family pays for
SHADES = 16  # from the paper's white to the ink
FORMATS = ("JPEG", "PNG", "WEBP")


class NotAnImprint(ValueError):
    """Not an image that we read, too heavy, or a blank one; the message says which, in French."""


def clean_imprint(sent: bytes) -> bytes:
    """The ink of a signature or of a stamp: a PNG of its one colour on no paper, cut to its edges.

    Drawn anew, in 600 × 300 pixels and 16 KB at most: nothing of the file that came is kept. Raises
    NotAnImprint.
    """
    if len(sent) > HEAVIEST_SENT:
        raise NotAnImprint("5 Mo au plus\u202f: réduisez l’image.")
    paper = _on_paper(sent)
    dark = ImageOps.invert(ImageOps.autocontrast(ImageOps.grayscale(paper), cutoff=(0.2, 40)))
    where = dark.point(lambda shade: 255 * (shade > 64)).getbbox()
    if where is None:
        raise NotAnImprint("Cette image est vide\u202f: signez à l’encre foncée sur du papier blanc.")
    ink = _ink(paper, dark)
    dark = dark.crop(where)
    dark.thumbnail(LARGEST)
    drawn = _inked(dark, ink)
    png = BytesIO()
    drawn.save(png, "PNG", optimize=True, bits=4)
    if png.tell() > HEAVIEST_IMPRINT:
        raise NotAnImprint(
            "Cette image est trop chargée\u202f: signez sur du papier blanc, sans rien d’autre."
        )
    return png.getvalue()


def _on_paper(sent: bytes) -> Image.Image:
    """What was sent, upright, on white."""
    try:
        image = Image.open(BytesIO(sent), formats=FORMATS)
        if image.width * image.height > MOST_PIXELS:
            raise NotAnImprint("40 millions de pixels au plus\u202f: réduisez l’image.")
        image = ImageOps.exif_transpose(image).convert("RGBA")
        image.thumbnail(READ_AT)
        paper = Image.new("RGB", image.size, "white")
        paper.paste(image, mask=image)
    except NotAnImprint:
        raise
    except Exception:  # whatever a decoder stumbles on: only an image that it reads whole is one
        raise NotAnImprint("Une image PNG, JPEG ou WebP\u202f: ce fichier n’en est pas une.") from None
    return paper


def _ink(paper: Image.Image, dark: Image.Image) -> tuple[int, ...]:
    """The colour of what was written, darkened where it is faint: a photocopier reads it too."""
    mean = ImageStat.Stat(paper, mask=dark.point(lambda shade: 255 * (shade > 127))).mean
    return tuple(min(int(part), 140) for part in mean)


def _inked(dark: Image.Image, ink: tuple[int, ...]) -> Image.Image:
    """That colour, as opaque as it is dark, in so many shades."""
    drawn = dark.point([shade * (SHADES - 1) // 255 for shade in range(256)]).convert("P")
    drawn.putpalette(ink * SHADES)
    drawn.info["transparency"] = bytes(255 * shade // (SHADES - 1) for shade in range(SHADES))
    return drawn
