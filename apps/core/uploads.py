"""How much a browser may send us as files: beyond it, nothing is read."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

HEAVIEST = 20_000_000  # bytes: a form says better what is too heavy for itself


class BoundedUpload(FileUploadHandler):
    """Refuses a request by what it announces, before a byte of it is kept (a 400)."""

    def handle_raw_input(self, input_data: Any, META: dict, content_length: int, *args: Any) -> None:  # noqa: N803
        if content_length > HEAVIEST:
            raise RequestDataTooBig("too heavy")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """The handlers that follow keep it."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Nothing is kept here."""
