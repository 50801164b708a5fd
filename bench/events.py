"""Makes the events every scenario asks about, and the true answers to check engines against.

    events.csv      customer,time,event,value   rows in random order
    events.jsonl    the same as lines of JSON, made when it is asked for
    events.parquet  the same events, ordered by (customer, time)
    truth.json      what any engine must answer, computed here with numpy alone

Chunk by chunk in customer order, so memory stays below 1 GB at any size; rows are shuffled out of core: each goes
to one of many buckets by chance, then every bucket is permuted in memory and written out. The same size and seed
give the same bytes.

A customer never has two events in the same second, so that rules about equal times, which differ between engines,
cannot change an answer.
"""
import json
import shutil
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

# Event names (Segment's e-commerce names where it has one) and how often each is drawn.
FREQUENCY = {
    "Page Viewed": 0.350,
    "Product Viewed": 0.170,
    "Signed In": 0.140,
    "Email Opened": 0.100,
    "Ad Clicked": 0.080,
    "Cart Viewed": 0.040,
    "Product Added": 0.040,
    "Products Searched": 0.030,
    "Checkout Started": 0.015,
    "Signed Up": 0.015,
    "Support Ticket": 0.010,
    "Order Completed": 0.010,
}
NAMES = list(FREQUENCY)
STEPS = ["Product Viewed", "Product Added", "Checkout Started", "Order Completed"]
STEP_CODES = [NAMES.index(step) for step in STEPS]
CHANCE_OF_NEXT = [0.25, 0.45, 0.60]  # that a step is followed at once by the next one
WINDOW = 7 * 86_400
START = int(np.datetime64("2026-01-05T00:00:00", "s").astype("int64"))
DAYS = 90
CHUNK = 100_000  # customers
BUCKETS = 64
ROW = np.dtype([("customer", "u4"), ("time", "u4"), ("event", "u1"), ("cents", "u4")])


def counts_per_customer(rng, events, customers):
    """Events of each customer: at least one, log-normal, adding up to `events` exactly."""
    weight = rng.lognormal(0.0, 1.1, customers)
    counts = 1 + np.floor(weight * ((events - customers) / weight.sum())).astype(np.int64)
    counts[: events - counts.sum()] += 1
    return counts


def journeys(rng, first_customer, counts):
    """The events of consecutive customers, ordered by (customer, time)."""
    n = int(counts.sum())
    rows = np.zeros(n, ROW)
    rows["customer"] = np.repeat(np.arange(first_customer, first_customer + len(counts), dtype=np.uint32), counts)
    customer = rows["customer"].astype(np.int64)

    # Sessions: an event starts a new one at a random moment, or follows the one before it within a minute or so.
    starts = rng.random(n) < 0.25
    starts[np.cumsum(counts) - counts] = True
    session = np.cumsum(starts) - 1
    begin = rng.integers(0, DAYS * 86_400, int(starts.sum()))
    gap = np.where(starts, 0, 1 + rng.exponential(60, n).astype(np.int64))
    elapsed = np.cumsum(gap)
    seconds = begin[session] + elapsed - elapsed[starts][session]

    event = rng.choice(len(NAMES), n, p=list(FREQUENCY.values())).astype(np.uint8)
    for code, following, chance in zip(STEP_CODES, STEP_CODES[1:], CHANCE_OF_NEXT):
        follows = np.zeros(n, bool)
        follows[1:] = (event[:-1] == code) & ~starts[1:]
        event[follows & (rng.random(n) < chance)] = following

    key = (customer << 32) + seconds
    order = np.argsort(key, kind="stable")
    # One event a second: the i-th of equal keys moves i seconds on; customers are 2^32 seconds apart.
    place = np.arange(n)
    key = np.maximum.accumulate(key[order] - place) + place
    rows["time"] = START + (key & 0xFFFFFFFF)
    rows["event"] = event[order]
    bought = rows["event"] == STEP_CODES[-1]
    rows["cents"][bought] = 100 + rng.exponential(6_000, int(bought.sum())).astype(np.uint32)
    return rows


def funnel_depths(rows):
    """Customers reaching each step: the latest start that got to depth k, carried forward, step after step."""
    key = (rows["customer"].astype(np.int64) << 32) + rows["time"]
    reached, latest_start = [], None
    for k, code in enumerate(STEP_CODES):
        here = rows["event"] == code
        if k == 0:
            start = np.where(here, key, 0)
        else:
            start = np.where(here & (key - latest_start <= WINDOW), latest_start, 0)
        reached.append(int(np.unique(rows["customer"][start > 0]).size))
        latest_start = np.maximum.accumulate(start)
    return reached


def answer_of_edges(rows):
    """Rows of (pair, count, journeys, [median, 90 %]) as the scenario `transitions` compares them; a pair is a code of two."""
    edges = {" → ".join(NAMES[code] for code in divmod(int(pair), len(NAMES))): rest for pair, *rest in rows}
    return {"transitions": {edge: [count, journeys] for edge, (count, journeys, _) in edges.items()},
            "transition_seconds": {edge: [float(each) for each in times] for edge, (_, _, times) in edges.items()}}


def true_transitions(parquet):
    """What follows directly on what: how often, in how many journeys, and the nearest-rank median and 90 % of the times."""
    columns = pq.read_table(parquet, columns=["customer", "time", "event"])
    customer = columns["customer"].to_numpy()
    seconds = columns["time"].cast(pa.timestamp("ms")).to_numpy().astype("datetime64[s]").astype(np.int64)
    codes = pl.from_arrow(columns["event"]).cast(pl.String).cast(pl.Enum(NAMES)).to_physical().to_numpy().astype(np.int64)
    same = customer[1:] == customer[:-1]
    pair = (codes[:-1] * len(NAMES) + codes[1:])[same]
    gap = np.diff(seconds)[same]
    journeys = np.bincount(np.unique(customer[1:][same].astype(np.int64) * len(NAMES) ** 2 + pair) % len(NAMES) ** 2,
                           minlength=len(NAMES) ** 2)
    order = np.lexsort((gap, pair))
    gap, ends = gap[order], np.cumsum(np.bincount(pair, minlength=len(NAMES) ** 2))
    rows = []
    for code, (first, end) in enumerate(zip(np.concatenate(([0], ends)), ends)):
        if end > first:
            ranks = [first + -(-(end - first) * tenths // 10) - 1 for tenths in (5, 9)]
            rows.append((code, int(end - first), int(journeys[code]), [int(gap[rank]) for rank in ranks]))
    return answer_of_edges(rows)


RETENTION_DAYS = 30  # that follow day 0
ENDED = 100


def answer_of_retention(rows):
    """Rows of (cohort as days since 1970, n, customers) as the scenario `retention` compares them. Below ENDED, n is a day on
    which so many came back; from there on, so many have had n - ENDED of the days 0 to RETENTION_DAYS to the end."""
    cohorts = {}
    for cohort, n, customers in rows:
        ended, back = cohorts.setdefault(int(cohort), ([0] * (RETENTION_DAYS + 2), [0] * (RETENTION_DAYS + 1)))
        (ended if n >= ENDED else back)[int(n) % ENDED] += int(customers)
    return {"retention": {str(np.datetime64(cohort, "D")): [
        sum(ended), [sum(ended[day + 1:]) for day in range(RETENTION_DAYS + 1)], back] for cohort, (ended, back) in cohorts.items()}}


def true_retention(parquet):
    """Customers by the day (UTC) of their first event; on which days of 24 hours since then they came back, of those that had
    ended by the newest event."""
    columns = pq.read_table(parquet, columns=["customer", "time"])
    customer = columns["customer"].to_numpy().astype(np.int64)
    seconds = columns["time"].cast(pa.timestamp("ms")).to_numpy().astype("datetime64[s]").astype(np.int64)
    first = np.flatnonzero(np.diff(customer, prepend=-1))
    place = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(customer))))
    start = seconds[first]
    ended = np.minimum((seconds.max() - start) // 86_400, RETENTION_DAYS + 1)
    day = (seconds - start[place]) // 86_400
    returns = np.ones(len(customer), bool)
    returns[first] = False
    returns &= day < ended[place]
    came_back = np.unique(place[returns] * (RETENTION_DAYS + 1) + day[returns])
    keys, many = np.unique(np.concatenate([
        start[came_back // (RETENTION_DAYS + 1)] // 86_400 * 1_000 + came_back % (RETENTION_DAYS + 1),
        start // 86_400 * 1_000 + ENDED + ended]), return_counts=True)
    return answer_of_retention(zip(keys // 1_000, keys % 1_000, many))


def table(rows):
    """Rows as an Arrow table: value is a decimal with two places, empty except on orders."""
    bought = rows["event"] == STEP_CODES[-1]
    cents = np.zeros((len(rows), 2), np.int64)
    cents[:, 0] = rows["cents"]
    value = pa.Array.from_buffers(
        pa.decimal128(18, 2), len(rows),
        [pa.py_buffer(np.packbits(bought, bitorder="little")), pa.py_buffer(cents)])
    return pa.table({
        "customer": rows["customer"],
        "time": pa.array(rows["time"].astype("datetime64[s]")).cast(pa.timestamp("ms")),
        "event": pa.DictionaryArray.from_arrays(rows["event"].astype(np.int8), NAMES),
        "value": value,
    })


def make(folder, events, customers, first_customer=1, seed=20260105):
    """Fills `folder` unless it is complete already; truth.json is written last. Customers are numbers from the first."""
    if (folder / "truth.json").exists():
        truth = json.loads((folder / "truth.json").read_text())
        for scenario, answer in (("transitions", true_transitions), ("retention", true_retention)):
            if scenario not in truth:  # made before there was this scenario
                truth |= answer(folder / "events.parquet")
                (folder / "truth.json").write_text(json.dumps(truth, indent=1))
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    began = time.time()
    rng = np.random.default_rng(seed)
    counts = counts_per_customer(rng, events, customers)
    buckets = [open(folder / f"bucket-{i}", "wb") for i in range(BUCKETS)]
    by_event, funnel = np.zeros(len(NAMES), np.int64), np.zeros(len(STEPS), np.int64)
    cents = first_times = last_times = 0
    writer = None
    for first in range(0, customers, CHUNK):
        part = counts[first : first + CHUNK]
        rows = journeys(rng, first_customer + first, part)
        ends = np.cumsum(part)
        by_event += np.bincount(rows["event"], minlength=len(NAMES))
        funnel += funnel_depths(rows)
        cents += int(rows["cents"].sum(dtype=np.int64))
        first_times += int(rows["time"][ends - part].sum(dtype=np.int64))
        last_times += int(rows["time"][ends - 1].sum(dtype=np.int64))
        writer = writer or pq.ParquetWriter(folder / "events.parquet", table(rows[:1]).schema, compression="zstd")
        writer.write_table(table(rows), row_group_size=1 << 20)
        bucket = rng.integers(0, BUCKETS, len(rows), dtype=np.uint8)
        order = np.argsort(bucket, kind="stable")
        for file, piece in zip(buckets, np.split(rows[order], np.cumsum(np.bincount(bucket, minlength=BUCKETS))[:-1])):
            piece.tofile(file)
    writer.close()
    with open(folder / "events.csv", "wb") as csv:
        for i, file in enumerate(buckets):
            file.close()
            rows = rng.permutation(np.fromfile(file.name, ROW))
            pl.from_arrow(table(rows)).write_csv(csv, include_header=i == 0, datetime_format="%Y-%m-%dT%H:%M:%SZ")
            Path(file.name).unlink()
    truth = {
        "events": events,
        "customers": customers,
        "by_event": dict(sorted((name, int(n)) for name, n in zip(NAMES, by_event))),
        "cents": cents,
        "first_times": first_times,  # sum over customers of the time of their first event, seconds since 1970
        "last_times": last_times,
        "funnel": [int(n) for n in funnel],
    } | true_transitions(folder / "events.parquet") | true_retention(folder / "events.parquet")
    (folder / "truth.json").write_text(json.dumps(truth, indent=1))
    print(f"made {events:,} events of {customers:,} customers in {time.time() - began:.0f} s, "
          f"CSV of {(folder / 'events.csv').stat().st_size / 1e9:.2f} GB", file=sys.stderr)


SHARD = 10_000_000


def make_shards(folder, events):
    """Files of 10 M events of 500,000 customers each, no customer in two; returns their CSVs and their truths."""
    shards = [folder / f"shard-{i}" for i in range(-(-events // SHARD))]
    for i, shard in enumerate(shards):
        make(shard, SHARD, SHARD // 20, first_customer=1 + i * SHARD // 20, seed=20260105 + i)
    return [shard / "events.csv" for shard in shards], [json.loads((shard / "truth.json").read_text()) for shard in shards]


def jsonl_of(csv):
    """The events of a CSV as lines of JSON, in the same order; made once."""
    lines = csv.with_suffix(".jsonl")
    if not lines.exists():
        part = lines.with_suffix(".part")
        pl.scan_csv(csv, schema_overrides={"time": pl.String}).sink_ndjson(part)
        part.rename(lines)
    return lines


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
