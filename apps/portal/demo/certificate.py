"""The photo of a certificate, as a phone takes it: a sheet on a table, not quite straight."""

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

SHEET, TABLE = (620, 820), (800, 1000)
LINES = (  # Pillow's own letters have no accents
    (60, 34, "CERTIFICAT"),
    (130, 22, "Dispensaire urbain de Cocody"),
    (260, 24, "J’ai vu ce matin en consultation cet"),
    (305, 24, "enfant, qui souffre d’un paludisme et"),
    (350, 24, "ne pouvait pas suivre ses cours."),
    (470, 22, "Fait pour servir et valoir ce que de droit."),
    (640, 24, "Docteur Kassi"),
)


def certificate() -> bytes:
    """A JPEG, the same each time."""
    sheet = Image.new("RGB", SHEET, "#fbf9f2")
    pen = ImageDraw.Draw(sheet)
    for top, size, text in LINES:
        pen.text((60, top), text, fill="#1b2340", font=ImageFont.load_default(size))
    pen.ellipse((380, 620, 540, 780), outline="#3247a8", width=5)
    pen.line([(400, 730), (450, 670), (470, 740), (530, 660)], fill="#3247a8", width=4)
    photo = Image.new("RGB", TABLE, "#8a6f55")
    turned = sheet.rotate(2.5, expand=True, fillcolor="#8a6f55", resample=Image.Resampling.BICUBIC)
    photo.paste(turned, ((TABLE[0] - turned.width) // 2, (TABLE[1] - turned.height) // 2))
    written = BytesIO()
    photo.save(written, "JPEG", quality=70)
    return written.getvalue()
