"""Which ids are one customer."""
import json

from support.suite import TemporaryTest, import_text, peregrine

TWO_IDS = """customer,anonymous_id,time,event,previous_id
ann,d1,2026-01-01,Signed In,
,d1,2026-01-02,Page Viewed,
bob,,2026-01-03,Order Completed,
bob,,2026-01-04,Alias,ann
"""


class Identity(TemporaryTest):
    def events_of(self, customer):
        out, _ = peregrine("journey", self.workspace, customer, "--format", "json")
        return [event["event"] for event in json.loads(out)["events"]]

    def links(self):
        out, _ = peregrine("identity", "list", self.workspace, "--format", "json")
        return json.loads(out)["links"]

    def set_rules(self, rules):
        file = self.workspace / "workspace.yaml"
        lines = [f"identity: {rules}" if line.startswith("identity:") else line for line in file.read_text().splitlines()]
        file.write_text("\n".join(lines) + "\n")

    def setUp(self):
        super().setUp()
        self.workspace, _ = import_text(self.directory, TWO_IDS)

    def test_an_alias_joins_two_customers_and_a_person_parts_them(self):
        self.assertEqual(self.events_of("bob"), ["Signed In", "Page Viewed", "Order Completed", "Alias"])
        self.assertEqual([(link["previous"], link["customer"], link["state"], link["said_by"]) for link in self.links()],
                         [("ann", "bob", "joined", "file")])
        out, _ = peregrine("identity", "unlink", self.workspace, "ann", "bob")
        self.assertIn("2 customers, 1 before", out)
        self.assertEqual(self.events_of("ann"), ["Signed In", "Page Viewed"])
        self.assertEqual(self.links()[0]["state"], "taken back")
        peregrine("identity", "link", self.workspace, "ann", "bob")
        self.assertEqual(len(self.events_of("bob")), 4)

    def test_a_device_can_be_given_to_somebody(self):
        peregrine("identity", "unlink", self.workspace, "ann", "bob")
        peregrine("identity", "link", self.workspace, "d1", "bob")
        self.assertEqual(self.events_of("bob"), ["Page Viewed", "Order Completed", "Alias"])
        self.assertEqual(self.events_of("ann"), ["Signed In"])

    def test_changed_rules_hold_after_apply(self):
        peregrine("identity", "unlink", self.workspace, "ann", "bob")
        self.set_rules("{shared_device: split, most_joined: 50}")
        self.assertIn("identity apply", peregrine("identity", "list", self.workspace)[0])
        self.assertIn("3 customers, 2 before", peregrine("identity", "apply", self.workspace)[0])
        self.assertEqual(self.events_of("d1"), ["Page Viewed"])
        self.assertIn("already", peregrine("identity", "apply", self.workspace)[0])

    def test_a_merge_storm_is_said(self):
        rows = "".join(f"c{i},kiosk,2026-02-01,Signed In\n" for i in range(51))
        import_text(self.directory, "customer,anonymous_id,time,event\n" + rows + ",kiosk,2026-02-02,Page Viewed\n",
                    name="kiosk.csv")
        self.assertEqual(self.events_of("kiosk"), ["Page Viewed"])

    def test_ids_that_many_share_are_refused(self):
        _, error = peregrine("identity", "link", self.workspace, "guest", "bob", code=2)
        self.assertEqual(error, 'peregrine: previous id: "guest" is a placeholder that many share '
                                "(the id of one customer or device)\n")
        _, error = peregrine("identity", "link", self.workspace, "bob", "bob", code=2)
        self.assertIn("is the previous id itself", error)

    def test_a_rule_that_is_none_is_refused(self):
        self.set_rules("{shared_device: last_know}")
        _, error = peregrine("run", self.workspace, "overview", code=2)
        self.assertIn("identity.shared_device", error)
        self.assertIn("last_known", error)
