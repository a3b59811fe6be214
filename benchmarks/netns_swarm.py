#!/usr/bin/python3
"""Swarms with shaped links: netns_swarm.py N MIB SEED_RATE PEER_RATE, as in `netns_swarm.py 5 32 8mbit 8mbit`.

Ours and libtorrent's at once, each on a bridge of its own with a network namespace a peer, each uplink behind
`tc ... tbf`; as root. Both ask a tracker of ours. Time runs from the seed's first blocks on the bridge until the last
process has ended that downloads; who is done leaves.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
L7 = os.environ.get("L7", os.path.join(HERE, "..", "l7"))
LT = f"/usr/bin/python3 {HERE}/lt_peer.py"


def sh(command):
    subprocess.run(command, shell=True, check=True)


def start(command, out=subprocess.PIPE):
    return subprocess.Popen(command.split(), stdout=out, stderr=subprocess.DEVNULL)


class Swarm:
    """One program's: `name` of two letters, for its devices, and the first three numbers of its addresses."""

    def __init__(self, name, net, n):
        self.name, self.net, self.n = name, net, n
        self.folder = tempfile.mkdtemp(dir="/dev/shm")
        self.running = []

    def network(self, seed_rate, peer_rate):
        name, net = self.name, self.net
        sh(f"ip link add {name}br type bridge; ip addr add {net}.1/24 dev {name}br; ip link set {name}br up")
        for i in range(self.n + 1):
            space, device, rate = f"{name}p{i}", f"{name}v{i}", seed_rate if i == 0 else peer_rate
            sh(f"ip netns add {space}; ip link add {device} type veth peer name eth0 netns {space};"
               f" ip link set {device} master {name}br up; ip -n {space} addr add {net}.{10 + i}/24 dev eth0;"
               f" ip -n {space} link set eth0 up; ip -n {space} link set lo up;"
               f" ip netns exec {space} tc qdisc add dev eth0 root tbf rate {rate} burst 64kb latency 50ms")

    def sent_by_seed(self):
        with open(f"/sys/class/net/{self.name}v0/statistics/rx_bytes") as counter:
            return int(counter.read())

    def prepare(self, mib):
        net, folder = self.net, self.folder
        os.mkdir(f"{folder}/seed")
        with open(f"{folder}/seed/x.bin", "wb") as content:
            content.write(os.urandom(mib << 20))
        tracker = start(f"{L7} bt track --listen {net}.1:16969 --interval 60s")
        self.running.append(tracker)
        tracker.stdout.readline()
        sh(f"{L7} bt create {folder}/seed/x.bin -o {folder}/x.torrent --tracker http://{net}.1:16969/announce"
           " --piece-length 256KiB >/dev/null")
        seed = start(f"ip netns exec {self.name}p0 {self.command('seed', 0)}")
        self.running.append(seed)
        seed.stdout.readline()

    def command(self, role, i):
        torrent, host = f"{self.folder}/x.torrent", f"{self.net}.{10 + i}"
        where = f"{self.folder}/seed" if role == "seed" else f"{self.folder}/{i}"
        if self.name == "lt":
            return f"{LT} {role} {torrent} {where} {host}:6881"
        mode = " --seed-mode super" if role == "seed" else ""
        return f"{L7} bt {role} {torrent} -d {where} --listen {host}:0{mode}"

    def run(self):
        leeches = [start(f"ip netns exec {self.name}p{i} {self.command('get', i)}", subprocess.DEVNULL)
                   for i in range(1, self.n + 1)]
        self.running += leeches
        while self.sent_by_seed() < 60_000:
            time.sleep(0.01)
        begun, times = time.monotonic(), {}
        while len(times) < self.n:
            for leech in leeches:
                if leech.pid not in times and leech.poll() is not None:
                    times[leech.pid] = time.monotonic() - begun
            time.sleep(0.05)
        done = sorted(times.values())
        print(f"{self.name}: last {done[-1]:.1f} s, median {done[(self.n - 1) // 2]:.1f} s", flush=True)

    def end(self):
        for process in self.running:
            process.terminate()
        for process in self.running:
            process.wait()
        for i in range(self.n + 1):
            subprocess.run(f"ip netns del {self.name}p{i}", shell=True)
        subprocess.run(f"ip link del {self.name}br", shell=True)
        shutil.rmtree(self.folder)


def main():
    n, mib, seed_rate, peer_rate = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
    swarms = [Swarm("l7", "198.18.0", n), Swarm("lt", "198.18.1", n)]
    try:
        for swarm in swarms:
            swarm.network(seed_rate, peer_rate)
            swarm.prepare(mib)
        print(f"N={n}, {mib} MiB, us={seed_rate}, ui={peer_rate}", flush=True)
        both = [threading.Thread(target=swarm.run) for swarm in swarms]
        for one in both:
            one.start()
        for one in both:
            one.join()
    finally:
        for swarm in swarms:
            swarm.end()


if __name__ == "__main__":
    main()
