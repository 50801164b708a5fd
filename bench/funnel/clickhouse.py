"""ClickHouse (chdb, a session on a path): windowFunnel over a MergeTree table ordered by (customer, time)."""
import time
from dataclasses import dataclass

import chdb
from chdb.session import Session

from engine import Answer, BaseEngine
from events import NAMES, STEPS, WINDOW

ANY_STEP = ", ".join(f"'{step}'" for step in STEPS)
FUNNEL = """
    SELECT countIf(depth >= 1), countIf(depth >= 2), countIf(depth >= 3), countIf(depth >= 4) FROM (
        SELECT windowFunnel({window})(time, {steps}) AS depth
        FROM {table} {where} GROUP BY customer)
    SETTINGS max_threads = {cores} {settings}"""
ONLY_STEPS = f"WHERE event IN ({ANY_STEP})"
IN_ORDER = ", optimize_aggregation_in_order = 1"
# ASOF joins backwards, as in duckdb.py.
ASOF = """
    WITH a AS (SELECT customer, time, time AS start FROM {table} WHERE event = '{s[0]}'),
    b AS (SELECT n.customer AS customer, n.time AS time, p.start AS start
          FROM (SELECT customer, time FROM {table} WHERE event = '{s[1]}') n
          ASOF JOIN a AS p ON n.customer = p.customer AND n.time >= p.time WHERE n.time - p.start <= {window}),
    c AS (SELECT n.customer AS customer, n.time AS time, p.start AS start
          FROM (SELECT customer, time FROM {table} WHERE event = '{s[2]}') n
          ASOF JOIN b AS p ON n.customer = p.customer AND n.time >= p.time WHERE n.time - p.start <= {window}),
    d AS (SELECT n.customer AS customer
          FROM (SELECT customer, time FROM {table} WHERE event = '{s[3]}') n
          ASOF JOIN c AS p ON n.customer = p.customer AND n.time >= p.time WHERE n.time - p.start <= {window})
    SELECT (SELECT uniqExact(customer) FROM a), (SELECT uniqExact(customer) FROM b),
           (SELECT uniqExact(customer) FROM c), (SELECT uniqExact(customer) FROM d)
    SETTINGS max_threads = {cores} {settings}"""
ENUM = "Enum8(" + ", ".join(f"'{name}' = {code}" for code, name in enumerate(NAMES)) + ")"


BY_PARTITION = ", allow_aggregate_partitions_independently = 1, force_aggregate_partitions_independently = 1"


@dataclass
class Form:
    query: str = FUNNEL
    where: str = ONLY_STEPS
    settings: str = ""
    event: str = "LowCardinality(String)"
    customer: str = "UInt32"
    codec: str = ""
    partition: str = ""


class Engine(BaseEngine):
    forms = {
        "uncompressed, hashed": Form(codec="CODEC(NONE)"),
        # Each partition's groups are complete, so its hash table is small and never merged with another.
        "16 partitions, uncompressed, hashed": Form(
            settings=BY_PARTITION, codec="CODEC(NONE)", partition="PARTITION BY customer % 16"),
        "16 partitions, hashed": Form(settings=BY_PARTITION, partition="PARTITION BY customer % 16"),
        "16 partitions, Enum, hashed": Form(settings=BY_PARTITION, partition="PARTITION BY customer % 16", event=ENUM),
        "hashed": Form(),
        "in order": Form(settings=IN_ORDER),
        "Enum, hashed": Form(event=ENUM),
        "Enum, in order": Form(event=ENUM, settings=IN_ORDER),
        "String customer, hashed": Form(customer="String"),
        "String customer, in order": Form(customer="String", settings=IN_ORDER),
        "no WHERE, in order": Form(where="", settings=IN_ORDER),
        "ASOF joins backwards": Form(query=ASOF),
    }

    def version(self):
        return f"{Session().query('SELECT version()', 'TSV').data().strip()} (chdb {chdb.__version__})"

    def load(self):
        form = self.forms[self.form]
        self.session = Session(str(self.place.store))
        self.session.query("CREATE DATABASE bench")
        self.session.query(
            f"CREATE TABLE bench.events (customer {form.customer} {form.codec}, time DateTime('UTC') {form.codec}, "
            f"event {form.event} {form.codec}, value Nullable(Decimal(18, 2))) "
            f"ENGINE = MergeTree {form.partition} ORDER BY (customer, time)")
        self.session.query(
            "INSERT INTO bench.events SELECT customer, toDateTime(time, 'UTC'), CAST(event AS String), value "
            f"FROM file('{self.place.parquet}', Parquet) SETTINGS max_threads = {self.place.cores}")
        self.session.query("OPTIMIZE TABLE bench.events FINAL")
        steps = ", ".join(f"event = '{step}'" for step in STEPS)
        self.query = form.query.format(table="bench.events", steps=steps, s=STEPS, where=form.where, window=WINDOW,
                                  cores=self.place.cores, settings=form.settings)

    def ask(self):
        began = time.perf_counter()
        text = self.session.query(self.query, "TSV").data()
        seconds = time.perf_counter() - began
        return Answer({"funnel": [int(n) for n in text.split()]}, seconds)
