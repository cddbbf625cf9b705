"""Asks /livez again and again from a process of its own, on new connections: `python -m tests.runtime.watcher PORT`."""

import json
import socket
import sys
import threading
import time

REQUEST = b"GET /livez HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"


def ask(port: int) -> float:
    """The seconds from connecting to an answer."""
    start = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(REQUEST)
        assert connection.recv(12) == b"HTTP/1.1 200"
    return time.perf_counter() - start


def stop_at_end_of_input(stopped: threading.Event) -> None:
    """Wait for the end of the standard input."""
    sys.stdin.read()
    stopped.set()


if __name__ == "__main__":
    stopped = threading.Event()
    threading.Thread(target=stop_at_end_of_input, args=(stopped,), daemon=True).start()
    seconds = [ask(int(sys.argv[1]))]
    while not stopped.wait(0.005):
        seconds.append(ask(int(sys.argv[1])))
    json.dump({"count": len(seconds), "slowest": max(seconds)}, sys.stdout)
