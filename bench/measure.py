"""Runs engines and measures them: worker processes, memory of a process tree, the machine, medians and spreads."""
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, replace
from pathlib import Path

from engine import Absent, Place

BENCH = Path(__file__).parent


class Failed(Exception):
    """The engine is here but did not answer."""


class Worker:
    """An engine in its own process and with its own empty store; both are gone when the `with` ends."""

    def __init__(self, scenario, name, place: Place, form=""):
        self.store = Path(tempfile.mkdtemp(prefix=f"{scenario}-{name}-", dir=place.store))
        place = asdict(replace(place, store=self.store / "store"))
        (self.store / "store").mkdir()
        self.log = open(self.store / "log", "w+")
        environment = os.environ | {
            "TZ": "UTC", "TMPDIR": str(self.store), "POLARS_MAX_THREADS": str(place["cores"]),
            "POLARS_TEMP_DIR": str(self.store), "PYTHONDONTWRITEBYTECODE": "1"}
        self.process = subprocess.Popen(
            [sys.executable, str(BENCH / "worker.py"), scenario, name, json.dumps(place, default=str), form],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True, env=environment)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.log.close()
        shutil.rmtree(self.store, ignore_errors=True)

    def call(self, command):
        """The engine's reply and the wall seconds it took; `self.cpu` are the CPU seconds of all its threads."""
        try:
            self.process.stdin.write(command + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            self.log.seek(0)
            raise Failed(f"process ended with {self.process.wait()} during {command}: {self.log.read()[-500:].strip()}")
        reply = json.loads(line)
        if "absent" in reply:
            raise Absent(reply["absent"])
        if "failed" in reply:
            raise Failed(reply["failed"])
        self.cpu = reply["cpu"]
        return reply["ok"], reply["wall"]

    def bytes_on_disk(self):
        """Bytes allocated below the store, as `du` counts them."""
        return sum(f.lstat().st_blocks * 512 for f in (self.store / "store").rglob("*") if f.is_file())


class PeakMemory:
    """Highest memory of a process and its descendants while the `with` lasts, sampled every 20 ms.

    `resident` counts every page in memory, also pages of mapped files that the kernel may drop;
    `own` only those that it may not (anonymous and shared memory).
    """

    def __init__(self, pid, children_only=False):
        self.pid, self.children_only, self.resident, self.own = pid, children_only, 0, 0
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.watch)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()

    def watch(self):
        while not self.done.wait(0.02):
            pages = [memory_of(pid) for pid in descendants(self.pid)[1 if self.children_only else 0:]]
            self.resident = max(self.resident, sum(p[0] for p in pages))
            self.own = max(self.own, sum(p[1] for p in pages))


def descendants(pid):
    try:
        tasks = os.listdir(f"/proc/{pid}/task")
        children = [c for t in tasks for c in Path(f"/proc/{pid}/task/{t}/children").read_text().split()]
    except OSError:
        return []
    return [pid] + [d for child in children for d in descendants(child)]


def memory_of(pid):
    """Resident and own bytes of one process; zeros if it just ended."""
    fields = {}
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(("VmRSS", "RssAnon", "RssShmem")):
                name, kib, _ = line.split()
                fields[name] = int(kib) * 1024
    except OSError:
        pass
    return fields.get("VmRSS:", 0), fields.get("RssAnon:", 0) + fields.get("RssShmem:", 0)


def machine():
    cpu = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                if line.startswith("model name")), platform.machine())
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {"cpu": cpu, "cores": os.cpu_count(), "memory_gib": round(pages / 2**30, 1),
            "kernel": platform.release()}


class Elsewhere:
    """Share of the cores that were kept busy by what is not this benchmark, while the `with` lasts."""

    def __enter__(self):
        self.busy, self.own, self.began = busy_seconds(), sum(os.times()[:4]), time.perf_counter()
        return self

    def __exit__(self, *_):
        others = busy_seconds() - self.busy - (sum(os.times()[:4]) - self.own)
        self.share = max(0.0, others) / (time.perf_counter() - self.began) / os.cpu_count()


def busy_seconds():
    """Seconds all cores together were not idle since the machine started, without those stolen by its host."""
    user, nice, system, _, _, irq, softirq = [int(n) for n in Path("/proc/stat").read_text().split()[1:8]]
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def summary(values):
    """Median of the runs and their spread, (slowest − fastest) ÷ median."""
    median = statistics.median(values)
    return {"median": median, "spread": (max(values) - min(values)) / median if median else 0.0, "runs": values}


def ratio(of, to):
    """Median of `of` ÷ `to`, round by round: what disturbs the machine disturbs both sides of a round."""
    return statistics.median(a / b for a, b in zip(of, to))


def warm(path):
    """Reads a file once, so that every engine finds it in the page cache."""
    with open(path, "rb", buffering=0) as file:
        while file.read(1 << 24):
            pass
