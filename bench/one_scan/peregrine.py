"""Peregrine: all analyses in one scan, and each of them alone."""
from engine import Answer
from events import STEPS
from peregrine import PeregrineEngine

ANALYSES = {"overview": {}, "stages": {}, "transitions": {}, "funnel": {"steps": STEPS, "window": "7d"}}


def without_seconds(answer):
    return {"analysis": answer["analysis"], "result": answer["result"]}


class Engine(PeregrineEngine):
    def ask(self):
        """All in one scan: their results, and the seconds of the shared scan."""
        given = {name: params for name, params in ANALYSES.items() if params}
        answers, _ = self.peregrine.run(list(ANALYSES), given, repeat=5)
        seconds = max(answer["meta"]["seconds"] for answer in answers)
        return Answer({a["analysis"]: without_seconds(a) for a in answers}, seconds)

    def ask_alone(self):
        """One after the other: their results, and the sum of their seconds."""
        answers = [self.peregrine.run([name], params, repeat=5)[0] for name, params in ANALYSES.items()]
        each = {a["analysis"]: a["meta"]["seconds"] for a in answers}
        return Answer({a["analysis"]: without_seconds(a) for a in answers}, sum(each.values()), {"each": each})
