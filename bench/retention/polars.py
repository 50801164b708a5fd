"""Polars: columns in memory, ordered by (customer, time)."""
import time

import polars as pl

from engine import Answer, BaseEngine
from events import ENDED, RETENTION_DAYS, answer_of_retention

customer, seconds, start = pl.col("customer"), pl.col("time"), pl.col("start")
CELLS = RETENTION_DAYS + 1


def by_group(frame):
    """The first event of each customer from a group, back to its events by a join."""
    starts = frame.group_by("customer", maintain_order=True).agg(start=seconds.first())
    return frame.join(starts, on="customer", maintain_order="left")


def carried(frame):
    """In the order of the table a customer's first event is where the customer changes; it is carried forward."""
    return frame.with_columns(start=pl.when(customer != customer.shift().fill_null(0)).then(seconds).forward_fill())


class Engine(BaseEngine):
    forms = {
        "carried forward, in memory": (carried, "in-memory"),
        "joined, in memory": (by_group, "in-memory"),
        "joined, streaming": (by_group, "streaming"),
    }

    def version(self):
        return pl.__version__

    def load(self):
        self.frame = pl.scan_parquet(self.place.parquet).select(
            "customer", pl.col("time").dt.epoch("s").cast(pl.UInt32)).collect(engine="streaming")
        self.newest = self.frame["time"].max()

    def ask(self):
        form, engine = self.forms[self.form]
        began = time.perf_counter()
        ended = ((self.newest - start) // 86_400).clip(upper_bound=CELLS)
        events = form(self.frame.lazy()).with_columns(n=(seconds - start) // 86_400)
        first = seconds == start
        ends = events.filter(first).group_by(cohort=start // 86_400, n=ENDED + ended).len()
        # A day of a customer counts where it begins.
        new = (customer != customer.shift()) | (pl.col("n") != pl.col("n").shift())
        returns = events.filter(~first, pl.col("n") < ended).filter(new.fill_null(True))
        back = returns.group_by(cohort=start // 86_400, n=pl.col("n")).len()
        rows = pl.concat(pl.collect_all([ends, back], engine=engine)).rows()
        return Answer(answer_of_retention(rows), time.perf_counter() - began)
