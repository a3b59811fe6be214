#!/usr/bin/python3
"""libtorrent with nothing but its DHT, or its local discovery: lt_dht.py seed|get TORRENT|MAGNET DIR BOOTSTRAP_HOST:PORT|lsd [PORT].

A peer at 127.0.0.1 whose DHT joins through the node named, with the guards taken off that would leave out a network behind
one address. Prints `ready PORT` once its listener is there; a download ends when it is complete. With the role `node`
(TORRENT and DIR are passed over) it is a node alone, through which others join.
"""
import os
import sys
import time

import libtorrent as lt


def session(bootstrap, port):
    return lt.session({
        "listen_interfaces": f"127.0.0.1:{port}",
        "outgoing_interfaces": "127.0.0.1",
        "enable_lsd": bootstrap == "lsd", "enable_upnp": False, "enable_natpmp": False,
        "enable_outgoing_utp": False, "enable_incoming_utp": False,
        "enable_dht": bootstrap != "lsd", "dht_bootstrap_nodes": bootstrap if bootstrap != "lsd" else "",
        "dht_restrict_routing_ips": False, "dht_restrict_search_ips": False,
        "dht_prefer_verified_node_ids": False, "dht_enforce_node_id": False,
        "dht_ignore_dark_internet": False,
        "allow_multiple_connections_per_ip": True,
        "alert_mask": 0,
    })


def main():
    role, torrent, folder, bootstrap = sys.argv[1:5]
    s = session("" if role == "node" else bootstrap, int(sys.argv[5]) if len(sys.argv) > 5 else 0)
    while s.listen_port() == 0:
        time.sleep(0.05)
    handle = None
    if role != "node":
        if torrent.startswith("magnet:"):
            params = lt.parse_magnet_uri(torrent)
        else:
            params = lt.add_torrent_params()
            params.ti = lt.torrent_info(torrent)
        params.save_path = folder
        handle = s.add_torrent(params)
        handle.unset_flags(lt.torrent_flags.auto_managed)
        handle.resume()
    print(f"ready {s.listen_port()}", flush=True)
    announced = 0.0
    while True:
        time.sleep(0.2)
        if handle is None:
            continue
        if role == "get" and handle.status().is_seeding:
            os._exit(0)
        # Its own interval is a quarter of an hour: whoever came first would be looked for too late.
        if bootstrap != "lsd" and time.monotonic() - announced > 3:
            announced = time.monotonic()
            handle.force_dht_announce()


if __name__ == "__main__":
    main()
