"""Tables from history lines: as text for the terminal, and as docs/internals/benchmarks.md."""
import json
from pathlib import Path

BENCH = Path(__file__).parent
PAGE = BENCH.parent / "docs/internals/benchmarks.md"

QUESTIONS = {
    "funnel": "How many customers did, in this order and within 7 days of the first, *Product Viewed*, *Product Added*, "
              "*Checkout Started*, *Order Completed*?",
    "transitions": "What follows directly on what: for each pair of event names how often, in how many journeys, and the median and 90 % of the times?",
    "retention": "Of the customers whose first event lies on a day, how many came back with any event on each of the 30 days after it, "
                 "counted in 24 hours from their own first event, and how many have had that day to its end?",
    "import": "A CSV in random order becomes a store ordered by customer and time.",
    "import_jsonl": "The same events as lines of JSON become a store ordered by customer and time.",
    "one_scan": "Overview, stages, transitions and funnel together in one scan, against the sum of each alone.",
    "scale": "The same questions of more and more events: CPU seconds of all threads of a new process, and its memory that no file backs.",
}


def seconds(s):
    return f"{s['median']:.3f} s" if s["median"] < 10 else f"{s['median']:.1f} s"


def scale_table(line):
    rows = line["engines"]
    names = next((list(row["asks"]) for row in rows.values() if "asks" in row), [])
    head = ["events", "version", "result", "import", "peak", "bytes/event"] + [h for name in names for h in (name, "peak")]
    cells = []
    for name, row in rows.items():
        cells.append([name, row.get("version", "–"), row["state"] if row["state"] == "equal" else row["state"].upper()])
        if row["state"] == "equal":
            measured = [row["import"], *row["asks"].values()]
            columns = [[f"{m['cpu_seconds']:.2f} s" if m["cpu_seconds"] < 10 else f"{m['cpu_seconds']:.1f} s",
                        f"{m['own_bytes'] / 1e6:,.0f} MB"] for m in measured]
            columns[0].append(f"{row['bytes_per_event']:.1f}")
            cells[-1] += [cell for column in columns for cell in column]
        cells[-1] += ["–"] * (len(head) - len(cells[-1]))
    return head, cells


def table(line):
    """Head and rows of one history line."""
    if line["scenario"] == "scale":
        return scale_table(line)
    is_import, baseline = line["scenario"].startswith("import"), line["baseline"]
    head = ["", "version", "result", "median", "spread", "M events/s", f"÷ {baseline}"]
    head += ["peak memory", "of it own", "bytes/event"] if is_import else ["new process"]
    rows = []
    for name, row in line["engines"].items():
        cells = [name, row.get("version", "–"), row["state"] if row["state"] == "equal" else row["state"].upper()]
        if row["state"] == "equal":
            s = row["seconds"]
            cells += [seconds(s), f"{s['spread']:.0%}", f"{line['events'] / s['median'] / 1e6:.1f}",
                      f"{line['ratios'][name]:.2f}" if name in line["ratios"] else "–"]
            if is_import:
                cells += [f"{row['peak_bytes'] / 1e9:.2f} GB", f"{row['peak_own_bytes'] / 1e9:.2f} GB",
                          f"{row['bytes_per_event']:.1f}"]
            else:
                cells += [seconds(row["cold_process"]) if "cold_process" in row else "–"]
        rows.append(cells + ["–"] * (len(head) - len(cells)))
    return head, rows


def remarks(line):
    if line["busy_elsewhere"] > 0.1:
        yield (f"noisy: other work kept {line['busy_elsewhere']:.0%} of the machine busy; times are too long, "
               "ratios uncertain")
    for name, row in line["engines"].items():
        for key in ("why", "suspect"):
            if key in row:
                yield f"{name}: {row['state']}: {row[key]}" if key == "why" else f"{name}: {row[key]}"


def caption(line):
    m = line["machine"]
    size = ("A customer for each 20 events" if line["scenario"] == "scale" else
            f"{line['events']:,} events of {line['customers']:,} customers")
    return (f"{size}, {line['cores']} cores of "
            f"{m['cpu']}, {m['memory_gib']} GiB, {line['busy_elsewhere']:.0%} of the machine busy with other work, "
            f"{line['date'][:10]}, "
            f"commit {line['commit'] or 'none'}")


def text_table(line):
    head, rows = table(line)
    widths = [max(len(r[i]) for r in [head, *rows]) for i in range(len(head))]
    lines = [f"\n{line['scenario']}: {caption(line)}"]
    lines += ["  ".join(cell.ljust(w) if i < 3 else cell.rjust(w) for i, (cell, w) in enumerate(zip(r, widths)))
              for r in [head, *rows]]
    return "\n".join(lines + [f"  {text}" for text in remarks(line)])


def markdown(line):
    head, rows = table(line)
    lines = [f"## {line['scenario']}", "", QUESTIONS[line["scenario"]], "",
             "| " + " | ".join(head) + " |", "|---|---|---|" + "--:|" * (len(head) - 3)]
    lines += ["| " + " | ".join(r) + " |" for r in rows] + ["", caption(line) + "."]
    forms = [f"{name}: {row['form']}" for name, row in line["engines"].items() if row.get("form")]
    if forms:
        lines += ["", "Form used: " + "; ".join(forms) + "."]
    lines += [f"\n**{text}**" for text in remarks(line)]
    customers = "" if line["scenario"] == "scale" else f" --customers {line['customers']}"
    return "\n".join([*lines, "", f"Repeat: `bench/run {line['scenario']} --events {line['events']}{customers}`", ""])


def last_line(file):
    """The latest line of the largest size: smoke tests do not replace a full run."""
    lines = [json.loads(text) for text in file.read_text().splitlines()]
    return max(enumerate(lines), key=lambda pair: (pair[1]["events"], pair[0]))[1]


def write():
    parts = ["# Benchmarks", "",
             "<!-- Written by `bench/run --write-page` from the last lines of bench/history; change page.py, not this. -->",
             "", "Results are compared before anything is timed: `equal` means that every figure the engine gave is the "
             "true one, known from making the data. What differs, failed or is absent has no time. Median and spread "
             "((slowest − fastest) ÷ median) of interleaved rounds; ratios are taken round by round. How each engine is "
             "asked, what is fair about it and what is not: `bench/README.md`.", ""]
    for scenario in QUESTIONS:
        file = BENCH / "history" / f"{scenario}.jsonl"
        parts.append(markdown(last_line(file)) if file.exists() else f"## {scenario}\n\nNot run yet.\n")
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text("\n".join(parts))
