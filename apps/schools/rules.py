"""What a logo must be. Plain Python."""

import hashlib

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
