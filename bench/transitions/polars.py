"""Polars: columns in memory, ordered by (customer, time); a pair is a row and the one before it."""
import time

import polars as pl

from engine import Answer, BaseEngine
from events import NAMES, answer_of_edges

customer, seconds, event = pl.col("customer"), pl.col("time"), pl.col("event").to_physical()


def pairs(frame):
    return frame.select(
        "customer", pair=event.shift() * len(NAMES) + event, gap=seconds - seconds.shift(),
        same=customer == customer.shift()).filter("same")


def at_rank(tenths):
    """Nearest rank, which `quantile` has no word for."""
    return pl.col("gap").sort().get((pl.len() * tenths + 9) // 10 - 1)


def in_groups(frame):
    """A group's rows are in the order of the table, so that its customers are counted where they change."""
    return pairs(frame).group_by("pair").agg(
        pl.len(), journeys=customer.rle_id().max() + 1,
        p50=at_rank(5), p90=at_rank(9))


def distinct(frame):
    return pairs(frame).group_by("pair").agg(
        pl.len(), journeys=customer.n_unique(), p50=at_rank(5),
        p90=at_rank(9))


class Engine(BaseEngine):
    forms = {
        "groups in order, in memory": (in_groups, "in-memory"),
        "n_unique, in memory": (distinct, "in-memory"),
        "n_unique, streaming": (distinct, "streaming"),
    }

    def version(self):
        return pl.__version__

    def load(self):
        names = pl.Enum(NAMES)
        self.frame = pl.scan_parquet(self.place.parquet).select(
            "customer", pl.col("time").dt.epoch("s").cast(pl.UInt32), pl.col("event").cast(pl.String).cast(names)
        ).collect(engine="streaming")

    def ask(self):
        form, engine = self.forms[self.form]
        began = time.perf_counter()
        rows = form(self.frame.lazy()).collect(engine=engine).rows()
        seconds_taken = time.perf_counter() - began
        return Answer(answer_of_edges((pair, count, journeys, (p50, p90)) for pair, count, journeys, p50, p90 in rows),
                      seconds_taken)
