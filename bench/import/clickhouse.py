"""ClickHouse (chdb): INSERT INTO a MergeTree table ordered by (customer, time) FROM file.

Done when the rows are inserted and the parts are merged into one, which is what a store in order means to the others;
`parts left` stops before that merge, as ClickHouse itself would, and merges when it sees fit.
"""
import time

import chdb
from chdb.session import Session

from engine import Answer, BaseEngine


class Engine(BaseEngine):
    forms = {"merged": True, "parts left": False}

    def version(self):
        return f"{Session().query('SELECT version()', 'TSV').data().strip()} (chdb {chdb.__version__})"

    def load(self):
        self.session = Session(str(self.place.store))
        self.session.query("CREATE DATABASE bench")
        self.session.query(
            "CREATE TABLE bench.events (customer UInt32, time DateTime('UTC'), event LowCardinality(String), "
            "value Nullable(Decimal(18, 2))) ENGINE = MergeTree ORDER BY (customer, time)")
        self.session.query(
            f"INSERT INTO bench.events SELECT * FROM file('{self.place.csv}', CSVWithNames, 'customer UInt32, "
            "time DateTime(\\'UTC\\'), event LowCardinality(String), value Nullable(Decimal(18, 2))') "
            f"SETTINGS max_threads = {self.place.cores}, max_insert_threads = {self.place.cores}")
        if self.forms[self.form]:
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
