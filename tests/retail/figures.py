"""What a careful analyst finds in Online Retail with pandas alone: .venv/bin/python tests/retail/figures.py FILE

Prints the figures as JSON. Nothing of Peregrine is used: the rules of the mapping are written here once more, as pandas
says them. Money is in thousandths of a pound, whole: prices have at most three decimals.
"""
import json
import sys
from decimal import Decimal

import pandas


def read_lines(path):
    lines = pandas.read_csv(path, dtype=str, keep_default_na=False)
    lines["row"] = range(len(lines))
    lines["quantity"] = lines.Quantity.astype(int)
    lines["mills"] = [int(Decimal(price) * 1000) for price in lines.UnitPrice] * lines.quantity
    lines["time"] = pandas.to_datetime(lines.InvoiceDate).dt.tz_localize("Europe/London").dt.tz_convert("UTC")
    return lines


def first_seen(events):
    return events.sort_values(["time", "row"]).drop_duplicates("customer")


def main():
    lines = read_lines(sys.argv[1])
    adjusted = lines.InvoiceNo.str.startswith("A")
    cancelled = lines.InvoiceNo.str.startswith("C")
    written_off = (lines.quantity < 0) & ~cancelled & ~adjusted
    sold = lines[~adjusted & ~written_off]
    known = sold[sold.CustomerID != ""]

    groups = known.groupby("InvoiceNo")
    assert (groups.CustomerID.nunique() == 1).all() and (groups.Country.nunique() == 1).all()
    events = groups.agg(time=("time", "min"), mills=("mills", "sum"), customer=("CustomerID", "first"),
                        country=("Country", "first"), row=("row", "min"), lines=("row", "size")).reset_index()
    refunds = events[events.InvoiceNo.str.startswith("C")]
    orders = events[~events.InvoiceNo.str.startswith("C")]
    per_customer = orders.groupby("customer").size()
    net = events.groupby("customer").mills.sum()

    # A refund at or after an order of the same customer, at most 30 days later.
    pairs = orders.merge(refunds, on="customer", suffixes=("", "_refund"))
    wait = pairs.time_refund - pairs.time
    soon = pairs[(wait >= pandas.Timedelta(0)) & (wait <= pandas.Timedelta(days=30))]

    country_of = first_seen(events).set_index("customer").country
    print(json.dumps({
        "received": len(lines),
        "left_out": {"adjustment of bad debt": int(adjusted.sum()), "stock written off or corrected": int(written_off.sum())},
        "quarantined": int((sold.CustomerID == "").sum()),
        "stored": len(events),
        "two_times": int((sold.groupby("InvoiceNo").InvoiceDate.nunique() > 1).sum()),
        "orders": len(orders),
        "refunds": len(refunds),
        "customers": int(events.customer.nunique()),
        "ordering_customers": len(per_customer),
        "refunding_customers": int(refunds.customer.nunique()),
        "repeat_customers": int((per_customer >= 2).sum()),
        "repeat_orders": int((per_customer - 1).sum()),
        "order_mills": int(orders.mills.sum()),
        "refund_mills": int(refunds.mills.sum()),
        "net_mills": {customer: int(mills) for customer, mills in net.items()},
        "refunded_within_30_days": int(soon.customer.nunique()),
        "first": events.time.min().isoformat(),
        "last": events.time.max().isoformat(),
        "customers_by_country": {k: int(v) for k, v in country_of.value_counts().items()},
        "orders_by_country": {k: int(v) for k, v in
                              orders.assign(home=orders.customer.map(country_of)).home.value_counts().items()},
    }))


if __name__ == "__main__":
    main()
