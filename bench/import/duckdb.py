"""DuckDB: CREATE TABLE ... ORDER BY over read_csv, into a database file, until it is checkpointed and closed."""
import time

import duckdb

from engine import Answer, BaseEngine


class Engine(BaseEngine):
    # Memory limit in GB; None is DuckDB's own, 80 % of the machine.
    forms = {"memory limit": True, "no memory limit": False}

    def version(self):
        return duckdb.__version__

    def connect(self):
        connection = duckdb.connect(str(self.place.store / "events.duckdb"))
        connection.execute(f"SET threads = {self.place.cores}; SET TimeZone = 'UTC'")
        if self.forms[self.form]:
            connection.execute(f"SET memory_limit = '{self.place.memory_gb}GB'")
        return connection

    def load(self):
        connection = self.connect()
        connection.execute(
            f"""CREATE TABLE events AS SELECT * FROM read_csv('{self.place.csv}', header = true, auto_detect = false,
                delim = ',', quote = '', escape = '',
                columns = {{'customer': 'UINTEGER', 'time': 'TIMESTAMP_S', 'event': 'VARCHAR',
                            'value': 'DECIMAL(18, 2)'}}) ORDER BY customer, time""")
        connection.execute("CHECKPOINT")
        connection.close()

    def ask(self):
        began = time.perf_counter()
        with self.connect() as connection:
            events, cents = connection.execute("SELECT count(*), (sum(value) * 100)::BIGINT FROM events").fetchone()
            by_event = dict(connection.execute("SELECT event, count(*) FROM events GROUP BY 1 ORDER BY 1").fetchall())
            customers, first, last = connection.execute(
                """SELECT count(*), sum(epoch(first))::BIGINT, sum(epoch(last))::BIGINT
                   FROM (SELECT min(time) AS first, max(time) AS last FROM events GROUP BY customer)""").fetchone()
        return Answer({"events": events, "customers": customers, "by_event": by_event, "cents": int(cents),
                       "first_times": first, "last_times": last}, time.perf_counter() - began)
