"""A good client's times to send a mail: alone, among many slow clients, and alone again.

A quarter of the slow clients each drips a command, a content, a TLS handshake and an AUTH, an octet about every ten seconds.

usage: smtp_slow.py PORT CLIENTS SECONDS RECIPIENT
"""

import multiprocessing
import resource
import socket
import ssl
import sys
import time

HELLO = b"EHLO slow.crepes.fr\r\n"


def until(peer, ending):
    got = b""
    while ending not in got[-200:] or not got.endswith(b"\r\n"):
        more = peer.recv(4096)
        if not more:
            raise SystemExit(f"hung up on after {got!r}")
        got += more


def converse(port, *lines):
    peer = socket.create_connection(("127.0.0.1", port), timeout=30)
    until(peer, b"220 ")
    for line in lines:
        peer.sendall(line)
        until(peer, b" ")
    return peer


def slow_clients(port, count, recipient, ready, over):
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    tls = ssl.create_default_context()
    tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    peers = []
    for number in range(count):
        kind = number % 4
        if kind == 0:
            peer = converse(port, HELLO)
        elif kind == 1:
            peer = converse(port, HELLO, b"MAIL FROM:<slow@crepes.fr>\r\n", b"RCPT TO:<" + recipient + b">\r\n", b"DATA\r\n")
        elif kind == 2:
            peer = converse(port, HELLO, b"STARTTLS\r\n")
            peer.sendall(b"\x16\x03\x01\x02\x00\x01\x00")
        else:
            peer = tls.wrap_socket(converse(port, HELLO, b"STARTTLS\r\n"))
            peer.sendall(HELLO)
            until(peer, b"250 ")
            peer.sendall(b"AUTH LOGIN\r\n")
            until(peer, b"334 ")
        peer.settimeout(1)
        peers.append(peer)
    ready.set()
    cut = number = 0
    while not over.is_set():
        try:
            peers[number % count].send(b"A")
        except OSError:
            cut += 1
        number += 1
        time.sleep(10 / count)
    print(f"{count} slow clients, {number} octets dripped, {cut} refused")


def probe(port, seconds, recipient):
    peer = converse(port, HELLO)
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    content = b"Subject: probe\r\n\r\n" + (b"X" * 78 + b"\r\n") * 50 + b".\r\n"
    took, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.perf_counter()
        for line in (b"MAIL FROM:<alice@crepes.fr>\r\n", b"RCPT TO:<" + recipient + b">\r\n", b"DATA\r\n", content):
            peer.sendall(line)
            until(peer, b" ")
        took.append(1000 * (time.perf_counter() - began))
        time.sleep(0.005)
    peer.close()
    took.sort()
    return f"{len(took)} mails, p50 {took[len(took) // 2]:.2f} ms, p99 {took[len(took) * 99 // 100]:.2f} ms, longest {took[-1]:.1f} ms"


def main():
    port, count, seconds, recipient = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), sys.argv[4].encode()
    probe(port, seconds, recipient)  # past the compiler
    print("alone:         ", probe(port, seconds, recipient))
    ready, over = multiprocessing.Event(), multiprocessing.Event()
    others = multiprocessing.Process(target=slow_clients, args=(port, count, recipient, ready, over))
    others.start()
    while not ready.wait(1):
        if not others.is_alive():
            raise SystemExit("the slow clients did not come in")
    print("among the slow:", probe(port, seconds, recipient))
    over.set()
    others.join()
    print("alone again:   ", probe(port, seconds, recipient))


main()
