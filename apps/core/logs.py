"""How much a log says."""

import logging


class OneLine(logging.Filter):
    """What went wrong, by its name: a Redis that is away is said each second, not in thirty lines."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info:
            record.msg = f"{record.msg} ({type(record.exc_info[1]).__name__})"
            record.exc_info = record.exc_text = None
        return True
