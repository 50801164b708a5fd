"""ClickHouse (chdb, a session on a path): pairs of neighbours in a MergeTree table ordered by (customer, time)."""
import time
from dataclasses import dataclass

from chdb.session import Session
import chdb

from engine import Answer, BaseEngine
from events import NAMES, answer_of_edges

IN_ORDER = ", optimize_aggregation_in_order = 1"
BY_PARTITION = ", allow_aggregate_partitions_independently = 1, force_aggregate_partitions_independently = 1"
# A customer's events as arrays, in the order of the table; the first of equal pairs counts the journey.
ARRAYS = """
    SELECT pair, count(), countIf(nth = 1), {quantiles}(seconds) FROM (
        SELECT arrayJoin(arrayZip(pairs, arrayPopFront(arrayDifference(times)), arrayEnumerateUniq(pairs))) AS each,
               each.1 AS pair, each.2 AS seconds, each.3 AS nth
        FROM (SELECT arrayMap((a, b) -> toUInt8(a * {names} + b), arrayPopBack(codes), arrayPopFront(codes)) AS pairs, times
              FROM (SELECT groupArray({code}) AS codes, groupArray(toUInt32(time)) AS times
                    FROM bench.events GROUP BY customer)))
    GROUP BY pair SETTINGS max_threads = {cores} {settings}"""
# ARRAY JOIN of several arrays side by side makes no tuples.
SIDE_BY_SIDE = """
    SELECT pair, count(), countIf(nth = 1), {quantiles}(seconds) FROM (
        SELECT arrayMap((a, b) -> toUInt8(a * {names} + b), arrayPopBack(codes), arrayPopFront(codes)) AS pairs,
               arrayPopFront(arrayDifference(times)) AS gaps
        FROM (SELECT groupArray({code}) AS codes, groupArray(toUInt32(time)) AS times
              FROM bench.events GROUP BY customer))
    ARRAY JOIN pairs AS pair, gaps AS seconds, arrayEnumerateUniq(pairs) AS nth
    GROUP BY pair SETTINGS max_threads = {cores} {settings}"""
# The row before, in a window over each customer.
WINDOW = """
    SELECT pair, count(), groupBitmap(customer), {quantiles}(seconds) FROM (
        SELECT customer, toUInt8(lagInFrame({code}, 1, 255) OVER w) AS before,
               toUInt8(before * {names} + {code}) AS pair, toUInt32(time) - lagInFrame(toUInt32(time)) OVER w AS seconds
        FROM bench.events
        WINDOW w AS (PARTITION BY customer ORDER BY time ROWS BETWEEN 1 PRECEDING AND CURRENT ROW))
    WHERE before != 255 GROUP BY pair SETTINGS max_threads = {cores} {settings}"""
# The row before of the whole table, which is in order.
ONE_WINDOW = """
    SELECT pair, count(), groupBitmap(customer), {quantiles}(seconds) FROM (
        SELECT customer, lagInFrame(customer) OVER w AS last, toUInt8(lagInFrame({code}) OVER w * {names} + {code}) AS pair,
               toUInt32(time) - lagInFrame(toUInt32(time)) OVER w AS seconds
        FROM bench.events
        WINDOW w AS (ORDER BY customer, time ROWS BETWEEN 1 PRECEDING AND CURRENT ROW))
    WHERE last = customer GROUP BY pair SETTINGS max_threads = {cores} {settings}"""
ENUM = "Enum8(" + ", ".join(f"'{name}' = {code}" for code, name in enumerate(NAMES)) + ")"
LOG = "quantilesDD(0.005, 0.5, 0.9)"
EXACT = "quantilesExactLow(0.5, 0.9)"
SHORT = "quantilesBFloat16(0.5, 0.9)"


@dataclass
class Form:
    query: str = SIDE_BY_SIDE
    quantiles: str = SHORT
    settings: str = ""
    partition: str = ""
    codec: str = "CODEC(NONE)"


class Engine(BaseEngine):
    forms = {
        "arrays side by side, 16 partitions": Form(settings=BY_PARTITION, partition="PARTITION BY customer % 16"),
        "arrays side by side, in order": Form(settings=IN_ORDER),
        "arrays of tuples, in order": Form(query=ARRAYS, settings=IN_ORDER),
        "arrays side by side, in order, exact": Form(settings=IN_ORDER, quantiles=EXACT),
        "arrays side by side, in order, DD": Form(settings=IN_ORDER, quantiles=LOG),
        "window by customer": Form(query=WINDOW),
        "one window": Form(query=ONE_WINDOW),
    }

    def version(self):
        return f"{Session().query('SELECT version()', 'TSV').data().strip()} (chdb {chdb.__version__})"

    def load(self):
        form = self.forms[self.form]
        self.session = Session(str(self.place.store))
        self.session.query("CREATE DATABASE bench")
        self.session.query(
            f"CREATE TABLE bench.events (customer UInt32 {form.codec}, time DateTime('UTC') {form.codec}, "
            f"event {ENUM} {form.codec}, value Nullable(Decimal(18, 2))) "
            f"ENGINE = MergeTree {form.partition} ORDER BY (customer, time)")
        self.session.query(
            "INSERT INTO bench.events SELECT customer, toDateTime(time, 'UTC'), CAST(event AS String), value "
            f"FROM file('{self.place.parquet}', Parquet) SETTINGS max_threads = {self.place.cores}")
        self.session.query("OPTIMIZE TABLE bench.events FINAL")
        self.query = form.query.format(quantiles=form.quantiles, names=len(NAMES), code="toUInt8(toInt8(event))",
                                       cores=self.place.cores, settings=form.settings)

    def ask(self):
        began = time.perf_counter()
        text = self.session.query(self.query, "TSV").data()
        seconds = time.perf_counter() - began
        rows = [line.split("\t") for line in text.splitlines()]
        return Answer(answer_of_edges(
            (int(pair), int(count), int(journeys), [float(each) for each in times.strip("[]").split(",")])
            for pair, count, journeys, times in rows), seconds)
