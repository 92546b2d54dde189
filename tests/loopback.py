"""A server between phones and nodes, on a thread and a loop of its own. What it does to a connection its heirs say."""

import asyncio
import random
import threading


class Between:
    """Listens on the loopback `port`. `nodes` are ports; `healthy` lets everything through."""

    def __init__(self, nodes: list[int], seed: int) -> None:
        self.nodes = nodes
        self.healthy = False
        self._dice = random.Random(seed)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()
        self._ready.wait(10)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raise NotImplementedError

    async def _to_a_node(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Raises OSError when the drawn node is down."""
        return await asyncio.open_connection("127.0.0.1", self._dice.choice(self.nodes))
