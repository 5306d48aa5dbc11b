"""A line to Redis that is cut in the worst moment: after a command was carried out, and before its answer arrives."""

import asyncio
import threading
from types import TracebackType

from tests.servers.ports import free_port


class CuttingProxy:
    """A TCP proxy on a port of its own, as a context."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._port = free_port()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._server: asyncio.Server | None = None
        self._word: bytes | None = None
        self.cuts = 0

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._port}/0"

    def cut_after(self, word: bytes) -> None:
        """Cut the next connection whose command holds `word`, once it has been answered and instead of the answer."""
        self._word = word

    def __enter__(self) -> "CuttingProxy":
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(20)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(20)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)

    async def _close(self) -> None:
        assert self._server
        self._server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._to)
        back = asyncio.create_task(self._pass(there_reader, writer))
        try:
            while data := await reader.read(1 << 16):
                if self._word is not None and self._word in data:
                    self._word = None
                    back.cancel()
                    await asyncio.wait([back])
                    there_writer.write(data)
                    await there_reader.read(1)  # it has been carried out
                    self.cuts += 1
                    return
                there_writer.write(data)
        finally:
            back.cancel()
            for each in (there_writer, writer):
                each.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1 << 16):
            writer.write(data)
        writer.close()
