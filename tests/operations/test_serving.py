"""The server process: a burst of connections, pages in the order in which they were asked for, a tired system."""

import asyncio
import errno
import socket

import pytest

from qa_service.operations import serving
from qa_service.operations.listening import listen
from qa_service.operations.serving import PagesInTurn, Server
from tests.served import free_port

ASKED = b"GET /page HTTP/1.1\r\nHost: here\r\n\r\n"


class Listener:
    """A socket whose first accept fails as on a machine that has no file descriptor left."""

    def __init__(self, real: socket.socket) -> None:
        self.real = real
        self.refusals = 1

    def __getattr__(self, name: str):
        return getattr(self.real, name)

    def accept(self):
        if self.refusals:
            self.refusals -= 1
            raise OSError(errno.EMFILE, "Too many open files")
        return self.real.accept()


async def answer(send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


def served(app, ask, listener=None) -> None:
    """Run `ask(port, server)` beside the server, on the loop that the service runs on."""
    listener = listener or listen("127.0.0.1", free_port())
    server = Server(app, listener)

    async def both() -> None:
        serving_task = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        try:
            await asyncio.wait_for(ask(listener.getsockname()[1], server), 20)
        finally:
            server.should_exit = True
            await serving_task

    with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
        runner.run(both())
    assert listener.fileno() == -1, "the socket is closed with the server"


async def head_of(client: socket.socket) -> bytes:
    client.setblocking(False)
    return await asyncio.get_running_loop().sock_recv(client, 1_000)


def test_all_who_came_at_once_are_taken_in_before_the_first_is_answered():
    present = []

    async def app(scope, receive, send) -> None:
        if scope["type"] == "http":
            present.append(len(server_of[0].server_state.connections))
            await answer(send)

    server_of = []

    async def ask(port, server) -> None:
        server_of.append(server)
        clients = [socket.create_connection(("127.0.0.1", port)) for _ in range(20)]
        for client in clients:
            client.sendall(ASKED)
        assert [(await head_of(client))[:15] for client in clients] == [b"HTTP/1.1 200 OK"] * 20
        for client in clients:
            client.close()

    served(app, ask)
    assert present == [20] * 20


def test_a_system_without_file_descriptors_is_asked_again_after_a_pause(monkeypatch):
    monkeypatch.setattr(serving, "PAUSE_SECONDS", 0.05)
    listener = Listener(listen("127.0.0.1", free_port()))

    async def app(scope, receive, send) -> None:
        if scope["type"] == "http":
            await answer(send)

    async def ask(port, server) -> None:
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(ASKED)
            assert (await head_of(client)).startswith(b"HTTP/1.1 200 OK")

    served(app, ask, listener)
    assert listener.refusals == 0


class Turns:
    """Counts the turns of the loop, and notes in which one each request was begun."""

    def __init__(self) -> None:
        self.turn = 0
        self.begun: list[tuple[str, int]] = []

    def count(self) -> None:
        self.turn += 1
        asyncio.get_running_loop().call_soon(self.count)

    async def __call__(self, scope, receive, send) -> None:
        self.begun.append((scope["path"], self.turn))


async def asked(app: PagesInTurn, path: str) -> None:
    await app({"type": "http", "path": path}, None, None)


def test_pages_begin_one_per_turn_in_the_order_asked_and_the_api_does_not_wait():
    turns = Turns()

    async def run() -> None:
        turns.count()
        app = PagesInTurn(turns)
        first = [asyncio.create_task(asked(app, path)) for path in ("/a", "/b", "/c", "/api/me")]
        await first[0]
        await asyncio.gather(*first, asked(app, "/a"))  # who asks again queues behind those who still wait

    asyncio.run(run())
    assert [path for path, _ in turns.begun] == ["/api/me", "/a", "/b", "/c", "/a"]
    pages = [turn for path, turn in turns.begun if path != "/api/me"]
    assert len(set(pages)) == len(pages)


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_one_who_goes_away_while_waiting_holds_up_nobody(gone):
    turns = Turns()

    async def run() -> None:
        app = PagesInTurn(turns)
        tasks = [asyncio.create_task(asked(app, path)) for path in ("/a", "/b", "/c")]
        await asyncio.sleep(0)
        tasks[gone].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.wait_for(asked(app, "/later"), 5)

    asyncio.run(run())
    left = [path for at, path in enumerate(("/a", "/b", "/c")) if at != gone]
    assert [path for path, _ in turns.begun] == [*left, "/later"]
