#!/usr/bin/python3
"""One peer of libtorrent, for side-by-side runs: lt_peer.py seed|get TORRENT DIR [HOST:]PORT [PEER_HOST PEER_PORT].

Prints `ready PORT` once it listens (a seed: once its content is checked), exits when a download is complete. Tuned as
its own guide says, with the loopback exemption from limits and slots taken away.
"""
import os
import resource
import sys
import time

import libtorrent as lt


def session(port, up=0, slots=5, host="127.0.0.1"):
    made = lt.session({
        "listen_interfaces": f"{host}:{port}",
        "outgoing_interfaces": host,
        "enable_dht": False, "enable_lsd": False, "enable_upnp": False, "enable_natpmp": False,
        "enable_outgoing_utp": False, "enable_incoming_utp": False,
        "out_enc_policy": 2, "in_enc_policy": 2,
        "min_announce_interval": 1, "allow_multiple_connections_per_ip": True,
        "unchoke_interval": 10, "optimistic_unchoke_interval": 30, "unchoke_slots_limit": slots,
        "upload_rate_limit": up,
        "send_buffer_watermark": 3 << 20, "max_out_request_queue": 1500, "aio_threads": 4,
        "recv_socket_buffer_size": 1 << 20, "send_socket_buffer_size": 1 << 20,
        "alert_mask": 0,
    })
    classes = lt.ip_filter()
    classes.add_rule("0.0.0.0", "255.255.255.255", 1 << lt.session.global_peer_class_id)
    made.set_peer_class_filter(classes)
    return made


def main():
    role, torrent, folder = sys.argv[1:4]
    host, _, port = sys.argv[4].rpartition(":")
    s = session(int(port), host=host or "127.0.0.1")
    info = lt.torrent_info(torrent)
    handle = s.add_torrent({"ti": info, "save_path": folder})
    handle.unset_flags(lt.torrent_flags.auto_managed)
    handle.resume()
    if role == "check":
        begun = time.monotonic()
        while handle.status().state != lt.torrent_status.seeding:
            time.sleep(0.002)
        print(f"{time.monotonic() - begun:.3f}")
        return
    if role == "seed":
        while not handle.status().is_seeding:
            time.sleep(0.05)
        print(f"ready {s.listen_port()}", flush=True)
        while True:
            time.sleep(3600)
    if len(sys.argv) > 6:  # otherwise by the trackers
        handle.connect_peer((sys.argv[5], int(sys.argv[6])))
    print(f"ready {s.listen_port()}", flush=True)
    while not handle.status().is_seeding:
        time.sleep(0.01)
    s.pause()
    handle.flush_cache()
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(f"cpu {used.ru_utime + used.ru_stime:.2f}", file=sys.stderr)
    os._exit(0)


if __name__ == "__main__":
    main()
