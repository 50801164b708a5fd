// Rows of quarantine that are read again, in a real store.
#include "ingest/replay.hpp"

#include <gtest/gtest.h>

#include "base/fault_env.hpp"
#include "base/memory_env.hpp"
#include "ingest/ingest.hpp"
#include "model/names.hpp"
#include "store/check.hpp"

namespace peregrine::ingest {
namespace {

constexpr const char* directory = "/shop/events";

class ReplayTest : public testing::Test {
 protected:
  ReplayTest() {
    disk_.make_directories("/shop");
    store::Store::create(disk_, directory, 1);
  }
  void import(const std::string& name, std::string_view bytes, ColumnRoles roles = {}, std::string_view mapping = {}) {
    disk_.create("/shop/" + name)->append(bytes);
    const auto store = store::Store::open(disk_, directory);
    ImportRequest request;
    request.files = {"/shop/" + name};
    request.roles = std::move(roles);
    if (!mapping.empty()) request.mapping_file = "m.yaml";
    request.mapping_text = mapping;
    request.threads = 1;
    import_files(disk_, *store, request, {}, std::atomic<bool>{false});
  }
  std::vector<Replayed> replay_all(ReplayRequest request = {}) {
    const auto store = store::Store::open(disk_, directory);
    const auto replayed = replay(disk_, *store, request, std::atomic<bool>{false});
    EXPECT_EQ(store::check(disk_, directory, 1).findings.size(), 0u);
    for (const auto& ledger : store->snapshot()->ledgers()) EXPECT_EQ(ledger.accounted(), ledger.received);
    for (const auto& each : replayed) EXPECT_EQ(each.waiting, each.stored + each.remaining);
    return replayed;
  }
  std::int64_t events() { return store::Store::open(disk_, directory)->snapshot()->events(); }
  std::vector<std::string> waiting() {
    std::vector<std::string> rows;
    for (const auto& row : store::Store::open(disk_, directory)->snapshot()->read_quarantine(100)) {
      rows.push_back(std::to_string(row.row) + " " + row.code);
    }
    return rows;
  }

  /// Properties with their types and how many values they have.
  std::vector<std::string> types() {
    std::vector<std::string> types;
    const auto snapshot = store::Store::open(disk_, directory)->snapshot();
    for (const auto& column : snapshot->properties()) {
      types.push_back(column.name + " " + std::string(peregrine::name_of(column.type)) + " " +
                      std::to_string(column.values));
    }
    return types;
  }

  MemoryEnv disk_;
};

using Strings = std::vector<std::string>;

// Row 4 is unreadable for ever, 5 and 6 are written otherwise than the rest.
constexpr std::string_view orders =
    "customer;time;event;value\n"
    "ann;2026-01-05 09:00:00;Order Completed;1,50\n"
    "bob;2026-01-06 09:00:00;\"Product; Viewed\";\n"
    "cid;2026-01-07 10:00:00;Order Completed;2,50\n"
    "dan;yesterday;Order Completed;3,50\n"
    "eve;31/12/2025 08:00:00;\"Order\nCompleted\";4,50\n"
    "eve;30/12/2025 08:00:00;Order Completed;5,50\n";

TEST_F(ReplayTest, nothing_changes_while_nothing_can_be_read) {
  import("orders.csv", orders);
  const auto before = store::Store::open(disk_, directory)->snapshot()->version();
  const auto replayed = replay_all();
  ASSERT_EQ(replayed.size(), 1u);
  EXPECT_EQ(replayed[0].waiting, 3);
  EXPECT_EQ(replayed[0].stored, 0);
  EXPECT_EQ(store::Store::open(disk_, directory)->snapshot()->version(), before);
}

TEST_F(ReplayTest, rows_that_can_be_read_now_are_stored_once) {
  import("orders.csv", orders);
  EXPECT_EQ(waiting(), (Strings{"4 time_unreadable", "5 time_unreadable", "6 time_unreadable"}));
  ReplayRequest request;
  request.roles.day_first = true;
  EXPECT_EQ(replay_all(request)[0].stored, 2);
  EXPECT_EQ(waiting(), Strings{"4 time_unreadable"});
  EXPECT_EQ(events(), 5);
  EXPECT_EQ(replay_all(request)[0].stored, 0);
  EXPECT_EQ(events(), 5);
  const auto ledger = store::Store::open(disk_, directory)->snapshot()->ledgers()[0];
  EXPECT_EQ(ledger.stored, 5);
  EXPECT_EQ(ledger.quarantined, 1);
}

TEST_F(ReplayTest, a_row_too_far_down_to_be_numbered_waits_on) {
  import("orders.csv", orders);
  const auto store = store::Store::open(disk_, directory);
  const auto more = store->begin_import({});
  more->quarantine({.source = "far.csv",
                    .row = 5'000'000'000,
                    .code = "time_unreadable",
                    .field = "time",
                    .raw = "eve;29/12/2025 08:00:00;Order Completed;6,50"});
  more->keep_reading(0, store->snapshot()->kept_readings()[0].reading);
  more->publish({{.source = "far.csv", .received = 1, .quarantined = 1}}, {}, std::atomic<bool>{false});
  ReplayRequest request;
  request.roles.day_first = true;
  request.source = "far.csv";
  const auto replayed = replay_all(request);
  ASSERT_EQ(replayed.size(), 1u);
  EXPECT_EQ(replayed[0].stored, 0);
  EXPECT_NE(replayed[0].note.find("row 5000000000 stands too far down to be read again by itself"), std::string::npos)
      << replayed[0].note;
  EXPECT_EQ(waiting().back(), "5000000000 time_unreadable");
  EXPECT_EQ(events(), 3);
}

TEST_F(ReplayTest, the_file_again_is_a_duplicate_after_a_replay) {
  import("orders.csv", orders);
  ReplayRequest request;
  request.roles.day_first = true;
  replay_all(request);
  import("again.csv", orders);
  EXPECT_EQ(events(), 5);
}

TEST_F(ReplayTest, another_form_of_time_is_not_taken_without_being_asked_for) {
  import(
      "a.csv",
      "customer,time,event\nann,2026-01-05,Visit\nbob,2026-01-06,Visit\ncid,2026-01-07,Visit\ndan,25/01/2026,Visit\n");
  const auto replayed = replay_all();
  EXPECT_EQ(replayed[0].stored, 0);
  EXPECT_NE(replayed[0].note.find("its times look like day/month/year and the file was read as year-month-day"),
            std::string::npos)
      << replayed[0].note;
  EXPECT_EQ(events(), 3);
}

TEST_F(ReplayTest, another_column_may_be_given) {
  import("a.csv", "customer,backup,time,event\nann,x1,2026-01-05,Visit\nnull,x2,2026-01-06,Visit\n");
  EXPECT_EQ(waiting(), Strings{"2 id_placeholder"});
  ReplayRequest request;
  request.roles.customer = "backup";
  EXPECT_EQ(replay_all(request)[0].stored, 1);
  EXPECT_EQ(waiting(), Strings{});
  EXPECT_EQ(events(), 2);
}

TEST_F(ReplayTest, only_rows_of_the_file_and_the_reason_asked_for_are_read) {
  import("a.csv", "customer,b,time,event\nann,x1,2026-01-05,Visit\nnull,x2,2026-01-06,Visit\n");
  import("b.csv", "customer,b,time,event\ncid,x3,2026-01-05,Visit\nnull,x4,2026-01-06,Visit\n");
  ReplayRequest request;
  request.roles.customer = "b";
  request.source = "/shop/b.csv";
  request.code = "time_missing";
  EXPECT_EQ(replay_all(request).size(), 0u);
  request.code = "id_placeholder";
  EXPECT_EQ(replay_all(request).size(), 1u);
  EXPECT_EQ(events(), 3);
}

TEST_F(ReplayTest, rows_whose_fields_cannot_be_told_apart_wait_on) {
  import("a.csv", "customer,time,event\nann,2026-01-05,Visit\nbob,2026-01-05\ncid,\"2026\"x,Visit\n");
  const auto replayed = replay_all();
  EXPECT_EQ(replayed[0].waiting, 2);
  EXPECT_EQ(replayed[0].remaining, 2);
}

// In the second object the time lies across lines; none that waits has an anonymous id, and one has another's name.
constexpr std::string_view objects =
    "[{\"customer\":\"ann\",\"anonymous\":\"a\",\"time\":\"2026-01-05\",\"event\":\"Visit\"},\n"
    "{\"customer\":\"bob\",\n\"time\":\"31/12/2025\",\"event\":\"Visit\"},\n"
    "{\"email\":\"x\",\"time\":\"30/12/2025\",\"event\":\"Visit\"},\n"
    "{\"customer\":\"cid\",\"time\":\"2026-01-06\",\"event\":\"Visit\"}, {\"customer\": NaN}]\n";

TEST_F(ReplayTest, objects_of_json_are_read_again) {
  import("a.json", objects);
  EXPECT_EQ(waiting(), (Strings{"2 time_unreadable", "3 time_unreadable", "5 json_not_finite"}));
  EXPECT_EQ(replay_all()[0].stored, 0);
  ReplayRequest request;
  request.roles.day_first = true;
  EXPECT_EQ(replay_all(request)[0].stored, 1);
  EXPECT_EQ(waiting(), (Strings{"3 time_unreadable", "5 json_not_finite"}));
  EXPECT_EQ(events(), 3);
}

TEST_F(ReplayTest, calls_of_segment_are_read_again) {
  const std::string start = R"({"type":"track","event":"A","timestamp":"2026-01-05T13:00:00Z",)";
  import("a.jsonl", start + R"("userId":"u1"})" + "\n" + start + R"("userId":"guest","anonymousId":"a1"})" + "\n");
  EXPECT_EQ(waiting(), Strings{"2 id_placeholder"});
  EXPECT_EQ(replay_all()[0].stored, 0);
  ReplayRequest request;
  request.roles.customer = "anonymousId";
  EXPECT_EQ(replay_all(request)[0].stored, 1);
  EXPECT_EQ(events(), 2);
}

constexpr std::string_view renamed = "columns:\n  customer: who\n  event: what\n  time: at\n  double: n * 2\n";

TEST_F(ReplayTest, rows_of_a_mapping_file_are_read_again_by_it) {
  import(
      "a.csv",
      "who,what,at,n\nann,Visit,2026-01-05,1\neve,Visit,2026-01-06,4\nbob,Visit,25/01/2026,2\ncid,Visit,26/01/2026,x\n",
      {}, renamed);
  EXPECT_EQ(waiting(), (Strings{"3 time_unreadable", "4 number_unreadable"}));
  ReplayRequest request;
  request.roles.day_first = true;
  EXPECT_EQ(replay_all(request)[0].stored, 1);
  EXPECT_EQ(waiting(), Strings{"4 number_unreadable"});
  EXPECT_EQ(types(), (Strings{"double number 3", "n number 3"}));
}

TEST_F(ReplayTest, objects_of_a_mapping_file_may_lack_what_it_reads) {
  import("a.jsonl",
         "{\"who\":\"ann\",\"what\":\"Visit\",\"at\":\"2026-01-05\",\"n\":1}\n"
         "{\"who\":\"bob\",\"what\":\"Visit\",\"at\":\"25/01/2026\"}\n",
         {}, renamed);
  EXPECT_EQ(waiting(), Strings{"2 time_unreadable"});
  ReplayRequest request;
  request.roles.day_first = true;
  EXPECT_EQ(replay_all(request)[0].stored, 1);
  EXPECT_EQ(events(), 2);
}

TEST_F(ReplayTest, rows_that_are_joined_wait_on_and_their_file_says_why) {
  import("a.csv", "order,time,event,customer\n1,2026-01-05,Buy,ann\n1,soon,Buy,ann\n2,2026-01-06,Buy,bob\n", {},
         "join: {by: order, time: earliest}");
  EXPECT_EQ(waiting(), Strings{"2 time_unreadable"});
  EXPECT_EQ(replay_all()[0].note,
            "the mapping file m.yaml joins rows, and others of their events may not be here: correct the rows and "
            "import them, with all rows of their events, under another name");
}

TEST_F(ReplayTest, events_of_xes_are_read_again) {
  const auto event = [](const std::string& who) {
    return R"(<event><string key="concept:name" value="A"/><string key="org:resource" value=")" + who +
           R"("/><date key="time:timestamp" value="2026-01-05T13:00:00Z"/></event>)";
  };
  import("a.xes", R"(<log><trace><string key="concept:name" value="ann"/>)" + event("Sue") + "</trace><trace>" +
                      event("Bob &amp; Co &quot;x&quot;") + event("") + "</trace></log>");
  EXPECT_EQ(waiting(), (Strings{"2 customer_missing", "3 customer_missing"}));
  EXPECT_EQ(replay_all()[0].stored, 0);
  ReplayRequest request;
  request.roles.customer = "org:resource";
  EXPECT_EQ(replay_all(request)[0].stored, 1);
  EXPECT_EQ(waiting(), Strings{"3 customer_missing"});
  EXPECT_EQ(events(), 2);
}

TEST_F(ReplayTest, properties_keep_the_types_of_the_store) {
  import("a.csv",
         "customer,time,event,n\nann,2026-01-05,Visit,a\nann,2026-01-06,Visit,\nann,2026-01-07,Visit,\n"
         "bob,25/01/2026,Visit,1\ncid,26/01/2026,Visit,2\n");
  EXPECT_EQ(types(), Strings{"n text 1"});
  ReplayRequest request;
  request.roles.day_first = true;
  EXPECT_EQ(replay_all(request)[0].stored, 2);
  EXPECT_EQ(types(), Strings{"n text 3"});
}

TEST_F(ReplayTest, a_cancelled_replay_changes_nothing) {
  import("orders.csv", orders);
  ReplayRequest request;
  request.roles.day_first = true;
  const auto store = store::Store::open(disk_, directory);
  EXPECT_THROW(replay(disk_, *store, request, std::atomic<bool>{true}), Error);
  EXPECT_EQ(waiting().size(), 3u);
  EXPECT_EQ(events(), 3);
}

TEST_F(ReplayTest, a_replay_may_fail_at_any_call) {
  import("orders.csv", orders);
  ReplayRequest request;
  request.roles.day_first = true;
  for (std::size_t call = 1;; call += 7) {
    const auto disk = disk_.copy();
    FaultEnv env(*disk, {.at = call, .for_ever = true});
    try {
      replay(env, *store::Store::open(env, directory), request, std::atomic<bool>{false});
    } catch (const Error&) {
      // Found out below.
    }
    const auto store = store::Store::open(*disk, directory);
    const auto found = store->snapshot()->events();
    ASSERT_TRUE(found == 3 || found == 5) << call;
    replay(*disk, *store, request, std::atomic<bool>{false});
    ASSERT_EQ(store->snapshot()->events(), 5) << call;
    ASSERT_EQ(store::check(*disk, directory, 1).findings.size(), 0u) << call;
    if (env.calls() < call) break;
  }
}

}  // namespace
}  // namespace peregrine::ingest
