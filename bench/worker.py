"""One engine in a process of its own: reads one command a line, answers one JSON line.

    worker.py <scenario> <engine> <place as JSON> <form>
    commands: version, load, ask
"""
import json
import os
import resource
import sys
import time
from pathlib import Path

import engine

def cpu_seconds():
    """Of this process and the children it has waited for."""
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in usage)


def main():
    scenario, name, place, form = sys.argv[1:]
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints to stdout goes to stderr, not into the answers
    place = json.loads(place)
    place.update({key: Path(place[key]) for key in ("parquet", "store")})
    place["csv"] = [Path(file) for file in place["csv"]] if isinstance(place["csv"], list) else Path(place["csv"])
    one = None
    for command in sys.stdin:
        began, spent = time.perf_counter(), cpu_seconds()
        try:
            one = one or engine.engine_of(scenario, name)(engine.Place(**place), form)
            began, spent = time.perf_counter(), cpu_seconds()  # importing the library is not part of the command
            reply = getattr(one, command.strip())()
            if isinstance(reply, engine.Answer):
                reply = vars(reply)
            line = {"ok": reply}
        except engine.Absent as problem:
            line = {"absent": str(problem)}
        except BaseException as problem:  # whatever it was: the runner reports it
            line = {"failed": f"{type(problem).__name__}: {problem}"}
        line |= {"wall": time.perf_counter() - began, "cpu": cpu_seconds() - spent}
        print(json.dumps(line), file=answers, flush=True)


main()
