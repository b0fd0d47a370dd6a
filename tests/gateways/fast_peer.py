"""A gateway that answers each message after 50 ms, however many come at once: a process of its own.

    python -m tests.gateways.fast_peer PORT

Speaks the generic JSON protocol. `GET /counts` says when each message came, by the first word of its text.
"""

import asyncio
import json
import sys
import time
from collections import defaultdict

SECONDS = 0.05
came: dict[str, list[float]] = defaultdict(list)
references: set[str] = set()
doubled = 0


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One request, one answer."""
    global doubled
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    if head.startswith("get /counts"):
        body = json.dumps({"came": came, "doubled": doubled}).encode()
    else:
        length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
        message = json.loads(await reader.readexactly(length))
        doubled += message["reference"] in references
        references.add(message["reference"])
        came[message["text"].split()[0]].append(time.time())
        await asyncio.sleep(SECONDS)
        body = b'{"id": "op"}'
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body)
    await writer.drain()
    writer.close()


async def main(port: int) -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", port, backlog=256)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
