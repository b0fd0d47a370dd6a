"""What becomes of a photo that a family sends: re-encoded, small, and without what the phone wrote in it."""

from io import BytesIO

from PIL import Image, ImageOps

HEAVIEST_SENT = 5_000_000  # bytes, as a phone without JavaScript sends it
MOST_PIXELS = 40_000_000  # decoded, a photo of 40 megapixels takes 160 MB
WIDEST = 1280  # pixels
QUALITIES = (70, 55, 40, 25)
FORMATS = ("JPEG", "PNG", "WEBP")


class NotAPhoto(ValueError):
    """Not an image that we read, too heavy or too large; the message says which, in French."""


def clean_photo(sent: bytes, *, heaviest: int) -> bytes:
    """A JPEG of `heaviest` bytes and 1280 pixels at most, upright, with no metadata (no place, no date).

    The image is drawn anew: nothing of the file that came is kept. Raises NotAPhoto.
    """
    if len(sent) > HEAVIEST_SENT:
        raise NotAPhoto("5 Mo au plus\u202f: prenez la photo de moins près, ou réduisez-la.")
    drawn = _drawn(sent)
    for quality in QUALITIES:
        jpeg = BytesIO()
        drawn.save(jpeg, "JPEG", quality=quality, optimize=True)
        if jpeg.tell() <= heaviest:
            return jpeg.getvalue()
    raise NotAPhoto("Cette image est trop chargée\u202f: reprenez la photo.")


def _drawn(sent: bytes) -> Image.Image:
    try:
        image = Image.open(BytesIO(sent), formats=FORMATS)
        if image.width * image.height > MOST_PIXELS:
            raise NotAPhoto("40 millions de pixels au plus\u202f: réduisez l’image.")
        image.draft("RGB", (WIDEST, WIDEST))  # a JPEG is decoded at the size that is kept
        image = ImageOps.exif_transpose(image)
        image.thumbnail((WIDEST, WIDEST))
        paper = Image.new("RGB", image.size, "white")
        seen = image.convert("RGBA")
        paper.paste(seen, mask=seen)
    except NotAPhoto:
        raise
    except Exception:  # whatever a decoder stumbles on: only an image that it reads whole is one
        raise NotAPhoto("Une photo JPEG, PNG ou WebP\u202f: ce fichier n’en est pas une.") from None
    return paper
