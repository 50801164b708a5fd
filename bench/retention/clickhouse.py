"""ClickHouse (chdb, a session on a path): days since the first event in a MergeTree table ordered by (customer, time)."""
import time
from dataclasses import dataclass

import chdb
from chdb.session import Session

from engine import Answer, BaseEngine
from events import ENDED, RETENTION_DAYS, answer_of_retention

CELLS = RETENTION_DAYS + 1
# A customer's days as bits of a number; beyond the last of them bit 63, which the mask takes out.
BIT = "bitShiftLeft(toUInt64(1), least(intDiv({t} - start, 86400), 63))"
# What is counted of a customer: the days of returns, and how many days have ended.
COUNT = """
    SELECT intDiv(start, 86400) AS cohort, arrayJoin(arrayPushBack(bitPositionsToArray(bitAnd(days, bitShiftLeft(toUInt64(1), ended) - 1)),
                                                                   {ENDED} + ended)) AS n, count()
    FROM (SELECT start, days, toUInt64(least(intDiv({newest} - start, 86400), {CELLS})) AS ended FROM ({customers}))
    GROUP BY cohort, n SETTINGS max_threads = {cores} {settings}"""
# The first event by its place in an array, which is in the order of the table.
ARRAYS = f"""
    SELECT times[1] AS start, arrayReduce('groupBitOr', arrayMap(t -> {BIT.format(t='t')}, arrayPopFront(times))) AS days
    FROM (SELECT groupArray(toUInt32(time)) AS times FROM bench.events GROUP BY customer)"""
# Sums of arrays instead of bits joined.
FOR_EACH = """
    SELECT cohort, n, many FROM (
        SELECT intDiv(start, 86400) AS cohort, sumForEach(arrayMap(n -> n < ended AND bitTest(days, n), range({CELLS}))) AS back,
               sumMap([toUInt16({ENDED} + ended)], [toUInt64(1)]) AS ends
        FROM (SELECT start, days, toUInt64(least(intDiv({newest} - start, 86400), {CELLS})) AS ended FROM ({customers}))
        GROUP BY cohort)
    ARRAY JOIN arrayConcat(arrayEnumerate(back), ends.1) AS place, arrayConcat(back, ends.2) AS many,
               arrayConcat(arrayMap(i -> toUInt64(i - 1), arrayEnumerate(back)), ends.1) AS n
    SETTINGS max_threads = {cores} {settings}"""
# The first event beside each event.
WINDOW = f"""
    SELECT start, groupBitOr(if(seconds = start, 0, {BIT.format(t='seconds')})) AS days FROM (
        SELECT customer, toUInt32(time) AS seconds, first_value(toUInt32(time)) OVER w AS start
        FROM bench.events WINDOW w AS (PARTITION BY customer ORDER BY time ROWS UNBOUNDED PRECEDING)) GROUP BY customer, start"""
# The first events joined. A customer has no two events in one second, so that the others are those later than it.
JOIN = f"""
    SELECT start, groupBitOr(if(seconds = start, 0, {BIT.format(t='seconds')})) AS days
    FROM (SELECT customer, toUInt32(time) AS seconds FROM bench.events) AS e
    INNER JOIN (SELECT customer, toUInt32(min(time)) AS start FROM bench.events GROUP BY customer) AS f USING (customer)
    GROUP BY customer, start"""
# The days of a customer as a list without repetitions, instead of bits.
LISTS = """
    SELECT intDiv(start, 86400) AS cohort, arrayJoin(arrayPushBack(arrayFilter(n -> n < ended, days), toUInt8({ENDED} + ended))) AS n, count()
    FROM (SELECT start, arrayDistinct(arrayMap(t -> toUInt8(least(intDiv(t - start, 86400), {CELLS})), arrayPopFront(times))) AS days,
                 toUInt8(least(intDiv({newest} - start, 86400), {CELLS})) AS ended
          FROM (SELECT groupArray(toUInt32(time)) AS times, times[1] AS start FROM bench.events GROUP BY customer))
    GROUP BY cohort, n SETTINGS max_threads = {cores} {settings}"""
IN_ORDER = ", optimize_aggregation_in_order = 1"
BY_PARTITION = ", allow_aggregate_partitions_independently = 1, force_aggregate_partitions_independently = 1"


@dataclass
class Form:
    customers: str = ARRAYS
    count: str = COUNT
    settings: str = ""
    partition: str = ""


class Engine(BaseEngine):
    forms = {
        "arrays, 16 partitions": Form(settings=BY_PARTITION, partition="PARTITION BY customer % 16"),
        "arrays, in order": Form(settings=IN_ORDER),
        "lists of days, 16 partitions": Form(settings=BY_PARTITION, partition="PARTITION BY customer % 16", count=LISTS),
        "arrays, in order, sums of arrays": Form(settings=IN_ORDER, count=FOR_EACH),
        "window": Form(customers=WINDOW),
        "join": Form(customers=JOIN),
    }

    def version(self):
        return f"{Session().query('SELECT version()', 'TSV').data().strip()} (chdb {chdb.__version__})"

    def load(self):
        form = self.forms[self.form]
        self.session = Session(str(self.place.store))
        self.session.query("CREATE DATABASE bench")
        self.session.query(
            "CREATE TABLE bench.events (customer UInt32 CODEC(NONE), time DateTime('UTC') CODEC(NONE), "
            f"event LowCardinality(String), value Nullable(Decimal(18, 2))) ENGINE = MergeTree {form.partition} "
            "ORDER BY (customer, time)")
        self.session.query(
            "INSERT INTO bench.events SELECT customer, toDateTime(time, 'UTC'), CAST(event AS String), value "
            f"FROM file('{self.place.parquet}', Parquet) SETTINGS max_threads = {self.place.cores}")
        self.session.query("OPTIMIZE TABLE bench.events FINAL")
        newest = int(self.session.query("SELECT toUInt32(max(time)) FROM bench.events", "TSV").data())
        self.query = form.count.format(customers=form.customers, newest=newest, CELLS=CELLS, ENDED=ENDED,
                                       cores=self.place.cores, settings=form.settings)

    def ask(self):
        began = time.perf_counter()
        text = self.session.query(self.query, "TSV").data()
        seconds = time.perf_counter() - began
        return Answer(answer_of_retention(tuple(map(int, line.split("\t"))) for line in text.splitlines()), seconds)
