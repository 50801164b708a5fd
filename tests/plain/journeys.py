"""Random journeys in a CSV, and the calendar they are counted by: nothing here is Peregrine's."""
import csv
import datetime
import io
import random
import zoneinfo

ZONE = zoneinfo.ZoneInfo("Europe/Amsterdam")
UTC = datetime.timezone.utc
SECOND = datetime.timedelta(seconds=1)
EVENTS = ["Signed Up", "Page Viewed", "Product Viewed", "Order Completed"]
# Both changes of daylight saving of 2024 in Amsterdam lie in this time; all of it is past, for the future is quarantined.
FIRST = datetime.datetime(2024, 2, 20, tzinfo=UTC)
DAYS = 260


def midnight(day):
    """The first moment of a day in the zone, in UTC."""
    return datetime.datetime.combine(day, datetime.time(), ZONE).astimezone(UTC)


def make(seed, customers=400):
    """Journeys by customer: (time in UTC, event, value or None), in order. Times pile up around midnights of the zone, and
    around whole days after the first event."""
    chance = random.Random(seed)
    journeys = {}
    for number in range(customers):
        start = FIRST + chance.randrange(DAYS * 86_400) * SECOND
        times = {start}
        for _ in range(chance.randrange(12)):
            later = start + datetime.timedelta(days=chance.choice([1, 2, 3, 7, 14, 30, 60]) * chance.randrange(1, 4))
            kind = chance.randrange(3)
            if kind == 0:
                later = midnight(later.astimezone(ZONE).date()) + chance.choice([-1, 0, 1]) * SECOND
            elif kind == 1:
                later += chance.choice([-1, 0, 1]) * SECOND
            else:
                later += chance.randrange(86_400) * SECOND
            times.add(later)
        events = []
        for time in sorted(times):
            event = chance.choice(EVENTS)
            events.append((time, event, chance.randrange(1, 9_999) / 100 if event == "Order Completed" else None))
        journeys[f"c{number}"] = events
    return journeys


def as_csv(journeys, seed):
    """Rows in any order."""
    rows = [(customer, time.strftime("%Y-%m-%dT%H:%M:%SZ"), event, "" if value is None else f"{value:.2f}")
            for customer, events in journeys.items() for time, event, value in events]
    random.Random(seed).shuffle(rows)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["customer", "time", "event", "value"])
    writer.writerows(rows)
    return text.getvalue()


def newest(journeys):
    return max(time for events in journeys.values() for time, _, _ in events)


def bucket(time, period):
    """The first day of the day, week or month of a moment."""
    day = time.astimezone(ZONE).date()
    if period == "week":
        return day - datetime.timedelta(days=day.weekday())
    return day.replace(day=1) if period == "month" else day


def following(first_day, period, steps=1):
    """The first day of a later bucket."""
    for _ in range(steps):
        if period == "month":
            first_day = (first_day.replace(day=28) + datetime.timedelta(days=4)).replace(day=1)
        else:
            first_day += datetime.timedelta(days=7 if period == "week" else 1)
    return first_day


def name(first_day, period):
    return first_day.strftime("%Y-%m" if period == "month" else "%Y-%m-%d")
