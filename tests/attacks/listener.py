"""What shows that an attack succeeded: the text of a file, and requests to an address."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

CANARY = "PERSICARIA"


@contextmanager
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """Accept connections; give the address, and the list of what each client sent."""
    calls: list[bytes] = []

    def accept() -> None:
        while True:
            try:
                caller, _ = server.accept()
            except OSError:
                return
            with caller:
                calls.append(caller.recv(1000))

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", calls
        server.shutdown(socket.SHUT_RDWR)
