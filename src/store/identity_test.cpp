#include "store/identity.hpp"

#include <algorithm>
#include <map>

#include "store/store_fixture.hpp"

namespace peregrine::store {

namespace {

using Lines = std::vector<std::string>;
using IdentityTest = StoreTest;

/// Whose events at -5, 10, 19, 20 and 99 are on a device with logins at 10 of 1 and at 20 of 2; 0: nobody's.
std::vector<std::uint32_t> owners(SharedDevice policy) {
  const std::vector<Login> logins{{10, 1}, {20, 2}};
  std::vector<std::uint32_t> owners;
  for (const std::int64_t time : {-5, 10, 19, 20, 99}) owners.push_back(owner_of(policy, logins, time).value_or(0));
  return owners;
}

using Owners = std::vector<std::uint32_t>;

TEST(owner_of, last_known_is_the_latest_login_and_before_the_first_that_one) {
  EXPECT_EQ(owners(SharedDevice::last_known), (Owners{1, 1, 1, 2, 2}));
}
TEST(owner_of, first_known_is_always_the_first_login) {
  EXPECT_EQ(owners(SharedDevice::first_known), (Owners{1, 1, 1, 1, 1}));
}
TEST(owner_of, last_login_is_always_the_last_one) {
  EXPECT_EQ(owners(SharedDevice::last_login), (Owners{2, 2, 2, 2, 2}));
}
TEST(owner_of, split_is_the_first_login_up_to_it_and_nobody_after) {
  EXPECT_EQ(owners(SharedDevice::split), (Owners{1, 1, 0, 0, 0}));
}
TEST(owner_of, device_without_logins_is_nobodys) {
  EXPECT_EQ(owner_of(SharedDevice::last_known, {}, 5), std::nullopt);
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

TEST_F(IdentityTest, other_policies_give_the_five_events_as_specified) {
  const auto line_of = [&](SharedDevice policy) {
    const auto store = create("five" + std::to_string(static_cast<int>(policy)));
    import_files(*store, {five_events()}, {.identity = IdentityRules{.shared_device = policy}});
    std::map<std::string, std::string> owner;  // by second
    for (const auto& event : lines_of(*store->snapshot())) {
      const auto space = event.find(' ');
      owner[event.substr(space + 1, 1)] = event.substr(0, space);
    }
    std::string line;
    for (const auto& [second, customer] : owner) line += customer + " ";
    return line;
  };
  EXPECT_EQ(line_of(SharedDevice::last_known), "A A A B B ");
  EXPECT_EQ(line_of(SharedDevice::first_known), "A A A B A ");
  EXPECT_EQ(line_of(SharedDevice::last_login), "B A B B B ");
  EXPECT_EQ(line_of(SharedDevice::split), "A A dev? B dev? ");
}

TEST_F(IdentityTest, another_policy_holds_for_the_past_from_the_next_import_on) {
  const auto store = create();
  import_files(*store, {five_events()});
  import_files(*store, {}, {.identity = IdentityRules{.shared_device = SharedDevice::last_login}});
  EXPECT_EQ(journey_of(*store->snapshot(), "B"), (Lines{"1 one -", "3 three -", "4 four -", "5 five -"}));
  import_files(*store, {});  // says nothing of rules
  EXPECT_EQ(store->snapshot()->identity().shared_device, SharedDevice::last_login);
  import_files(*store, {}, {.identity = IdentityRules{}});
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

}  // namespace

}  // namespace peregrine::store
