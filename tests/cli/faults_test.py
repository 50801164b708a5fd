"""What people see of a disk that is full, a file they may not read, a second process, and a workspace that is not whole."""
import fcntl
import json
import os
import shutil
import subprocess

from support.suite import PEREGRINE, TemporaryTest, ask, import_text, peregrine

EVENTS = """customer,time,event
ann,2026-01-01T10:00:00Z,Product Viewed
bob,2026-01-02T10:00:00Z,Product Viewed
"""
NOBODY = 65534


def check(workspace, code=0):
    out, _ = peregrine("check", workspace, "--json", code=code)
    return json.loads(out)


class Faults(TemporaryTest):
    def made(self):
        return import_text(self.directory, EVENTS)[0]

    def refusal(self, *words, code=1):
        _, err = peregrine(*words, code=code)
        return err.replace(str(self.directory) + "/", "").strip()

    # Two processes.

    def test_a_second_import_is_refused_while_one_is_under_way(self):
        workspace = self.made()
        with open(workspace / "events" / "LOCK", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.assertEqual(self.refusal("import", workspace, self.directory / "events.csv"),
                             "peregrine: workspace/events/LOCK: another process is writing here (wait for it to end)")
            self.assertEqual(self.refusal("check", workspace, "--repair"),
                             "peregrine: workspace/events/LOCK: another process is writing here (wait for it to end)")
            self.assertEqual(ask(workspace, "overview")["result"]["events"], 2)
            self.assertTrue(check(workspace)["import_under_way"])
        peregrine("import", workspace, self.directory / "events.csv")

    # The disk.

    def test_a_full_disk_leaves_the_workspace_as_it_was(self):
        if os.geteuid() != 0:
            self.skipTest("only root can mount a small disk")
        small, big = self.directory / "small", self.directory / "big.csv"
        small.mkdir()
        (self.directory / "events.csv").write_text(EVENTS)
        with open(big, "w") as file:
            file.write("customer,time,event,note\n")
            for i in range(60_000):
                file.write(f"c{i},2026-01-01T10:00:00Z,Product Viewed,{i * 2654435761 % 2**32:x}{i * 40503 % 65537:x}\n")
        script = f"""
            mount -t tmpfs -o size=2m none {small} || exit 77
            {PEREGRINE} init {small}/shop >/dev/null && {PEREGRINE} import {small}/shop {self.directory}/events.csv --quiet || exit 1
            {PEREGRINE} import {small}/shop {big} --quiet && exit 1
            {PEREGRINE} check {small}/shop --json || exit 1
            {PEREGRINE} run {small}/shop overview --format json
            """
        result = subprocess.run(["unshare", "-m", "sh", "-c", script], capture_output=True, text=True, check=False)
        if result.returncode == 77 or "unshare" in result.stderr:
            self.skipTest("a small disk cannot be mounted here")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertRegex(result.stderr, r"^peregrine: \S+/small/shop/events: the disk is full, nothing was imported "
                                        r"\(about \d+ MiB more are needed and \d+ MiB are free\)\n$")
        found, _, answer = result.stdout.partition("\n}\n")
        self.assertEqual(json.loads(found + "\n}")["findings"], [])
        self.assertEqual(json.loads(answer)["result"]["events"], 2)

    def test_without_permission_is_said_as_such(self):
        if os.geteuid() != 0:
            self.skipTest("only root can become somebody else")
        workspace = self.made()
        os.chmod(self.directory, 0o755)

        def as_nobody(*words):
            result = subprocess.run([str(PEREGRINE), *map(str, words)], capture_output=True, text=True, check=False,
                                    user=NOBODY, group=NOBODY)
            return result.returncode, result.stderr.replace(str(self.directory) + "/", "").strip()

        if as_nobody("version")[0] != 0:
            self.skipTest("another user cannot run the program where it is")
        self.assertEqual(as_nobody("run", workspace, "overview")[0], 0)
        self.assertEqual(as_nobody("import", workspace, self.directory / "events.csv"),
                         (1, "peregrine: workspace/events/LOCK: cannot open: Permission denied"))
        self.assertEqual(as_nobody("init", self.directory / "mine"),
                         (1, "peregrine: mine: cannot make the directory: Permission denied"))
        (workspace / "workspace.yaml").chmod(0)
        self.assertEqual(as_nobody("run", workspace, "overview"),
                         (1, "peregrine: workspace/workspace.yaml: cannot open: Permission denied"))
        workspace.chmod(0o700)
        self.assertEqual(as_nobody("run", workspace, "overview"),
                         (1, "peregrine: workspace/workspace.yaml: cannot look for it: Permission denied"))

    # Workspaces that are not whole.

    def test_an_init_that_was_stopped_is_finished_by_the_next(self):
        workspace = self.directory / "w"
        peregrine("init", workspace)
        (workspace / "workspace.yaml").unlink()
        self.assertEqual(self.refusal("run", workspace, "overview"),
                         "peregrine: " + str(workspace).replace(str(self.directory) + "/", "") +
                         ": is a workspace without workspace.yaml (finish it with: peregrine init w)")
        peregrine("init", workspace)
        self.assertEqual(ask(workspace, "overview")["result"]["events"], 0)

    def test_init_does_not_touch_events_without_settings(self):
        workspace = self.made()
        (workspace / "workspace.yaml").unlink()
        self.assertEqual(self.refusal("init", workspace), "peregrine: workspace: holds events but no workspace.yaml "
                                                          "(restore that file, or name another directory)")

    def test_a_workspace_without_events_says_so(self):
        workspace = self.made()
        shutil.rmtree(workspace / "events")
        self.assertEqual(self.refusal("run", workspace, "overview"),
                         "peregrine: workspace/events: holds no events (a folder made by `peregrine init`)")

    def test_unreadable_settings_name_the_place(self):
        workspace = self.made()
        settings = workspace / "workspace.yaml"
        for text, words in (("name: [unclosed\n", "workspace/workspace.yaml:"), ("zone: UTC\n", "has no parameter \"zone\""),
                            ("timezone: Mars/Olympus\n", "workspace/workspace.yaml.timezone:"), ("\x00\x01\x02", "workspace/workspace.yaml")):
            settings.write_text(text)
            self.assertIn(words, self.refusal("run", workspace, "overview", code=2), text)
            report = check(workspace, code=1)
            self.assertEqual([each["code"] for each in report["findings"]], ["settings_unreadable"], text)
        settings.unlink()
        settings.mkdir()
        self.assertEqual(self.refusal("run", workspace, "overview"),
                         "peregrine: workspace/workspace.yaml: cannot read: Is a directory")

    # Check.

    def test_damage_is_refused_found_and_set_aside(self):
        workspace = self.made()
        victim = sorted(workspace.glob("events/segments/*/hot.arrow"))[0]
        damaged = bytearray(victim.read_bytes())
        damaged[len(damaged) // 2] ^= 1
        victim.write_bytes(damaged)
        self.assertIn("hot.arrow: block 0 does not have its checksum", self.refusal("run", workspace, "overview"))
        report = check(workspace, code=1)
        self.assertFalse(report["sound"])
        self.assertEqual([(each["file"], each["block"], each["offset"], each["code"], each["severity"], each["repairable"])
                          for each in report["findings"]],
                         [(str(victim.relative_to(workspace)), 0, 0, "block_damaged", "damage", True)])
        self.assertEqual(victim.read_bytes(), damaged)
        out, _ = peregrine("check", workspace, "--repair")
        self.assertIn("was set aside: 1 events of 1 customers are missing", out)
        answer = ask(workspace, "overview")
        self.assertEqual(answer["result"]["events"], 1)
        self.assertIn("1 events of 1 customers lie in damaged segments",
                      [rule["words"] for rule in answer["meta"]["policy"] if rule["rule"] == "missing"][0])
        self.assertRegex(peregrine("run", workspace, "overview")[0], "(?m)^Note: 1 events of 1 customers lie in damaged")
        self.assertEqual(check(workspace)["missing_events"], 1)

    def test_a_sound_workspace_says_so(self):
        out, _ = peregrine("check", self.made())
        self.assertRegex(out, r"^\d+ files, [\d,]+ bytes, 2 events read: all sound\n$")

    def test_what_is_no_workspace_cannot_be_checked(self):
        self.assertIn("is no workspace", self.refusal("check", self.directory))

    # Quarantine.

    def test_rows_in_quarantine_are_listed_and_shown(self):
        workspace, _ = import_text(self.directory, EVENTS + "eve,31/02/2026,Product Viewed\nnull,2026-01-05,Product Viewed\n"
                                                            "dan,yesterday,Product Viewed\n")
        file = str(self.directory / "events.csv")
        out, _ = peregrine("quarantine", "list", workspace, "--format", "json")
        self.assertEqual([(each["source"], each["code"], each["rows"], each["severity"]) for each in json.loads(out)["reasons"]],
                         [(file, "id_placeholder", 1, "rejected"), (file, "time_unreadable", 2, "rejected")])
        out, _ = peregrine("quarantine", "show", workspace, "--code", "time_unreadable", "--format", "json")
        rows = json.loads(out)["rows"]
        self.assertEqual([(row["row"], row["field"], row["raw"]) for row in rows],
                         [(3, "time", "eve,31/02/2026,Product Viewed"), (5, "time", "dan,yesterday,Product Viewed")])
        self.assertIn("yesterday", rows[1]["sentence"])
        out, _ = peregrine("quarantine", "show", workspace, "--limit", "2", "--format", "csv")
        self.assertEqual(len(out.splitlines()), 3)
        self.assertIn("eve,31/02/2026", peregrine("quarantine", "show", workspace, "--source", file)[0])

    def test_what_no_row_in_quarantine_has_is_refused_with_a_proposal(self):
        workspace, _ = import_text(self.directory, EVENTS + "dan,yesterday,Product Viewed\n")
        self.assertEqual(self.refusal("quarantine", "show", workspace, "--code", "time_unreadeable"),
                         "peregrine: --code: no row in quarantine has \"time_unreadeable\" (did you mean \"time_unreadable\"?)")
        self.assertIn("no row in quarantine has \"other.csv\"",
                      self.refusal("quarantine", "list", workspace, "--source", "other.csv"))

    def test_an_empty_quarantine_says_so(self):
        workspace = self.made()
        self.assertEqual(peregrine("quarantine", "list", workspace)[0], "No row is in quarantine.\n")
        self.assertEqual(peregrine("quarantine", "show", workspace)[0], "No row is in quarantine.\n")

    def test_a_row_that_leaves_quarantine_stands_where_its_file_has_it(self):
        rows = "".join(f"c{i},c{i},2026-01-05,Visit\n" for i in range(20))
        workspace, _ = import_text(self.directory, "customer,backup,time,event\n" + rows + "ann,ann,2026-01-05,First\n"
                                   "guest,ann,2026-01-05,Second\nann,ann,2026-01-05,Third\n")
        peregrine("quarantine", "replay", workspace, "--customer", "backup")
        journey = json.loads(peregrine("journey", workspace, "ann", "--format", "json")[0])
        self.assertEqual([event["event"] for event in journey["events"]], ["First", "Second", "Third"])

    def test_a_given_pattern_of_times_holds_when_rows_are_read_again(self):
        workspace, _ = import_text(self.directory, "customer,backup,time,event\nann,x1,14.03.2026,Visit\n"
                                                   "null,x2,03.04.2026,Visit\n", "--time-format", "%d.%m.%Y")
        peregrine("quarantine", "replay", workspace, "--customer", "backup")
        journey = json.loads(peregrine("journey", workspace, "x2", "--format", "json")[0])
        self.assertEqual(journey["events"][0]["time"], "2026-04-03T00:00:00Z")

    def test_rows_that_can_be_read_now_leave_quarantine_once(self):
        workspace, _ = import_text(self.directory, "customer,backup,time,event\nann,x1,2026-01-05,Visit\n"
                                                   "null,x2,2026-01-06,Visit\nnull,,2026-01-07,Visit\n")
        for stored, remaining in ((1, 1), (0, 1)):
            out, _ = peregrine("quarantine", "replay", workspace, "--customer", "backup", "--format", "json")
            source = json.loads(out)["sources"][0]
            self.assertEqual((source["stored"], source["remaining"]), (stored, remaining))
            overview = ask(workspace, "overview")["result"]
            self.assertEqual((overview["events"], overview["quarantined"]), (2, 1))
        self.assertTrue(check(workspace)["sound"])
