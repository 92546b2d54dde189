"""A bad line in front of some nodes: it counts what the phones send, and cuts connections where it likes.

Bytes stream through as they come. Each connection lives for a random number of bytes sent; then both ends are closed in
the middle of whatever goes on, sometimes only after the node has answered and the answer was thrown away.
"""

import asyncio
from collections.abc import Callable

from tests.loopback import Between

#: Bytes after which a connection dies, on average; and how often only its answers are lost.
MEAN_LIFE_BYTES = 1_500_000
LOST_ANSWERS = 0.08


class Line(Between):
    """Counts what the phones send, and the cuts."""

    def __init__(self, nodes: list[int], seed: int) -> None:
        self.sent_bytes = 0
        self.cuts = 0
        super().__init__(nodes, seed)

    async def _serve(self, phone: asyncio.StreamReader, to_phone: asyncio.StreamWriter) -> None:
        try:
            node, to_node = await self._to_a_node()
        except OSError:
            to_phone.close()
            return
        life = None if self.healthy else int(self._dice.expovariate(1 / MEAN_LIFE_BYTES))
        deaf = not self.healthy and self._dice.random() < LOST_ANSWERS
        ways = [
            asyncio.ensure_future(self._carry(phone, to_node, life, self._count)),
            asyncio.ensure_future(self._carry(node, to_phone, 0 if deaf else None, lambda size: None)),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        for writer in (to_node, to_phone):
            writer.close()

    def _count(self, size: int) -> None:
        self.sent_bytes += size

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, life: int | None, count: Callable[[int], None]
    ) -> None:
        """Until either end goes away or `life` bytes have passed."""
        try:
            while data := await reader.read(64 * 1024):
                count(len(data))
                if life is not None and len(data) > life:
                    self.cuts += 1
                    writer.write(data[:life])
                    await writer.drain()
                    return
                life = None if life is None else life - len(data)
                writer.write(data)
                await writer.drain()
        except OSError:
            return
