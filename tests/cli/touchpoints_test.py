"""What names of events mean: listing, guessing and saying it."""
import csv
import json
import pathlib
import subprocess
import tempfile
import unittest

from support.suite import ROOT, TemporaryTest, ask, import_text, peregrine

EVENTS = """customer,time,event
ann,2026-01-01T10:00:00Z,Product Viewed
ann,2026-01-01T10:01:00Z,basket_opened
ann,2026-01-01T10:02:00Z,Frobnicated
ann,2026-01-01T10:03:00Z,Frobnicated
ann,2026-01-02T10:00:00Z,Session Started
bob,2026-01-03T10:00:00Z,Signed up for trial
"""

READ_EVENTS = """
import glob, sys, csv
import pyarrow.ipc as ipc
out = csv.writer(sys.stdout)
out.writerow(["customer", "time", "event"])
for segment in sorted(glob.glob(sys.argv[1] + "/events/segments/*")):
    read = lambda name: ipc.open_file(open(f"{segment}/{name}.arrow", "rb")).read_all()
    journeys, hot = read("journeys"), read("hot")
    times, events, row = hot["time"].cast("int64").to_pylist(), hot["event"].to_pylist(), 0
    for customer, own in zip(journeys["id"].to_pylist(), journeys["events"].to_pylist()):
        for row in range(row, row + len(own)):
            out.writerow([customer, times[row], events[row]])
        row += 1
"""

# The demo's names as another firm would write them.
OTHER_WORDS = {
    "Product Viewed": "item_page_opened", "Page Viewed": "page_load", "Products Searched": "catalog_search",
    "Ad Seen": "banner_impression", "Product List Viewed": "category_browsed", "Product Added": "add_to_basket",
    "Ad Clicked": "banner_click", "Checkout Started": "begin_check_out", "Social Post Seen": "social_feed_seen",
    "Product Used": "product_usage", "Cart Viewed": "basket_opened", "Competitor Site Visited": "visited_rival_site",
    "Review Read": "reviews_opened", "Signed In": "user_login", "Comparison Viewed": "compare_table_opened",
    "Store Visited": "walked_into_store", "Newsletter Opened": "mail_opened", "Guide Read": "blog_article_read",
    "Order Completed": "purchase_done", "App Used": "app_feature_used", "Order Shipped": "parcel_dispatched",
    "Product List Filtered": "facet_filter_applied", "Newsletter Subscribed": "newsletter_optin",
    "Signed Up": "account_registration", "Video Watched": "video_play", "Price Compared": "price_check",
    "Parcel Delivered": "delivery_confirmed", "Product Tried": "in_store_tryout", "Email Delivered": "mail_sent",
    "NPS Asked": "nps_prompt_shown", "Payment Failed": "card_declined", "Promotion Clicked": "promo_tapped",
    "CSAT Asked": "satisfaction_survey_sent", "Product Added to Wishlist": "favourite_saved",
    "Onboarding Started": "welcome_tour_begin", "Recommended By Friend": "told_by_friend",
    "Promotion Viewed": "promo_shown", "Tutorial Completed": "lesson_finished", "Coupon Applied": "voucher_redeemed",
    "Competitor Store Visited": "entered_rival_shop", "FAQ Viewed": "help_center_read", "NPS Answered": "nps_reply",
    "Loyalty Points Redeemed": "bonus_points_spent", "Product Installed": "device_setup_done",
    "Newsletter Clicked": "mail_link_clicked", "Onboarding Step Completed": "setup_step_done",
    "Product Removed": "basket_item_removed", "Question Asked": "presales_question", "Store Purchase": "till_sale",
    "CES Asked": "effort_survey_sent", "Support Ticket Opened": "helpdesk_request", "Support Ticket Solved": "helpdesk_solved",
    "CSAT Answered": "satisfaction_score", "Offer Viewed": "deal_page_seen", "Referral Sent": "invite_friend",
    "Coupon Denied": "voucher_rejected", "Order Refunded": "money_back", "Review Written": "review_posted",
    "Account Closed": "profile_deleted", "CES Answered": "effort_score", "Complaint Filed": "grievance_raised",
    "Membership Renewed": "club_renewal", "Plan Upgraded": "tier_upgrade", "Product Shared": "shared_with_friend",
}


def listed(workspace, *flags):
    return json.loads(peregrine("touchpoints", "list", workspace, "--format", "json", *flags)[0])["touchpoints"]


def suggested(workspace, *flags):
    return json.loads(peregrine("touchpoints", "suggest", workspace, "--format", "json", *flags)[0])["suggestions"]


class Touchpoints(TemporaryTest):
    def setUp(self):
        super().setUp()
        self.workspace, _ = import_text(self.directory, EVENTS)

    def settings(self):
        return (self.workspace / "workspace.yaml").read_text()

    def test_unknown_names_come_first_and_each_says_who_named_it(self):
        rows = [(each["event"], each["role"], each["from"]) for each in listed(self.workspace)]
        self.assertEqual(rows, [("Frobnicated", "none", "none"), ("Signed up for trial", "none", "none"),
                                ("basket_opened", "none", "none"), ("Session Started", "none", "general"),
                                ("Product Viewed", "read", "segment")])
        self.assertEqual(len(listed(self.workspace, "--unlabelled")), 4)
        rows = list(csv.reader(peregrine("touchpoints", "list", self.workspace, "--format", "csv")[0].splitlines()))
        self.assertEqual(rows[0], ["event", "events", "customers", "touchpoint", "role", "kind", "survey", "from"])

    def test_proposals_are_written_only_when_asked_and_marked_as_guesses(self):
        before = self.settings()
        roles = {each["event"]: each["role"] for each in suggested(self.workspace)}
        self.assertEqual(roles, {"basket_opened": "cart", "Signed up for trial": "try", "Frobnicated": "none"})
        self.assertEqual(self.settings(), before)
        peregrine("touchpoints", "suggest", self.workspace, "--write")
        self.assertIn('  - {event: "basket_opened", role: cart, kind: online, guess: true}\n', self.settings())
        self.assertEqual([each["event"] for each in listed(self.workspace) if each["from"] == "guess"],
                         ["Signed up for trial", "basket_opened"])
        answer = ask(self.workspace, "overview")
        self.assertEqual((answer["meta"]["guessed"], answer["result"]["guessed"]), (2, 2 / 6))
        self.assertEqual(ask(self.workspace, "stages")["meta"]["guessed"], 2)
        self.assertEqual(ask(self.workspace, "stages", {"to": "2026-01-02"})["meta"]["guessed"], 1)
        after = self.settings()
        peregrine("touchpoints", "suggest", self.workspace, "--write")
        self.assertEqual(self.settings(), after)

    def test_what_a_person_said_is_kept(self):
        with (self.workspace / "workspace.yaml").open("a") as file:
            file.write("# the end\n")
        peregrine("touchpoints", "set", self.workspace, "basket_opened", "--role", "compare", "--kind", "in_store")
        peregrine("touchpoints", "suggest", self.workspace, "--write")
        self.assertEqual(self.settings().count("basket_opened"), 1)
        self.assertIn("role: compare, kind: in_store}\n", self.settings())
        self.assertTrue(self.settings().endswith("# the end\n"))
        self.assertEqual(ask(self.workspace, "overview")["meta"]["guessed"], 1)

    def test_a_guess_is_confirmed_and_what_is_not_said_stays(self):
        peregrine("touchpoints", "suggest", self.workspace, "--write")
        peregrine("touchpoints", "set", self.workspace, "basket_opened")
        self.assertIn('  - {event: "basket_opened", role: cart, kind: online}\n', self.settings())
        peregrine("touchpoints", "set", self.workspace, "Product Viewed", "--touchpoint", "Product page")
        self.assertIn('{event: "Product Viewed", touchpoint: "Product page", role: read, kind: online}', self.settings())
        self.assertEqual(ask(self.workspace, "overview")["meta"]["guessed"], 1)

    def test_mistyped_words_get_proposals(self):
        def refuse(code, *words):
            return peregrine("touchpoints", *words, code=code)[1].strip()

        self.assertIn('has no event "Frobnicatd" (did you mean "Frobnicated"?)',
                      refuse(1, "set", self.workspace, "Frobnicatd", "--role", "use"))
        self.assertIn('(did you mean "checkout"?)', refuse(2, "set", self.workspace, "Frobnicated", "--role", "chekout"))
        self.assertIn('(did you mean "in_store"?)', refuse(2, "set", self.workspace, "Frobnicated", "--kind", "instore"))
        self.assertIn("is no guess that could be confirmed", refuse(2, "set", self.workspace, "Frobnicated"))
        self.assertIn('has no event "Nothing *"', refuse(1, "set", self.workspace, "Nothing *", "--role", "use"))
        self.assertIn('(did you mean "suggest"?)', refuse(2, "sugest", self.workspace))
        self.assertIn("is no workspace", refuse(1, "list", self.directory / "nowhere"))

    def test_touchpoints_in_one_line_are_not_touched(self):
        file = self.workspace / "workspace.yaml"
        file.write_text("name: a\ntouchpoints: [{event: Frobnicated, role: use}]\n")
        _, error = peregrine("touchpoints", "set", self.workspace, "Frobnicated", "--role", "use", code=2)
        self.assertIn("is written in one line", error)
        self.assertEqual(file.read_text(), "name: a\ntouchpoints: [{event: Frobnicated, role: use}]\n")

    def test_names_with_ids_get_one_pattern(self):
        rows = "".join(f"ann,2026-02-01T10:{i:02}:00Z,Viewed product {1000 + i}\n" for i in range(30))
        workspace, _ = import_text(self.directory, "customer,time,event\n" + rows, name="ids.csv")
        pattern = next(each for each in suggested(workspace) if each["event"] == "Viewed product *")
        self.assertEqual((pattern["names"], pattern["events"], pattern["touchpoint"], pattern["role"]),
                         (30, 30, "Viewed product", "read"))
        peregrine("touchpoints", "suggest", workspace, "--write")
        self.assertEqual(ask(workspace, "overview")["meta"]["guessed"], 32)


class Measured(unittest.TestCase):
    """How often proposals are right, on the demo's journeys under other names. Figures are in docs/guides/label.md."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="peregrine-test-")
        cls.directory = pathlib.Path(cls.folder.name)
        peregrine("demo", cls.directory / "shop", "--quiet")
        cls.true = {each["event"]: each["role"] for each in listed(cls.directory / "shop") if each["from"] != "none"}
        text = subprocess.run([str(ROOT / ".venv/bin/python"), "-c", READ_EVENTS, str(cls.directory / "shop")],
                              capture_output=True, text=True, check=True).stdout
        cls.rows = list(csv.DictReader(text.splitlines()))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def proposals(self, name, rename):
        """For each renamed event its true role and the one proposed."""
        directory = self.directory / name
        directory.mkdir()
        lines = [f"{row['customer']},{row['time']},{rename.get(row['event'], row['event'])}" for row in self.rows]
        workspace, _ = import_text(directory, "customer,time,event\n" + "\n".join(lines) + "\n")
        proposed = {each["event"]: each["role"] for each in suggested(workspace)}
        return [(self.true[event], proposed[new]) for event, new in rename.items() if self.true[event] != "none"]

    def say(self, name, pairs):
        right = sum(true == proposed for true, proposed in pairs)
        silent = sum(proposed == "none" for _, proposed in pairs)
        print(f"touchpoints suggest, {name}: {right} of {len(pairs)} right, {len(pairs) - right - silent} wrong, {silent} without")
        return right, len(pairs) - right - silent, silent

    def test_names_in_other_words(self):
        right, wrong, silent = self.say("other words", self.proposals("words", OTHER_WORDS))
        self.assertGreater(right, 4 * wrong)
        self.assertGreater(right, 3 * silent)

    def test_names_that_say_nothing(self):
        names = sorted(self.true)
        pairs = []
        for third in range(3):
            hidden = {event: f"ev_{chr(97 + i // 26)}{chr(97 + i % 26)}q" for i, event in enumerate(names) if i % 3 == third}
            pairs += self.proposals(f"hidden {third}", hidden)
        right, wrong, silent = self.say("places alone", pairs)
        self.assertGreater(3 * right, wrong)  # one of 25 roles taken by chance would be right once in 25 times
