"""Peregrine: the native funnel. `seconds` is the engine's own time, warm; `cold` a whole new process that asks once."""
from engine import Answer, BaseEngine
from events import STEPS
from peregrine import Peregrine

PARAMS = {"steps": STEPS, "window": "7d"}


class Engine(BaseEngine):
    def __init__(self, place, form=""):
        super().__init__(place, form)
        self.peregrine = Peregrine(place)

    def version(self):
        return self.peregrine.version()

    def load(self):
        self.peregrine.import_events(self.place.csv)

    def ask(self):
        _, cold = self.peregrine.run(["funnel"], PARAMS)
        answer, _ = self.peregrine.run(["funnel"], PARAMS, repeat=5)
        reached = [step["journeys"] for step in answer["result"]["steps"]]
        meta = answer["meta"]
        return Answer({"funnel": reached}, meta["seconds"], {"cold": cold, "runs_inside": meta["runs"]})
