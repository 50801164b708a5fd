"""Peregrine: every analysis by itself, and the memory of the process that asks."""
import os
import resource

from engine import Answer
from events import STEPS
from measure import PeakMemory
from peregrine import PeregrineEngine

ANALYSES = {"overview": {}, "stages": {}, "funnel": {"steps": STEPS, "window": "7d"}, "transitions": {}}


def cpu_of_children():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class Engine(PeregrineEngine):
    def load(self):
        self.peregrine.import_events(*self.place.csv)

    def ask(self):
        results, more = {}, {}
        for name, params in ANALYSES.items():
            before = cpu_of_children()
            with PeakMemory(os.getpid(), children_only=True) as peak:
                answer, _ = self.peregrine.run([name], params, repeat=1)
            results[name] = answer["result"]
            more[name] = {"cpu_seconds": cpu_of_children() - before, "own_bytes": peak.own}
        return Answer({"events": results["overview"]["events"],
                       "funnel": [step["journeys"] for step in results["funnel"]["steps"]]},
                      sum(each["cpu_seconds"] for each in more.values()), more)
