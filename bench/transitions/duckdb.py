"""DuckDB, a table on disk ordered by (customer, time), which is the order it is scanned in."""
import time

import duckdb

from engine import Answer, BaseEngine
from events import NAMES, answer_of_edges

# The row before in the order of the table: a window without order or partition streams.
PAIRS = """
    pairs AS (SELECT customer, {names} * lag(code) OVER () + code AS pair, lag(customer) OVER () AS last,
                     seconds - lag(seconds) OVER () AS gap
              FROM (SELECT customer, enum_code(event)::UTINYINT AS code, epoch(time)::UINTEGER AS seconds FROM events))"""
PARTITIONED = """
    pairs AS (SELECT customer, {names} * lag(code) OVER w + code AS pair, lag(customer) OVER w AS last,
                     seconds - lag(seconds) OVER w AS gap
              FROM (SELECT customer, enum_code(event)::UTINYINT AS code, epoch(time)::UINTEGER AS seconds FROM events)
              WINDOW w AS (PARTITION BY customer ORDER BY seconds))"""
DISTINCT = """
    SELECT pair, count(*), count(DISTINCT customer), quantile_disc(gap, [0.5, 0.9])
    FROM pairs WHERE last = customer GROUP BY pair"""
# Journeys from groups of journey and pair, times from a histogram whose buckets are 1 % wide.
TWO_LEVELS = """,
    journeys AS (SELECT pair, count(*) AS journeys FROM (SELECT DISTINCT customer, pair FROM pairs WHERE last = customer)
                 GROUP BY pair),
    buckets AS (SELECT pair, floor(ln(gap) * 100)::INTEGER AS bucket, count(*) AS many FROM pairs WHERE last = customer
                GROUP BY ALL),
    running AS (SELECT pair, bucket, sum(many) OVER (PARTITION BY pair ORDER BY bucket) AS upto,
                       sum(many) OVER (PARTITION BY pair) AS total FROM buckets)
    SELECT pair, any_value(total)::BIGINT, any_value(journeys),
           [exp((min(bucket) FILTER (upto >= 0.5 * total) + 0.5) / 100), exp((min(bucket) FILTER (upto >= 0.9 * total) + 0.5) / 100)]
    FROM running JOIN journeys USING (pair) GROUP BY pair"""


class Engine(BaseEngine):
    forms = {
        "streaming window, two levels": PAIRS + TWO_LEVELS,
        "streaming window, count distinct": PAIRS + DISTINCT,
        "window by customer, two levels": PARTITIONED + TWO_LEVELS,
    }

    def version(self):
        return duckdb.__version__

    def load(self):
        self.connection = duckdb.connect(str(self.place.store / "events.duckdb"))
        self.connection.execute(f"SET threads = {self.place.cores}")
        enum = "ENUM (" + ", ".join(f"'{name}'" for name in NAMES) + ")"
        self.connection.execute(
            f"CREATE TABLE events AS SELECT customer::UINTEGER AS customer, time::TIMESTAMP_S AS time, "
            f"event::{enum} AS event, value FROM '{self.place.parquet}'")
        self.connection.execute("CHECKPOINT")
        self.query = "WITH" + self.forms[self.form].format(names=len(NAMES))

    def ask(self):
        began = time.perf_counter()
        rows = self.connection.execute(self.query).fetchall()
        return Answer(answer_of_edges(rows), time.perf_counter() - began)
