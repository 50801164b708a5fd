"""DuckDB, a table on disk ordered by (customer, time), which is the order it is scanned in."""
import time

import duckdb

from engine import Answer, BaseEngine
from events import NAMES, STEPS, WINDOW

# Backwards: every step looks for the latest event of the step before it that itself goes back to a first step within
# the window. Only the latest start matters: if that one is too old, so are the others.
ASOF = """
    WITH a AS (SELECT customer, time, time AS start FROM events WHERE event = '{s[0]}'),
    b AS (SELECT n.customer, n.time, p.start FROM events n ASOF JOIN a p
          ON n.customer = p.customer AND n.time >= p.time
          WHERE n.event = '{s[1]}' AND n.time - p.start <= INTERVAL {window} SECOND),
    c AS (SELECT n.customer, n.time, p.start FROM events n ASOF JOIN b p
          ON n.customer = p.customer AND n.time >= p.time
          WHERE n.event = '{s[2]}' AND n.time - p.start <= INTERVAL {window} SECOND),
    d AS (SELECT n.customer FROM events n ASOF JOIN c p
          ON n.customer = p.customer AND n.time >= p.time
          WHERE n.event = '{s[3]}' AND n.time - p.start <= INTERVAL {window} SECOND)
    SELECT (SELECT count(DISTINCT customer) FROM a), (SELECT count(DISTINCT customer) FROM b),
           (SELECT count(DISTINCT customer) FROM c), (SELECT count(DISTINCT customer) FROM d)"""

# The same with customer and time in one number: customers are 2^32 seconds apart, farther than any window.
ASOF_KEY = """
    WITH steps AS (SELECT (customer::BIGINT << 32) | epoch(time)::BIGINT AS k, event FROM events),
    a AS (SELECT k, k AS start FROM steps WHERE event = '{s[0]}'),
    b AS (SELECT n.k, p.start FROM steps n ASOF JOIN a p ON n.k >= p.k
          WHERE n.event = '{s[1]}' AND n.k - p.start <= {window}),
    c AS (SELECT n.k, p.start FROM steps n ASOF JOIN b p ON n.k >= p.k
          WHERE n.event = '{s[2]}' AND n.k - p.start <= {window}),
    d AS (SELECT n.k FROM steps n ASOF JOIN c p ON n.k >= p.k
          WHERE n.event = '{s[3]}' AND n.k - p.start <= {window})
    SELECT (SELECT count(DISTINCT k >> 32) FROM a), (SELECT count(DISTINCT k >> 32) FROM b),
           (SELECT count(DISTINCT k >> 32) FROM c), (SELECT count(DISTINCT k >> 32) FROM d)"""

# The same carried forward in one pass: the latest start that reached depth k.
RUNNING = """
    WITH s AS (SELECT (customer::BIGINT << 32) | epoch(time)::BIGINT AS k, event FROM events
               WHERE event IN ('{s[0]}', '{s[1]}', '{s[2]}', '{s[3]}')),
    a AS (SELECT *, max(CASE WHEN event = '{s[0]}' THEN k END) OVER w AS s1 FROM s {w}),
    b AS (SELECT *, max(CASE WHEN event = '{s[1]}' AND k - s1 <= {window} THEN s1 END) OVER w AS s2 FROM a {w}),
    c AS (SELECT *, max(CASE WHEN event = '{s[2]}' AND k - s2 <= {window} THEN s2 END) OVER w AS s3 FROM b {w}),
    d AS (SELECT k >> 32 AS customer,
                 max(CASE WHEN event = '{s[0]}' THEN 1 WHEN event = '{s[1]}' AND k - s1 <= {window} THEN 2
                          WHEN event = '{s[2]}' AND k - s2 <= {window} THEN 3
                          WHEN event = '{s[3]}' AND k - s3 <= {window} THEN 4 END) AS depth FROM c GROUP BY 1)
    SELECT count(*) FILTER (depth >= 1), count(*) FILTER (depth >= 2), count(*) FILTER (depth >= 3),
           count(*) FILTER (depth >= 4) FROM d"""
STREAMING = "WINDOW w AS (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
PARTITIONED = "WINDOW w AS (PARTITION BY k >> 32 ORDER BY k)"
TEXT, ENUM = "VARCHAR", "ENUM (" + ", ".join(f"'{name}'" for name in NAMES) + ")"


class Engine(BaseEngine):
    # (query, window, event type)
    forms = {
        "ASOF joins backwards": (ASOF, "", ENUM),
        "ASOF joins backwards, VARCHAR event": (ASOF, "", TEXT),
        "ASOF joins backwards, one number": (ASOF_KEY, "", ENUM),
        "running maximum, streaming window": (RUNNING, STREAMING, ENUM),
        "running maximum, window by customer": (RUNNING, PARTITIONED, ENUM),
    }

    def version(self):
        return duckdb.__version__

    def load(self):
        query, window, event = self.forms[self.form]
        self.connection = duckdb.connect(str(self.place.store / "events.duckdb"))
        self.connection.execute(f"SET threads = {self.place.cores}")
        self.connection.execute(
            f"CREATE TABLE events AS SELECT customer::UINTEGER AS customer, time::TIMESTAMP_S AS time, "
            f"event::{event} AS event, value FROM '{self.place.parquet}'")
        self.connection.execute("CHECKPOINT")
        self.query = query.format(s=STEPS, w=window, window=WINDOW)

    def ask(self):
        began = time.perf_counter()
        row = self.connection.execute(self.query).fetchone()
        return Answer({"funnel": list(row)}, time.perf_counter() - began)
