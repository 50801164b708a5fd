"""Peregrine: `peregrine import`. Its overview has counts but no sums, so the funnel over the imported store stands in for
the sums of times: many wrong times or customers would show there, a single one might not. Values are not compared."""
import time

from engine import Answer
from events import STEPS
from peregrine import PeregrineEngine


class Engine(PeregrineEngine):
    def ask(self):
        began = time.perf_counter()
        overview = self.peregrine.run(["overview"])[0]["result"]
        funnel = self.peregrine.run(["funnel"], {"steps": STEPS, "window": "7d"})[0]["result"]
        by_event = {row["event"]: row["events"] for row in overview["touchpoints"]}
        return Answer({"events": overview["events"], "customers": overview["customers"],
                       "by_event": dict(sorted(by_event.items())),
                       "funnel": [step["journeys"] for step in funnel["steps"]]}, time.perf_counter() - began)
