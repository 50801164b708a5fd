#include "store/identity.hpp"

#include <algorithm>
#include <random>

#include "store/store_fixture.hpp"

namespace peregrine::store {

namespace {

using Lines = std::vector<std::string>;
using IdentityTest = StoreTest;

TEST(owner_last_known, device_belongs_to_the_latest_login_and_before_the_first_to_that) {
  const std::vector<Login> logins{{10, 1}, {20, 2}};
  EXPECT_EQ(owner_last_known(logins, -5), 1u);
  EXPECT_EQ(owner_last_known(logins, 10), 1u);
  EXPECT_EQ(owner_last_known(logins, 19), 1u);
  EXPECT_EQ(owner_last_known(logins, 20), 2u);
  EXPECT_EQ(owner_last_known(logins, 99), 2u);
}

/// Five events of one device: anonymous, login A, anonymous, login B, anonymous.
TestFile five_events() {
  return {"five",
          {{.anonymous = "dev", .event = "one", .second = 1},
           {.customer = "A", .anonymous = "dev", .event = "two", .second = 2},
           {.anonymous = "dev", .event = "three", .second = 3},
           {.customer = "B", .anonymous = "dev", .event = "four", .second = 4},
           {.anonymous = "dev", .event = "five", .second = 5}}};
}

void expect_last_known(const Snapshot& snapshot) {
  EXPECT_EQ(journey_of(snapshot, "A"), (Lines{"1 one -", "2 two -", "3 three -"}));
  EXPECT_EQ(journey_of(snapshot, "B"), (Lines{"4 four -", "5 five -"}));
  EXPECT_EQ(snapshot.journeys(), 2);
  EXPECT_EQ(snapshot.known_customers(), 2);
}

TEST_F(IdentityTest, last_known_gives_five_events_to_a_a_a_b_b) {
  const auto store = create();
  import_files(*store, {five_events()});
  expect_last_known(*store->snapshot());
}

TEST_F(IdentityTest, five_events_in_any_order_of_imports) {
  const auto all = five_events().events;
  std::vector<std::size_t> order{0, 1, 2, 3, 4};
  for (int round = 0; std::next_permutation(order.begin(), order.end()) && round < 119; round += 1) {
    if (round % 10 != 0) continue;
    const auto store = create("round" + std::to_string(round), 2);
    for (const auto i : order) import_files(*store, {{"file" + std::to_string(i), {all[i]}}}, {.threads = 1});
    expect_last_known(*store->snapshot());
  }
}

TEST_F(IdentityTest, event_at_the_time_of_a_login_belongs_to_it) {
  const auto store = create();
  import_files(*store, {{"a",
                         {{.customer = "A", .anonymous = "dev", .event = "login", .second = 1},
                          {.anonymous = "dev", .event = "before", .second = 1},
                          {.customer = "B", .anonymous = "dev", .event = "login", .second = 2},
                          {.anonymous = "dev", .event = "same", .second = 2}}}});
  EXPECT_EQ(journey_of(*store->snapshot(), "A"), (Lines{"1 login -", "1 before -"}));
  EXPECT_EQ(journey_of(*store->snapshot(), "B"), (Lines{"2 login -", "2 same -"}));
}

TEST_F(IdentityTest, device_nobody_logged_in_on_is_a_customer_of_its_own) {
  const auto store = create();
  import_files(*store,
               {{"a", {{.anonymous = "dev", .second = 2}, {.anonymous = "dev", .second = 1}, {.customer = "ann"}}}});
  const auto snapshot = store->snapshot();
  EXPECT_EQ(snapshot->journeys(), 2);
  EXPECT_EQ(snapshot->known_customers(), 1);
  EXPECT_EQ(journey_of(*snapshot, "dev?"), (Lines{"1 Visit -", "2 Visit -"}));
}

TEST_F(IdentityTest, customer_and_device_of_one_name_stay_apart) {
  const TestFile file{"a", {{.customer = "x", .event = "known"}, {.anonymous = "x", .event = "unknown"}}};
  EXPECT_EQ(lines_after("one", {{file}}), (Lines{"x 0 known -", "x? 0 unknown -"}));
}

TEST_F(IdentityTest, later_login_moves_earlier_events_with_all_their_columns) {
  const auto store = create();
  import_files(*store, {{"a",
                         {{.anonymous = "dev",
                           .event = "Visit",
                           .second = 1,
                           .value = 7,
                           .sequence = 2,
                           .account = "acme",
                           .texts = {{"plan", "pro"}},
                           .numbers = {{"score", 1}}},
                          {.anonymous = "other", .second = 5}}}});
  EXPECT_EQ(store->snapshot()->known_customers(), 0);
  import_files(*store, {{"b", {{.customer = "ann", .anonymous = "dev", .event = "Login", .second = 9}}}});
  const auto snapshot = store->snapshot();
  EXPECT_EQ(journey_of(*snapshot, "ann"), (Lines{"1 Visit 7 account=acme plan=pro score=1.000000", "9 Login -"}));
  EXPECT_EQ(journey_of(*snapshot, "other?"), (Lines{"5 Visit -"}));
  EXPECT_EQ(snapshot->journeys(), 2);
  EXPECT_EQ(snapshot->ledgers()[0].stored, 2);
}

TEST_F(IdentityTest, earlier_login_takes_events_from_a_later_one) {
  const auto store = create();
  import_files(*store,
               {{"a", {{.anonymous = "dev", .second = 5}, {.customer = "B", .anonymous = "dev", .second = 9}}}});
  EXPECT_EQ(journey_of(*store->snapshot(), "B").size(), 2u);
  import_files(*store, {{"b", {{.customer = "A", .anonymous = "dev", .second = 3}}}});
  EXPECT_EQ(journey_of(*store->snapshot(), "A"), (Lines{"3 Visit -", "5 Visit -"}));
  EXPECT_EQ(journey_of(*store->snapshot(), "B"), (Lines{"9 Visit -"}));
}

TEST_F(IdentityTest, rows_of_one_time_keep_the_order_of_their_file_when_a_login_joins_them) {
  const TestFile file{"a",
                      {{.anonymous = "dev", .event = "r0"},
                       {.customer = "ann", .event = "r1"},
                       {.anonymous = "dev", .event = "r2"},
                       {.customer = "ann", .event = "r3"}}};
  const TestFile login{"b", {{.customer = "ann", .anonymous = "dev", .event = "login", .second = 1}}};
  const Lines expected{"ann 0 r0 -", "ann 0 r1 -", "ann 0 r2 -", "ann 0 r3 -", "ann 1 login -"};
  EXPECT_EQ(lines_after("apart", {{file}, {login}}), expected);
  EXPECT_EQ(lines_after("together", {{login, file}}), expected);
}

TEST_F(IdentityTest, message_seen_on_a_device_is_a_duplicate_of_the_customers) {
  const auto store = create();
  import_files(*store, {{"a", {{.anonymous = "dev", .second = 1, .message = "m"}}}});
  import_files(*store, {{"b", {{.customer = "ann", .anonymous = "dev", .second = 1, .message = "m"}}}});
  const auto snapshot = store->snapshot();
  EXPECT_EQ(snapshot->events(), 1);
  EXPECT_EQ(snapshot->ledgers()[0].stored + snapshot->ledgers()[1].stored, 1);
  EXPECT_EQ(snapshot->ledgers()[0].duplicates + snapshot->ledgers()[1].duplicates, 1);
}

/// The rule in its plainest form, to compare with.
std::map<std::string, std::string> owners_by_the_book(const std::vector<TestEvent>& events) {
  std::map<std::string, std::string> owner;  // by the event's own name
  for (const auto& event : events) {
    if (!event.customer.empty()) {
      owner[event.event] = event.customer;
      continue;
    }
    const TestEvent* best = nullptr;
    const TestEvent* first = nullptr;
    for (const auto& login : events) {
      if (login.customer.empty() || login.anonymous != event.anonymous) continue;
      const auto key = [](const TestEvent& of) { return std::tie(of.second, of.customer); };
      if (first == nullptr || key(login) < key(*first)) first = &login;
      if (login.second <= event.second && (best == nullptr || key(*best) < key(login))) best = &login;
    }
    const auto* found = best != nullptr ? best : first;
    owner[event.event] = found != nullptr ? found->customer : event.anonymous + "?";
  }
  return owner;
}

TEST_F(IdentityTest, random_devices_over_several_imports_follow_the_rule) {
  std::mt19937_64 random(test_seed());
  std::vector<TestEvent> events;
  for (int i = 0; i < 600; ++i) {
    TestEvent event;
    const auto kind = random() % 10;
    if (kind > 2) event.anonymous = "d" + std::to_string(random() % 30);
    if (kind < 5) event.customer = "c" + std::to_string(random() % 20);
    event.event = "e" + std::to_string(i);
    event.second = static_cast<std::int64_t>(random() % 40);
    events.push_back(event);
  }
  const auto expected = owners_by_the_book(events);
  const auto store = create("events", 8);
  for (std::size_t begin = 0; begin < events.size(); begin += 120) {
    const auto from = events.begin() + static_cast<std::ptrdiff_t>(begin);
    import_files(*store, {{"f" + std::to_string(begin), {from, from + 120}}},
                 {.memory_bytes = 16 << 10, .batch_rows = 50});
  }
  std::map<std::string, std::string> got;
  for (const auto& line : lines_of(*store->snapshot())) {
    const auto space = line.find(' '), name = line.find(" e");
    got[line.substr(name + 1, line.find(' ', name + 1) - name - 1)] = line.substr(0, space);
  }
  EXPECT_EQ(got, expected);
}

}  // namespace

}  // namespace peregrine::store
