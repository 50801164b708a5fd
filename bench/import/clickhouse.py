"""ClickHouse (chdb): INSERT INTO a MergeTree table ordered by (customer, time) FROM file.

Done when the rows are inserted and the parts are merged into one, which is what a store in order means to the others;
`parts left` stops before that merge, as ClickHouse itself would, and merges when it sees fit.
"""
import time

import chdb
from chdb.session import Session

from engine import Answer, BaseEngine


# Columns as they are read, what is inserted, settings.
TYPED = ("customer UInt32, time DateTime(\\'UTC\\'), event LowCardinality(String), value Nullable(Decimal(18, 2))",
         "*", "")
# Parsing `2026-01-05T13:05:07Z` and building dictionaries while reading is slow: read text, convert whole columns.
TEXT = ("customer UInt32, time String, event String, value Nullable(Decimal(18, 2))",
        "customer, toDateTime(left(time, 19), 'UTC'), event, value", "")
LARGE = ", min_insert_block_size_rows = 8000000, min_insert_block_size_bytes = 2000000000"


class Engine(BaseEngine):
    forms = {
        "text converted, large blocks, merged": (*TEXT[:2], LARGE, True),
        "text converted, merged": (*TEXT, True),
        "typed, merged": (*TYPED, True),
        "text converted, parts left": (*TEXT, False),
    }

    def version(self):
        return f"{Session().query('SELECT version()', 'TSV').data().strip()} (chdb {chdb.__version__})"

    def load(self):
        self.session = Session(str(self.place.store))
        self.session.query("CREATE DATABASE bench")
        self.session.query(
            "CREATE TABLE bench.events (customer UInt32, time DateTime('UTC'), event LowCardinality(String), "
            "value Nullable(Decimal(18, 2))) ENGINE = MergeTree ORDER BY (customer, time)")
        columns, select, settings, merge = self.forms[self.form]
        self.session.query(
            f"INSERT INTO bench.events SELECT {select} FROM file('{self.place.csv}', CSVWithNames, '{columns}') "
            f"SETTINGS max_threads = {self.place.cores}, max_insert_threads = {self.place.cores} {settings}")
        if merge:
            self.session.query("OPTIMIZE TABLE bench.events FINAL")

    def ask(self):
        def rows(sql):
            return [line.split("\t") for line in self.session.query(sql, "TSV").data().splitlines()]

        began = time.perf_counter()
        [[events, cents]] = rows("SELECT count(), toInt64(sum(value) * 100) FROM bench.events")
        by_event = {name: int(n) for name, n in rows("SELECT event, count() FROM bench.events GROUP BY 1 ORDER BY 1")}
        [[customers, first, last]] = rows(
            "SELECT count(), sum(first), sum(last) FROM (SELECT toUnixTimestamp(min(time)) AS first, "
            "toUnixTimestamp(max(time)) AS last FROM bench.events GROUP BY customer)")
        return Answer({"events": int(events), "customers": int(customers), "by_event": by_event, "cents": int(cents),
                       "first_times": int(first), "last_times": int(last)}, time.perf_counter() - began)
