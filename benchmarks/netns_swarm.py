#!/usr/bin/python3
"""A swarm of ours with shaped links: netns_swarm.py N MIB SEED_RATE PEER_RATE, as in `netns_swarm.py 5 32 8mbit 8mbit`.

A network namespace a peer on a bridge, each uplink behind `tc ... tbf`; as root. Time runs from the seed's first
blocks on the bridge until the last `l7 bt get` has ended; who is done leaves.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import time

L7 = os.environ.get("L7", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "l7"))
NET = "198.18.0."


def sh(command):
    subprocess.run(command, shell=True, check=True)


def start(command, out=subprocess.PIPE):
    return subprocess.Popen(command.split(), stdout=out, stderr=subprocess.DEVNULL)


def network(n, seed_rate, peer_rate):
    sh(f"ip link add l7br type bridge; ip addr add {NET}1/24 dev l7br; ip link set l7br up")
    for i in range(n + 1):
        rate = seed_rate if i == 0 else peer_rate
        sh(f"ip netns add l7p{i}; ip link add l7v{i} type veth peer name eth0 netns l7p{i};"
           f" ip link set l7v{i} master l7br up; ip -n l7p{i} addr add {NET}{10 + i}/24 dev eth0;"
           f" ip -n l7p{i} link set eth0 up; ip -n l7p{i} link set lo up;"
           f" ip netns exec l7p{i} tc qdisc add dev eth0 root tbf rate {rate} burst 64kb latency 50ms")


def sent_by_seed():
    with open("/sys/class/net/l7v0/statistics/rx_bytes") as counter:
        return int(counter.read())


def main():
    n, mib, seed_rate, peer_rate = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
    folder, running = tempfile.mkdtemp(dir="/dev/shm"), []
    try:
        network(n, seed_rate, peer_rate)
        os.mkdir(f"{folder}/seed")
        with open(f"{folder}/seed/x.bin", "wb") as content:
            content.write(os.urandom(mib << 20))
        tracker = start(f"{L7} bt track --listen {NET}1:16969 --interval 60s")
        running.append(tracker)
        tracker.stdout.readline()
        sh(f"{L7} bt create {folder}/seed/x.bin -o {folder}/x.torrent --tracker http://{NET}1:16969/announce"
           " --piece-length 256KiB >/dev/null")
        seed = start(f"ip netns exec l7p0 {L7} bt seed {folder}/x.torrent -d {folder}/seed --listen {NET}10:0"
                     " --seed-mode super")
        running.append(seed)
        seed.stdout.readline()
        leeches = [start(f"ip netns exec l7p{i} {L7} bt get {folder}/x.torrent -d {folder}/{i}"
                         f" --listen {NET}{10 + i}:0", subprocess.DEVNULL) for i in range(1, n + 1)]
        running += leeches
        while sent_by_seed() < 60_000:
            time.sleep(0.01)
        begun, times = time.monotonic(), {}
        while len(times) < n:
            for leech in leeches:
                if leech.pid not in times and leech.poll() is not None:
                    times[leech.pid] = time.monotonic() - begun
            time.sleep(0.05)
        done = sorted(times.values())
        print(f"N={n}, {mib} MiB, us={seed_rate}, ui={peer_rate}: last {done[-1]:.1f} s,"
              f" median {done[(n - 1) // 2]:.1f} s", flush=True)
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()
        for i in range(n + 1):
            subprocess.run(f"ip netns del l7p{i}", shell=True)
        subprocess.run("ip link del l7br", shell=True)
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
