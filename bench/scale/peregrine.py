"""Peregrine: every analysis by itself, and the memory of the process that asks."""
import os

from engine import Answer
from events import STEPS
from measure import PeakMemory
from peregrine import PeregrineEngine

ANALYSES = {"overview": {}, "stages": {}, "funnel": {"steps": STEPS, "window": "7d"}, "transitions": {}}


class Engine(PeregrineEngine):
    def load(self):
        self.peregrine.import_events(*self.place.csv)

    def ask(self):
        results, more = {}, {}
        for name, params in ANALYSES.items():
            with PeakMemory(os.getpid(), children_only=True) as peak:
                answer, _ = self.peregrine.run([name], params, repeat=1)
            results[name] = answer["result"]
            more[name] = {"seconds": answer["meta"]["seconds"], "own_bytes": peak.own}
        return Answer({"events": results["overview"]["events"],
                       "funnel": [step["journeys"] for step in results["funnel"]["steps"]]},
                      sum(each["seconds"] for each in more.values()), more)
