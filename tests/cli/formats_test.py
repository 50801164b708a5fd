"""Every verb that shows rows writes them in every format."""
import csv
import io
import json

from cli.import_test import arrow
from support.suite import TemporaryTest, import_text, peregrine

EVENTS = """customer,anonymous,time,event
ann,phone,2026-01-01T10:00:00Z,Product Viewed
null,tablet,2026-01-02T10:00:00Z,Product Viewed
"""

# A verb, the key of its rows in JSON (None: the rows are not alone there), and a column with the value of its first row.
VERBS = [
    (("quarantine", "list"), "reasons", "code", "id_placeholder"),
    (("quarantine", "show"), "rows", "field", "customer"),
    (("quarantine", "replay"), "sources", "remaining", 1),
    (("touchpoints", "list"), "touchpoints", "event", "Product Viewed"),
    (("identity", "list"), "links", "previous", "old"),
    (("journey",), None, "event", "Product Viewed"),
    (("analyses",), None, "name", None),
    (("frameworks",), None, "name", None),
]


class Formats(TemporaryTest):
    def setUp(self):
        super().setUp()
        self.workspace, _ = import_text(self.directory, EVENTS)
        peregrine("identity", "link", self.workspace, "old", "ann")

    def words(self, verb):
        if verb[0] in ("analyses", "frameworks"):
            return verb
        return (*verb, self.workspace, *(("ann",) if verb == ("journey",) else ()))

    def read_arrow(self, *words):
        file = self.directory / "rows.arrow"
        file.write_bytes(peregrine(*words, "--format", "arrow", text=False)[0])
        return arrow("import sys,json,pyarrow.ipc as i\n"
                     "print(json.dumps(i.open_stream(open(sys.argv[1],'rb')).read_all().to_pylist()))", file)

    def test_rows_are_the_same_in_every_format(self):
        for verb, key, column, value in VERBS:
            with self.subTest(verb=verb):
                words = self.words(verb)
                rows = self.read_arrow(*words)
                table = list(csv.DictReader(io.StringIO(peregrine(*words, "--format", "csv")[0])))
                self.assertEqual([row[column] for row in table], [str(row[column]) for row in rows])
                if value is not None:
                    self.assertEqual(rows[0][column], value)
                    self.assertIn(str(value), peregrine(*words)[0])
                if key:
                    said = json.loads(peregrine(*words, "--format", "json")[0])
                    self.assertEqual([row[column] for row in said[key]], [row[column] for row in rows])

    def test_an_import_writes_its_ledger_in_every_format(self):
        file = self.directory / "more.csv"
        file.write_text(EVENTS.replace("ann", "bob"))
        preview = self.read_arrow("import", "--preview", self.workspace, file)
        self.assertEqual([row["customer"] for row in preview], ["bob"])
        ledger = self.read_arrow("import", self.workspace, file)[0]
        self.assertEqual((ledger["received"], ledger["stored"], ledger["quarantined"]), (2, 1, 1))

    def test_an_unknown_format_is_refused(self):
        _, error = peregrine("quarantine", "list", self.workspace, "--format", "xml", code=2)
        self.assertIn("xml", error)
