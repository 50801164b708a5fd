"""Polars: scan_csv, sort, sink_parquet on the streaming engine; the store is one sorted Parquet file."""
import time

import polars as pl

from engine import Answer, BaseEngine

COLUMNS = {"customer": pl.UInt32, "time": pl.String, "event": pl.String, "value": pl.String}


class Engine(BaseEngine):
    def __init__(self, place, form=""):
        super().__init__(place, form)
        self.file = place.store / "events.parquet"

    def version(self):
        return pl.__version__

    def load(self):
        pl.scan_csv(self.place.csv, schema=COLUMNS).with_columns(
            pl.col("time").str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="ms"),
            pl.col("value").cast(pl.Decimal(18, 2)),
        ).sort("customer", "time").sink_parquet(self.file, engine="streaming", sync_on_close="all")

    def ask(self):
        began = time.perf_counter()
        events = pl.scan_parquet(self.file)
        total = events.select(n=pl.len(), cents=(pl.col("value").sum() * 100).cast(pl.Int64)).collect(engine="streaming")
        by_event = events.group_by("event").len().sort("event").collect(engine="streaming")
        seconds = pl.col("time").dt.epoch("s")
        times = events.group_by("customer").agg(first=seconds.min(), last=seconds.max()).select(
            n=pl.len(), first=pl.col("first").sum(), last=pl.col("last").sum()).collect(engine="streaming")
        (n, cents), (customers, first, last) = total.row(0), times.row(0)
        return Answer({"events": n, "customers": customers, "by_event": dict(by_event.rows()), "cents": cents,
                       "first_times": first, "last_times": last}, time.perf_counter() - began)
