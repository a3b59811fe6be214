"""Opens many SMTP sessions, says EHLO in each, leaves them idle, and prints the server's memory before and after.

usage: smtp_idle.py PORT PID SESSIONS
"""

import resource
import socket
import sys


def resident(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) // 1024


def main():
    port, pid, count = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_NOFILE, (count + 100, max(count + 100, resource.getrlimit(resource.RLIMIT_NOFILE)[1])))
    before, served, later, sessions = resident(pid), 0, 0, []
    for _ in range(count):
        peer = socket.create_connection(("127.0.0.1", port), timeout=20)
        greeting = peer.recv(1000)
        if greeting.startswith(b"220"):
            peer.sendall(b"EHLO crepes.fr\r\n")
            while b"\n250 " not in peer.recv(4096):
                pass
            sessions.append(peer)
            served += 1
        elif greeting.startswith(b"421"):
            later += 1
            peer.close()
        else:
            raise SystemExit(f"after {served} sessions: {greeting!r}")
    after = resident(pid)
    sessions[0].sendall(b"NOOP\r\n")
    alive = sessions[0].recv(100).startswith(b"250")
    print(f"{served} idle sessions, {later} told 421: {before} MB resident before, {after} MB with them, "
          f"{(after - before) * 1024 / max(1, served):.1f} kB a session; the first one {'lives' if alive else 'IS DEAD'}")


main()
