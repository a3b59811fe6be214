"""Reads an strace log of a mail server and proves for each 250 that names a mail: a sync that covers the mail had returned before.

usage: sync_order.py postfix|l7 TRACE   (strace -f -y -ttt -T -s 200000 -e trace=write,pwrite64,sendto,fsync,fdatasync)

Postfix: the file synced has the mail's queue id in its name. L7: the write to the log has the mail's id in its Received field.
"""

import re
import sys

WHOLE = re.compile(r"^(\d+) +([\d.]+) (\w+)\((.*)\) += (-?\d+).* <([\d.]+)>$", re.S)
BEGUN = re.compile(r"^(\d+) +([\d.]+) (\w+)\((.*) <unfinished \.\.\.>$", re.S)
ENDED = re.compile(r"^(\d+) +([\d.]+) <\.\.\. (\w+) resumed>(.*)\) += (-?\d+).* <([\d.]+)>$", re.S)


def calls(path):
    """(begin, end, name, arguments) of every call, in the order of their ends."""
    open_calls, out = {}, []
    with open(path, errors="replace") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if m := WHOLE.match(line):
                begin = float(m[2])
                out.append((begin, begin + float(m[6]), m[3], m[4]))
            elif m := BEGUN.match(line):
                open_calls[m[1]] = (float(m[2]), m[3], m[4])
            elif (m := ENDED.match(line)) and m[1] in open_calls:
                begin, name, arguments = open_calls.pop(m[1])
                out.append((begin, begin + float(m[6]), name, arguments + m[4]))
    return sorted(out, key=lambda call: call[1])


def main():
    who, path = sys.argv[1], sys.argv[2]
    trace = calls(path)
    syncs = [c for c in trace if c[2] in ("fsync", "fdatasync")]
    writes = [c for c in trace if c[2] in ("write", "pwrite64", "sendto")]
    replies = [(c, m[1]) for c in writes if (m := re.search(r'"250 2\.0\.0 Ok: queued as (\w+)', c[3]))]
    unproven = 0
    for reply, mail in replies:
        if who == "postfix":
            safe = any(mail in s[3] and s[1] <= reply[0] for s in syncs)
        else:
            stored = [w for w in writes if w[2] == "pwrite64" and ".log>" in w[3] and mail in w[3] and w[1] <= reply[0]]
            safe = any(w[1] <= s[0] and s[1] <= reply[0] and ".log>" in s[3] for w in stored for s in syncs)
        unproven += not safe
    print(f"{who}: {len(replies)} replies of 250, {len(replies) - unproven} with their sync before them, "
          f"{len(syncs)} syncs, {len(syncs) / max(1, len(replies)):.2f} a mail")
    sys.exit(1 if unproven or not replies else 0)


main()
