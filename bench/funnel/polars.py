"""Polars, lazy, over a frame held in memory in (customer, time) order: nothing is read from disk while asking."""
import time

import polars as pl

from engine import Answer, BaseEngine
from events import NAMES, STEPS, WINDOW

event, key, customer = pl.col("event"), pl.col("key"), pl.col("customer")


def with_key(frame):
    """Customer and time in one number: customers are 2^32 seconds apart, so no window reaches into the next one."""
    return frame.select("customer", "event", key=customer.cast(pl.Int64) * 2**32 + pl.col("time"))


def asof(frame):
    """As in duckdb.py: every step joins the latest event of the step before it that is itself within the window."""
    def at(step):
        return with_key(frame.filter(event == step)).select("customer", pl.col("key").set_sorted())

    chain = at(STEPS[0]).with_columns(start="key")
    reached = [chain]
    for step in STEPS[1:]:
        chain = at(step).join_asof(chain.select("key", "start"), on="key", strategy="backward")
        chain = chain.filter(key - pl.col("start") <= WINDOW).with_columns(pl.col("key").set_sorted())
        reached.append(chain)
    return pl.concat([chain.select(n=customer.rle_id().max() + 1) for chain in reached])


def forward_fill(frame):
    """The latest start that reached each depth, filled forward row by row."""
    steps = with_key(frame.filter(event.is_in(STEPS)))
    here, start = [event == STEPS[0]], key
    for k, step in enumerate(STEPS[1:], 1):
        steps = steps.with_columns(pl.when(here[-1]).then(start).forward_fill().alias(f"start{k}"))
        start = pl.col(f"start{k}")
        here.append((event == step) & (key - start <= WINDOW))
    found = steps.select(*[customer.filter(rows).rle_id().max().add(1).alias(str(k)) for k, rows in enumerate(here)])
    return found.unpivot().select(n="value")


class Engine(BaseEngine):
    forms = {
        "forward fill, streaming": (forward_fill, "streaming"),
        "ASOF joins backwards, streaming": (asof, "streaming"),
        "ASOF joins backwards, in memory": (asof, "in-memory"),
        "forward fill, in memory": (forward_fill, "in-memory"),
    }

    def version(self):
        return pl.__version__

    def load(self):
        names = pl.Enum(NAMES)
        self.frame = pl.scan_parquet(self.place.parquet).select(
            "customer", pl.col("time").dt.epoch("s").cast(pl.UInt32), event.cast(pl.String).cast(names)
        ).collect(engine="streaming")

    def ask(self):
        form, engine = self.forms[self.form]
        began = time.perf_counter()
        reached = form(self.frame.lazy()).collect(engine=engine)["n"].to_list()
        return Answer({"funnel": reached}, time.perf_counter() - began)
