"""DuckDB, a table on disk ordered by (customer, time), which is the order it is scanned in."""
import time

import duckdb

from engine import Answer, BaseEngine
from events import ENDED, RETENTION_DAYS, answer_of_retention

CELLS = RETENTION_DAYS + 1
STARTS = "starts AS (SELECT customer, min(seconds) AS start FROM events GROUP BY customer)"
# The days of a customer as bits of a number.
BITS = f"""
    WITH {STARTS},
    customers AS (SELECT any_value(start) AS start, bit_or(CASE WHEN seconds = start THEN 0::UBIGINT
                             ELSE 1::UBIGINT << least((seconds - start) // 86400, 62) END) AS days
                  FROM events JOIN starts USING (customer) GROUP BY customer)"""
LISTS = f"""
    WITH lists AS (SELECT min(seconds) AS start, list(seconds) AS times FROM events GROUP BY customer),
    customers AS (SELECT start, list_reduce(list_prepend(0::UBIGINT, list_transform(list_filter(times, lambda t: t > start),
                         lambda t: 1::UBIGINT << least((t - start) // 86400, 62))), lambda a, b: a | b) AS days FROM lists)"""
COUNT = """,
    ends AS (SELECT start // 86400 AS cohort, least(({newest} - start) // 86400, {CELLS}) AS ended, days FROM customers),
    sums AS (SELECT cohort, ended, count(*) AS many, [{bits}] AS back FROM ends GROUP BY cohort, ended)
    SELECT cohort, {ENDED} + ended, many FROM sums
    UNION ALL SELECT cohort, n, many FROM (SELECT cohort, ended, unnest(range({CELLS})) AS n, unnest(back) AS many FROM sums)
    WHERE n < ended"""
# One row for each customer and day.
DISTINCT = f"""
    WITH {STARTS},
    returns AS (SELECT DISTINCT customer, start, (seconds - start) // 86400 AS n FROM events JOIN starts USING (customer)
                WHERE seconds > start AND seconds < start + {CELLS} * 86400)
    SELECT start // 86400 AS cohort, {ENDED} + least(({{newest}} - start) // 86400, {CELLS}) AS n, count(*) FROM starts GROUP BY ALL
    UNION ALL SELECT start // 86400 AS cohort, n, count(*) FROM returns
    WHERE n < ({{newest}} - start) // 86400 GROUP BY ALL"""


class Engine(BaseEngine):
    forms = {"bits, joined": BITS + COUNT, "bits, from lists": LISTS + COUNT, "distinct days": DISTINCT}

    def version(self):
        return duckdb.__version__

    def load(self):
        self.connection = duckdb.connect(str(self.place.store / "events.duckdb"))
        self.connection.execute(f"SET threads = {self.place.cores}")
        self.connection.execute(
            f"CREATE TABLE events AS SELECT customer::UINTEGER AS customer, epoch(time)::BIGINT AS seconds, "
            f"event, value FROM '{self.place.parquet}'")
        self.connection.execute("CHECKPOINT")
        newest = self.connection.execute("SELECT max(seconds) FROM events").fetchone()[0]
        bits = ", ".join(f"sum((days >> {n}) & 1)::BIGINT" for n in range(CELLS))
        self.query = self.forms[self.form].format(newest=newest, CELLS=CELLS, ENDED=ENDED, bits=bits)

    def ask(self):
        began = time.perf_counter()
        rows = self.connection.execute(self.query).fetchall()
        return Answer(answer_of_retention(rows), time.perf_counter() - began)
