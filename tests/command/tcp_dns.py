"""Run a command whose name server answers by TCP alone: 127.0.0.1, whatever
the name; by UDP it says that the answer is too long.

    unshare -n -m python3 tcp_dns.py FOLDER COMMAND...

Needs network and mount namespaces of its own. Prints "asked by TCP" at the
end if that was done.
"""
import socket
import struct
import subprocess
import sys
import threading

import mute_dns

TRUNCATED = 0x0200
A = 1
asked = threading.Event()


def reply(query, flags):
    """What to say to a query."""
    end = query.index(b"\0", 12) + 5
    kind = struct.unpack_from("!H", query, end - 4)[0]
    known = kind == A and not flags & TRUNCATED
    answer = struct.pack("!HHHIH4B", 0xc00c, A, 1, 60, 4, 127, 0, 0, 1)
    return query[:2] + struct.pack("!5H", 0x8180 | flags, 1, known, 0, 0) + \
        query[12:end] + (answer if known else b"")


def serve_udp(server):
    """Ask everybody to come again by TCP."""
    while True:
        query, address = server.recvfrom(4096)
        server.sendto(reply(query, TRUNCATED), address)


def serve_tcp(server):
    """Answer one query after the other."""
    while True:
        connection = server.accept()[0]
        with connection, connection.makefile("rb") as stream:
            while len(head := stream.read(2)) == 2:
                asked.set()
                answer = reply(stream.read(struct.unpack("!H", head)[0]), 0)
                connection.sendall(struct.pack("!H", len(answer)) + answer)


def main(folder, *command):
    """Serve until the command ends."""
    datagrams = mute_dns.name_server(folder)
    streams = socket.create_server(("127.0.0.1", 53))
    for function, server in ((serve_udp, datagrams), (serve_tcp, streams)):
        threading.Thread(target=function, args=[server], daemon=True).start()
    status = subprocess.run(command).returncode
    if asked.is_set():
        print("asked by TCP", flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
