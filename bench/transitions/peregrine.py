"""Peregrine: the analysis `transitions` without variants and steps, which nobody else is asked for."""
from engine import Answer
from peregrine import PeregrineEngine

PARAMS = {"variants": 0, "depth": 0}


class Engine(PeregrineEngine):
    # Parameters; the second is what a user gets who gives none.
    forms = {"edges": PARAMS, "edges, variants and steps": {}}

    def ask(self):
        params = self.forms[self.form]
        _, cold = self.peregrine.run(["transitions"], params)
        answer, _ = self.peregrine.run(["transitions"], params, repeat=5)
        edges = {f"{row['source']} → {row['target']}": row for row in answer["result"]["edges"]}
        result = {
            "transitions": {edge: [row["count"], row["journeys"]] for edge, row in edges.items()},
            "transition_seconds": {edge: [row["median_seconds"], row["p90_seconds"]] for edge, row in edges.items()}}
        return Answer(result, answer["meta"]["seconds"], {"cold": cold, "runs_inside": answer["meta"].get("runs", [])})
