"""The contract: what an engine is to a scenario. One file `<scenario>/<engine>.py` holds one subclass `Engine`.

An engine runs in a process of its own (worker.py), so its memory is its own and it cannot disturb another's library.
"""
import importlib.util
from dataclasses import dataclass, field
from pathlib import Path

BENCH = Path(__file__).parent


def engine_of(scenario, name):
    """The class of an engine. Loaded by path under a name of its own: `duckdb.py` must not hide the package it imports."""
    spec = importlib.util.spec_from_file_location(f"bench_{scenario}_{name}", BENCH / scenario / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Engine


@dataclass
class Place:
    """Where an engine works and with what."""
    csv: Path       # customer,time,event,value in random order; for import_jsonl the same as lines of JSON; for scale a list
    parquet: Path   # the same, ordered by (customer, time)
    store: Path     # an empty directory to build the store in; removed afterwards
    cores: int
    memory_gb: int  # what the engine may be told to stay below
    peregrine: str


@dataclass
class Answer:
    """What an engine says to the question, how long it took inside the engine, and anything worth recording beside."""
    result: dict
    seconds: float
    more: dict = field(default_factory=dict)


class Absent(Exception):
    """The engine is not on this machine. Shown as absent: neither failed nor passed."""


class BaseEngine:
    # Ways to ask, or to load, by name. The first is the fastest known and the one used; `--forms` tries them all.
    forms = {"": ""}

    def __init__(self, place: Place, form: str = ""):
        self.place = place
        self.form = form or next(iter(self.forms))

    def list_forms(self) -> list:
        return list(self.forms)

    def version(self) -> str:
        raise NotImplementedError

    def load(self) -> None:
        """Builds the store from the file and returns when it is complete, as durable as the engine's default makes it."""
        raise NotImplementedError

    def ask(self) -> Answer:
        """Answers the scenario's question from the store."""
        raise NotImplementedError
