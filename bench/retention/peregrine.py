"""Peregrine: the analysis `retention` with any event as start and return."""
from engine import Answer, BaseEngine
from events import RETENTION_DAYS
from peregrine import Peregrine

PARAMS = {"start": "any event", "back": "any event", "period": "day", "periods": RETENTION_DAYS}


class Engine(BaseEngine):
    def __init__(self, place, form=""):
        super().__init__(place, form)
        self.peregrine = Peregrine(place)

    def version(self):
        return self.peregrine.version()

    def load(self):
        self.peregrine.import_events(self.place.csv)

    def ask(self):
        _, cold = self.peregrine.run(["retention"], PARAMS)
        answer, _ = self.peregrine.run(["retention"], PARAMS, repeat=5)
        result = {"retention": {row["cohort"]: [row["size"], row["matured"], [each or 0 for each in row["customers"]]]
                                for row in answer["result"]["cohorts"]}}
        return Answer(result, answer["meta"]["seconds"], {"cold": cold, "runs_inside": answer["meta"].get("runs", [])})
