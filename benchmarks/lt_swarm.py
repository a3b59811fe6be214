#!/usr/bin/python3
"""A swarm of libtorrent's peers on loopback under the limits of a scenario: lt_swarm.py A|B|C [MIB].

One seed and N leeches, a session and an address each, all knowing each other; limits as scenarios of RealSwarm.
Time runs from the seed's first payload byte until the last leech has everything.
"""
import os
import sys
import tempfile
import time

import libtorrent as lt

from lt_peer import session

MBIT = 125_000
SCENARIOS = {  # uplink of the seed, uplink of a leech, how many, downlink of the last (0: none)
    "A": (8, 8, 8, 0),
    "B": (32, 4, 10, 0),
    "C": (16, 8, 8, 4),
}


def bound(size, us, ui, n, dmin):
    terms = [size / us, n * size / (us + n * ui)]
    return max(terms + ([size / dmin] if dmin else []))


def main():
    letter, mib = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 64
    us, ui, n, dmin = (x * MBIT if i != 2 else x for i, x in enumerate(SCENARIOS[letter]))
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(f"{folder}/seed")
        with open(f"{folder}/seed/content.bin", "wb") as out:
            out.write(os.urandom(mib << 20))
        files = lt.file_storage()
        lt.add_files(files, f"{folder}/seed/content.bin")
        made = lt.create_torrent(files, 256 << 10, flags=lt.create_torrent.v1_only)
        lt.set_piece_hashes(made, f"{folder}/seed")
        info = lt.torrent_info(made.generate())
        sessions, handles = [], []
        for i in range(n + 1):
            s = session(0, up=us if i == 0 else ui, host=f"127.0.1.{i + 1}")
            if i == n and dmin:
                s.apply_settings({"download_rate_limit": dmin})
            where = f"{folder}/seed" if i == 0 else f"{folder}/{i}"
            handle = s.add_torrent({"ti": info, "save_path": where})
            handle.unset_flags(lt.torrent_flags.auto_managed)
            handle.resume()
            sessions.append(s)
            handles.append(handle)
        while not handles[0].status().is_seeding:
            time.sleep(0.01)
        for i, handle in enumerate(handles):
            for j in range(i):
                handle.connect_peer((f"127.0.1.{j + 1}", sessions[j].listen_port()))
        while handles[0].status().total_payload_upload == 0:
            time.sleep(0.005)
        begun = time.monotonic()
        done = {}
        while len(done) < n:
            for i, handle in enumerate(handles[1:]):
                if i not in done and handle.status().is_seeding:
                    done[i] = time.monotonic() - begun
            time.sleep(0.02)
        times = sorted(done.values())
        floor = bound(mib << 20, us, ui, n, dmin)
        print(f"{letter} libtorrent {lt.__version__}: bound {floor:.1f} s, last {times[-1]:.1f} s,"
              f" median {times[(n - 1) // 2]:.1f} s, D/bound {times[-1] / floor:.3f}", flush=True)
    os._exit(0)  # leaving the swarm in order takes the sessions seconds


if __name__ == "__main__":
    main()
