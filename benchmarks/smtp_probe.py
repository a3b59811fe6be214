"""One SMTP client that sends mail after mail until SIGINT; prints p50 and p99 in ms from the end of the content to its reply, and the count.

usage: smtp_probe.py PORT OCTETS RECIPIENT
"""

import signal
import socket
import sys
import time


def main():
    port, octets, recipient = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    going = True

    def stop(*_):
        nonlocal going
        going = False

    signal.signal(signal.SIGINT, stop)
    line = b"X" * 78 + b"\r\n"
    content = b"Subject: probe\r\n\r\n" + line * (octets // len(line)) + b".\r\n"
    peer = socket.create_connection(("127.0.0.1", port))
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    replies = peer.makefile("rb")

    def reply(expected):
        while True:
            text = replies.readline()
            if text[3:4] != b"-":
                break
        if text[:1] != expected:
            raise SystemExit("probe: " + text.decode(errors="replace"))

    def say(text, expected=b"2"):
        peer.sendall(text)
        reply(expected)

    reply(b"2")
    say(b"EHLO probe.crepes.fr\r\n")
    times = []
    while going:
        say(b"MAIL FROM:<alice@crepes.fr>\r\n")
        say(b"RCPT TO:<" + recipient.encode() + b">\r\n")
        say(b"DATA\r\n", b"3")
        begin = time.perf_counter()
        say(content)
        times.append(time.perf_counter() - begin)
    say(b"QUIT\r\n")
    times.sort()
    at = lambda share: 1000 * times[min(len(times) - 1, int(share * len(times)))]
    print(f"{at(0.5):.1f} {at(0.99):.1f} {len(times)}")


main()
