"""How much a log says."""

import logging
import re

_CODE = re.compile(r"/v/[^/\s]+")


class OneLine(logging.Filter):
    """What went wrong, by its name: a Redis that is away is said each second, not in thirty lines."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info:
            record.msg = f"{record.msg} ({type(record.exc_info[1]).__name__})"
            record.exc_info = record.exc_text = None
        return True


class NoCode(logging.Filter):
    """The code of a paper says whose it is, and her average: an address that has one is not written down."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                _CODE.sub("/v/…", one) if isinstance(one, str) else one for one in record.args
            )
        return True


def _without_code(said: object) -> object:
    return _CODE.sub("/v/…", said) if isinstance(said, str) else said
