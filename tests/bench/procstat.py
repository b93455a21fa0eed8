"""CPU time and memory of groups of processes, so that a figure can be read even on a shared machine."""

import os
import time

TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def _stat(pid):
    with open(f"/proc/{pid}/stat") as f:
        head, _, tail = f.read().rpartition(")")
    v = tail.split()
    return int(v[1]), sum(int(x) for x in v[11:15])  # ppid, utime+stime+cutime+cstime


def tree(root):
    kids = {}
    for d in os.listdir("/proc"):
        if d.isdigit():
            try:
                kids.setdefault(_stat(d)[0], []).append(int(d))
            except OSError:
                pass
    out, todo = [], [root]
    while todo:
        p = todo.pop()
        out.append(p)
        todo += kids.get(p, [])
    return out


def cpu_s(root):
    """CPU seconds used so far by a process, its live descendants and the ended children of each."""
    total = 0
    for p in tree(root):
        try:
            total += _stat(p)[1]
        except OSError:
            pass
    return total / TICK


def memory(root):
    """(processes, sum of RSS in MB, sum of PSS in MB) of a process tree."""
    n = rss = pss = 0
    for p in tree(root):
        try:
            with open(f"/proc/{p}/smaps_rollup") as f:
                for line in f:
                    if line.startswith("Rss:"):
                        rss += int(line.split()[1])
                    elif line.startswith("Pss:"):
                        pss += int(line.split()[1])
            n += 1
        except OSError:
            pass
    return n, round(rss / 1024, 1), round(pss / 1024, 1)


def machine_busy_s():
    v = [int(x) for x in open("/proc/stat").readline().split()[1:]]
    return (sum(v[:8]) - v[3] - v[4]) / TICK, v[7] / TICK  # busy incl. steal, steal


class Meter:
    """groups: {name: root pid}. with Meter(groups) as m: ...; m.used = {name: cpu seconds}, m.others = CPU-s of all else."""

    def __init__(self, groups):
        self.groups = groups

    def __enter__(self):
        self._b = machine_busy_s()
        self._c = {k: cpu_s(p) for k, p in self.groups.items()}
        self._me = sum(os.times()[:2])
        return self

    def __exit__(self, *exc):
        self.used = {k: round(cpu_s(p) - self._c[k], 3) for k, p in self.groups.items()}
        self.used["loadgen"] = round(sum(os.times()[:2]) - self._me, 3)
        b = machine_busy_s()
        self.steal = round(b[1] - self._b[1], 2)
        self.others = round(b[0] - self._b[0] - sum(self.used.values()), 2)


def wait_quiet(groups, max_cores=0.15, hold_s=3, limit_s=120):
    """Waits until everything but `groups` uses less than max_cores for hold_s seconds. Returns (waited, last reading)."""
    t0, good, x = time.time(), 0, None
    while time.time() - t0 < limit_s:
        b, c = machine_busy_s()[0], sum(cpu_s(p) for p in groups.values())
        time.sleep(1)
        x = (machine_busy_s()[0] - b) - (sum(cpu_s(p) for p in groups.values()) - c)
        good = good + 1 if x < max_cores else 0
        if good >= hold_s:
            break
    return round(time.time() - t0), round(x, 2)
