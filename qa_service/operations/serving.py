"""The server process: uvicorn, with its own way to take in new connections and to order pages.

uvloop takes in one new connection per turn of its loop, however many wait: of 32 that came at once, the last waited
0.66 s for its first answer of 1.2 ms. asyncio takes in all that wait, but costs 14 µs more per answer. Here the loop is
the quick one, and all that wait are taken in at once.

A loop also works through all that it has read before it reads again, and then the kernel names those who asked in the
last turn before those who came since: who just missed a turn waits for two. Pages, which cost a millisecond each, are
therefore begun one per turn, in the order in which they were asked for.
"""

import asyncio
import socket
from collections import deque
from collections.abc import Callable

import uvicorn
from litestar.types import ASGIApp, Receive, Scope, Send

PAUSE_SECONDS = 1.0  # after the system refused a connection, for want of file descriptors for one


class Server(uvicorn.Server):
    """Serves one application on a socket that is already bound."""

    def __init__(self, app: ASGIApp, listener: socket.socket) -> None:
        super().__init__(uvicorn.Config(PagesInTurn(app), log_level="warning", access_log=False))
        self.listener = listener
        self.arriving: set[asyncio.Task] = set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=[])
        self.listener.listen(self.config.backlog)
        self.listener.setblocking(False)
        self._open()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        asyncio.get_running_loop().remove_reader(self.listener)
        await super().shutdown(sockets=[self.listener])

    def _open(self) -> None:
        if not self.should_exit:
            asyncio.get_running_loop().add_reader(self.listener, self._take_in)

    def _take_in(self) -> None:
        """Every connection that waits now."""
        loop = asyncio.get_running_loop()
        for _ in range(self.config.backlog):
            try:
                connection, _address = self.listener.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError:  # without a pause the loop would turn on nothing else
                loop.remove_reader(self.listener)
                loop.call_later(PAUSE_SECONDS, self._open)
                return
            connection.setblocking(False)
            task = loop.create_task(loop.connect_accepted_socket(self._protocol, connection))
            self.arriving.add(task)
            task.add_done_callback(self.arriving.discard)

    def _protocol(self) -> asyncio.Protocol:
        make: Callable[..., asyncio.Protocol] = self.config.http_protocol_class
        return make(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)


class PagesInTurn:
    """Begins one page per turn of the loop, first asked first; the API is answered as it comes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.waiting: deque[asyncio.Future[None]] = deque()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith("/api/"):
            await self._turn()
        await self.app(scope, receive, send)

    async def _turn(self) -> None:
        loop = asyncio.get_running_loop()
        turn = loop.create_future()
        self.waiting.append(turn)
        if len(self.waiting) == 1:
            loop.call_soon(self._next)
        await turn

    def _next(self) -> None:
        turn = self.waiting.popleft()
        if not turn.done():  # it is, where the asker has gone
            turn.set_result(None)
        if self.waiting:
            asyncio.get_running_loop().call_soon(self._next)
