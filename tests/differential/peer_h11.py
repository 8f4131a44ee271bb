"""What h11 makes of each of many responses.

    /usr/bin/python3 peer_h11.py RESPONSES VERDICTS

The files are those of client.c. The script runs under Debian's Python, which
has Debian's h11.
"""
import sys

import h11

import records


def judge(response):
    """The verdict on one response, on a connection that ends behind it."""
    client = h11.Connection(h11.CLIENT)
    client.send(h11.Request(method="GET", target="/",
                            headers=[("Host", "localhost")]))
    client.send(h11.EndOfMessage())
    body = b""
    try:
        client.receive_data(response)
        client.receive_data(b"")
        while True:
            event = client.next_event()
            if isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage):
                return "+", body
            elif event in (h11.NEED_DATA, h11.PAUSED) or \
                    isinstance(event, h11.ConnectionClosed):
                return "-", b"no end"
    except h11.RemoteProtocolError as error:
        return "-", str(error).encode()


def main():
    """Judge them all."""
    records.write_verdicts(sys.argv[2],
                           map(judge, records.read_responses(sys.argv[1])))


if __name__ == "__main__":
    main()
