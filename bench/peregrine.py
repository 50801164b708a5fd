"""Peregrine through its command line, for the scenarios."""
import json
import shutil
import subprocess
import time

from engine import Absent, BaseEngine

COLUMNS = ["--customer", "customer", "--time", "time", "--event", "event", "--value", "value"]


class Peregrine:
    def __init__(self, place):
        self.program = shutil.which(place.peregrine)
        if not self.program:
            raise Absent(f"no program at {place.peregrine}")
        self.workspace = str(place.store / "workspace")

    def call(self, *arguments):
        done = subprocess.run([self.program, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"peregrine {arguments[0]} ended with {done.returncode}: {done.stderr[-400:].strip()}")
        return done.stdout

    def version(self):
        return self.call("--version").strip().removeprefix("peregrine ")

    def import_events(self, *files):
        self.call("init", self.workspace)
        self.call("import", self.workspace, *map(str, files), *COLUMNS, "--quiet")

    def run(self, analyses, params=None, repeat=0):
        """The JSON answer and the wall seconds of the whole process."""
        arguments = ["run", self.workspace, *analyses, "--format", "json", "--no-cache"]
        arguments += ["--params", json.dumps(params)] if params else []
        arguments += ["--repeat", str(repeat)] if repeat else []
        began = time.perf_counter()
        text = self.call(*arguments)
        return json.loads(text), time.perf_counter() - began


class PeregrineEngine(BaseEngine):
    """What the engines of all scenarios share: a workspace with the events imported."""

    def __init__(self, place, form=""):
        super().__init__(place, form)
        self.peregrine = Peregrine(place)

    def version(self):
        return self.peregrine.version()

    def load(self):
        self.peregrine.import_events(self.place.csv)
