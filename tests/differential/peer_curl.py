"""What curl makes of each of many responses.

    python3 peer_curl.py RESPONSES VERDICTS

The files are those of client.c. One curl asks a server on this machine for
/0, /1, /2 ...; the server gives out that response and ends the connection.
"""
import contextlib
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading

import records


def serve(listener, responses):
    """Answer until the listener is closed."""
    while True:
        try:
            client = listener.accept()[0]
        except OSError:
            return
        # a client that refuses what it reads hangs up
        with client, contextlib.suppress(ConnectionError):
            request = b""
            while b"\r\n\r\n" not in request:
                received = client.recv(4096)
                if not received:
                    break
                request += received
            else:
                number = re.match(rb"GET /(\d+) ", request)
                client.sendall(responses[int(number[1])])


def fetch(port, first, last, folder):
    """Have one curl get these responses; returns its exit codes."""
    done = subprocess.run(
        ["curl", "-q", "-s", "--noproxy", "*", "--max-time", "10",
         "-H", "Connection: close", "-o", f"{folder}/#1",
         "-w", "%{exitcode}\n", f"http://127.0.0.1:{port}/[{first}-{last}]"],
        stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
    return [int(line) for line in done.stdout.split()]


def fetch_all(port, count, folder):
    """Have curl get all of them; it gives up after some kinds of error."""
    codes = []
    while len(codes) < count:
        more = fetch(port, len(codes), count - 1, folder)
        if not more:
            sys.exit("peer_curl: curl does not run")
        codes += more
    return codes


def verdict(code, path):
    """Success with the file, if one was made, or the exit code."""
    if code:
        return "-", b"exit %d" % code
    return "+", path.read_bytes() if path.exists() else b""


def main():
    """Judge them all."""
    responses = list(records.read_responses(sys.argv[1]))
    with socket.create_server(("127.0.0.1", 0), backlog=16) as listener, \
            tempfile.TemporaryDirectory() as folder:
        port = listener.getsockname()[1]
        threading.Thread(target=serve, args=(listener, responses),
                         daemon=True).start()
        codes = fetch_all(port, len(responses), folder)
        files = map(pathlib.Path(folder).joinpath, map(str, range(len(codes))))
        records.write_verdicts(sys.argv[2], list(map(verdict, codes, files)))


if __name__ == "__main__":
    main()
