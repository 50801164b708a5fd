"""Peregrine: the native funnel. `seconds` is the engine's own time, warm; `cold` a whole new process that asks once."""
from engine import Answer
from events import STEPS
from peregrine import PeregrineEngine

PARAMS = {"steps": STEPS, "window": "7d"}


class Engine(PeregrineEngine):
    def ask(self):
        _, cold = self.peregrine.run(["funnel"], PARAMS)
        answer, _ = self.peregrine.run(["funnel"], PARAMS, repeat=5)
        reached = [step["journeys"] for step in answer["result"]["steps"]]
        meta = answer["meta"]
        return Answer({"funnel": reached}, meta["seconds"], {"cold": cold, "runs_inside": meta["runs"]})
