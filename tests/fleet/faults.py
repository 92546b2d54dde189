"""A TCP proxy that treats connections as a basement does.

Every connection draws one fate: it passes, is refused, is cut after some bytes in either direction, is late, is sent
twice, or reaches the server while the reply never comes back. One request per connection is assumed.
"""

import asyncio
from collections import Counter

from tests.loopback import Between

FATES = {"pass": 55, "refuse": 8, "cut_request": 9, "cut_reply": 9, "delay": 6, "twice": 6, "black_hole": 7}


class FaultProxy(Between):
    """`counts`: how many connections drew each fate."""

    def __init__(self, nodes: list[int], seed: int) -> None:
        self.counts: Counter[str] = Counter()
        super().__init__(nodes, seed)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        fate = "pass" if self.healthy else self._dice.choices(list(FATES), list(FATES.values()))[0]
        self.counts[fate] += 1
        try:
            await asyncio.wait_for(self._live(fate, reader, writer), 20)
        except (TimeoutError, OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _live(self, fate: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if fate == "refuse":
            return
        request = await _whole_request(reader)
        if fate == "delay":
            await asyncio.sleep(self._dice.uniform(0.05, 0.8))
        if fate == "cut_request":
            await self._ask(request[: self._dice.randrange(1, len(request))], wait=False)
            return
        if fate == "twice":
            await asyncio.gather(self._ask(request), self._answer(request, writer, None))
            return
        if fate == "black_hole":
            await self._ask(request)
            await reader.read()  # silence, until the phone hangs up
            return
        await self._answer(request, writer, self._dice.randrange(1, 400) if fate == "cut_reply" else None)

    async def _ask(self, request: bytes, wait: bool = True) -> bytes:
        """The node's reply, or nothing when the node is down."""
        try:
            reader, writer = await self._to_a_node()
        except OSError:
            return b""
        try:
            writer.write(request)
            await writer.drain()
            return await reader.read(-1) if wait else b""
        except OSError:
            return b""
        finally:
            writer.close()

    async def _answer(self, request: bytes, writer: asyncio.StreamWriter, only: int | None) -> None:
        reply = await self._ask(request)
        writer.write(reply[:only])
        await writer.drain()


async def _whole_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return head + await reader.readexactly(length)
