#include "store/store.hpp"

#include <algorithm>
#include <random>

#include "store/store_fixture.hpp"

namespace peregrine::store {

namespace {

using Lines = std::vector<std::string>;

TEST_F(StoreTest, new_store_is_empty) {
  const auto snapshot = create()->snapshot();
  EXPECT_EQ(snapshot->events(), 0);
  EXPECT_EQ(snapshot->journeys(), 0);
  EXPECT_EQ(snapshot->oldest(), Time{});
  EXPECT_EQ(snapshot->newest(), Time{});
  EXPECT_EQ(snapshot->partitions(), 4u);
  EXPECT_EQ(snapshot->part(3, everything(*snapshot), {})->journeys(), 0u);
}

TEST_F(StoreTest, store_is_made_once_and_found_only_where_it_is) {
  create();
  EXPECT_EQ(error_of([&] { create(); }).first, ErrorKind::conflict);
  EXPECT_EQ(error_of([&] { open("elsewhere"); }).first, ErrorKind::not_found);
  EXPECT_EQ(error_of([&] { create("odd", 3); }).first, ErrorKind::invalid);
}

TEST_F(StoreTest, every_type_comes_back_with_its_gaps) {
  const TestFile file{"all.csv",
                      {{.customer = "ann", .event = "Visit", .second = 1},
                       {.customer = "ann",
                        .event = "Buy",
                        .second = 2,
                        .value = 12'500'000,
                        .account = "acme",
                        .texts = {{"plan", "pro"}},
                        .numbers = {{"score", 9.5}},
                        .booleans = {{"gift", true}},
                        .times = {{"due", 77}},
                        .money = {{"tax", -5}}},
                       {.customer = "ann",
                        .event = "Buy",
                        .second = 3,
                        .value = -1,
                        .texts = {{"plan", "free"}, {"trait.country", "NL"}},
                        .booleans = {{"gift", false}}}}};
  const auto store = create();
  import_files(*store, {file});
  const auto snapshot = store->snapshot();
  EXPECT_EQ(lines_of(*snapshot),
            (Lines{"ann 1 Visit -", "ann 2 Buy 12500000 account=acme due=t77 gift=true plan=pro score=9.500000 tax=m-5",
                   "ann 3 Buy -1 gift=false plan=free trait.country=NL"}));
  EXPECT_EQ(snapshot->events(), 3);
  EXPECT_EQ(snapshot->known_customers(), 1);
  EXPECT_EQ(snapshot->oldest().micros, 1'000'000);
  EXPECT_EQ(snapshot->newest().micros, 3'000'000);
  const auto& properties = snapshot->properties();
  ASSERT_EQ(properties.size(), 7u);
  EXPECT_EQ(properties[2].name, "gift");
  EXPECT_EQ(properties[2].values, 2);
}

TEST_F(StoreTest, column_not_asked_for_is_empty) {
  const auto store = create("events", 1);
  import_files(*store, {{"a", {{.customer = "ann", .value = 1, .texts = {{"plan", "pro"}}}}}});
  ColumnRequest request;
  request.properties = {"absent"};
  const auto part = store->snapshot()->part(0, request, {});
  EXPECT_FALSE(part->value.exists());
  EXPECT_FALSE(part->property("plan").exists());
  EXPECT_FALSE(part->property("absent").exists());
}

TEST_F(StoreTest, columns_that_nobody_has_do_not_exist) {
  const auto store = create("events", 1);
  import_files(*store, {{"a", {{.customer = "ann"}}}});
  const auto snapshot = store->snapshot();
  EXPECT_TRUE(snapshot->properties().empty());
  EXPECT_FALSE(snapshot->part(0, everything(*snapshot), {})->value.exists());
  EXPECT_FALSE(Env::real().exists(join_path(directory(), "segments/p00-000001/cold.arrow")));
}

TEST_F(StoreTest, hot_columns_lie_on_64_bytes) {
  const auto store = create("events", 1);
  import_files(*store, {{"a", {{.customer = "ann", .value = 1}, {.customer = "bob", .value = 1}}}});
  const auto snapshot = store->snapshot();
  const auto part = snapshot->part(0, everything(*snapshot), {});
  const auto aligned = [](const void* data) { return reinterpret_cast<std::uintptr_t>(data) % 64 == 0; };
  EXPECT_TRUE(aligned(part->time));
  EXPECT_TRUE(aligned(part->event.narrow));
  EXPECT_TRUE(aligned(part->value.integers));
}

TEST_F(StoreTest, property_of_a_second_type_gets_a_second_column) {
  const auto store = create();
  import_files(*store, {{"a", {{.customer = "ann", .second = 1, .texts = {{"plan", "pro"}}}}}});
  import_files(*store, {{"b", {{.customer = "ann", .second = 2, .numbers = {{"plan", 2}}}}}});
  EXPECT_EQ(lines_of(*store->snapshot()), (Lines{"ann 1 Visit - plan=pro", "ann 2 Visit - plan:number=2.000000"}));
}

TEST_F(StoreTest, more_events_names_than_16_bits_hold) {
  TestFile file{"names", {}};
  for (int i = 0; i < 66'000; ++i)
    file.events.push_back({.customer = "ann", .event = "e" + std::to_string(i), .second = i});
  const auto store = create("events", 1);
  import_files(*store, {file}, {.batch_rows = 100'000});
  const auto snapshot = store->snapshot();
  const auto part = snapshot->part(0, {}, {});
  ASSERT_NE(part->event.wide, nullptr);
  EXPECT_EQ(snapshot->event_names()[part->event[65'999]], "e65999");
}

TEST_F(StoreTest, event_codes_stay_when_names_are_added) {
  const auto store = create();
  import_files(*store, {{"a", {{.customer = "ann", .event = "First"}}}});
  import_files(*store,
               {{"b", {{.customer = "bob", .event = "Second"}, {.customer = "bob", .event = "First", .second = 9}}}});
  const auto snapshot = open()->snapshot();
  ASSERT_EQ(snapshot->event_names().size(), 2u);
  EXPECT_EQ(snapshot->event_names()[0], "First");
  EXPECT_EQ(journey_of(*snapshot, "bob"), (Lines{"0 Second -", "9 First -"}));
}

// Order: time, then sequence, then source, then row in the file.

TEST_F(StoreTest, events_are_in_order_of_time) {
  const auto store = create();
  import_files(*store, {{"a",
                         {{.customer = "ann", .event = "c", .second = 3},
                          {.customer = "ann", .event = "a", .second = -1},
                          {.customer = "ann", .event = "b", .second = 2}}}});
  EXPECT_EQ(journey_of(*store->snapshot(), "ann"), (Lines{"-1 a -", "2 b -", "3 c -"}));
}

TEST_F(StoreTest, equal_times_are_in_order_of_sequence_then_row) {
  const auto store = create();
  import_files(*store, {{"a",
                         {{.customer = "ann", .event = "third", .sequence = 2},
                          {.customer = "ann", .event = "first", .sequence = 1},
                          {.customer = "ann", .event = "second", .sequence = 1}}}});
  EXPECT_EQ(journey_of(*store->snapshot(), "ann"), (Lines{"0 first -", "0 second -", "0 third -"}));
}

TEST_F(StoreTest, rows_of_one_file_keep_their_order_when_batches_come_out_of_order) {
  const TestFile file{
      "a",
      {{.customer = "ann", .event = "r0"}, {.customer = "ann", .event = "r1"}, {.customer = "ann", .event = "r2"}}};
  const auto store = create();
  const auto import = store->begin_import(ImportOptions());
  import->add(batch_of(file, 0, 2, 3));
  import->add(batch_of(file, 0, 0, 2));
  import->publish({ledger_of(file)}, {}, std::atomic<bool>{false});
  EXPECT_EQ(journey_of(*store->snapshot(), "ann"), (Lines{"0 r0 -", "0 r1 -", "0 r2 -"}));
}

/// Files with many ties, gaps and types, for comparing ways of importing them.
std::vector<TestFile> random_files(std::uint64_t seed, std::size_t events) {
  std::mt19937_64 random(seed);
  std::vector<TestFile> files{{"one.csv", {}}, {"two.csv", {}}, {"three.csv", {}}};
  for (auto& file : files) {
    for (std::size_t i = 0; i < events; ++i) {
      TestEvent event;
      const auto who = random() % 40;
      if (who % 4 != 0) event.customer = "c" + std::to_string(who);
      if (who % 4 == 0 || random() % 3 == 0) event.anonymous = "d" + std::to_string(random() % 20);
      event.event = "e" + std::to_string(random() % 7);
      event.second = static_cast<std::int64_t>(random() % 50);
      if (random() % 3 == 0) event.value = static_cast<std::int64_t>(random() % 100);
      if (random() % 4 == 0) event.sequence = static_cast<std::int64_t>(random() % 3);
      if (random() % 2 == 0) event.texts["plan"] = "p" + std::to_string(random() % 5);
      if (random() % 2 == 0) event.texts["row"] = file.name + std::to_string(i);
      if (random() % 5 == 0) event.numbers["score"] = static_cast<double>(random() % 11);
      if (random() % 5 == 0) event.booleans["gift"] = random() % 2 == 0;
      if (random() % 6 == 0) event.times["due"] = static_cast<std::int64_t>(random() % 1000);
      file.events.push_back(std::move(event));
    }
  }
  return files;
}

TEST_F(StoreTest, order_of_arrival_makes_no_difference) {
  const auto files = random_files(test_seed(), 300);
  const auto& [one, two, three] = std::tie(files[0], files[1], files[2]);
  const auto expected = lines_after("together", {{one, two, three}});
  EXPECT_EQ(expected.size(), 900u);
  EXPECT_EQ(lines_after("forwards", {{one}, {two}, {three}}), expected);
  EXPECT_EQ(lines_after("backwards", {{three}, {two}, {one}}), expected);
  EXPECT_EQ(lines_after("mixed", {{two, one}, {three}}), expected);
}

TEST_F(StoreTest, memory_batches_and_threads_make_no_difference) {
  const auto files = random_files(test_seed(), 300);
  const auto expected = lines_after("large", {files});
  EXPECT_EQ(lines_after("tiny_memory", {files}, {.memory_bytes = 4096, .batch_rows = 50, .threads = 1}), expected);
  EXPECT_EQ(lines_after("small_batches", {files}, {.batch_rows = 7, .threads = 3}), expected);
}

TEST_F(StoreTest, partitions_without_news_keep_their_files) {
  const auto store = create("events", 64);
  TestFile first{"a", {}};
  for (int i = 0; i < 500; ++i) first.events.push_back({.customer = "c" + std::to_string(i)});
  import_files(*store, {first});
  import_files(*store, {{"b", {{.customer = "c7", .second = 1}}}});
  std::size_t rewritten = 0;
  for (const auto& name : Env::real().list(join_path(directory(), "segments"))) rewritten += name.ends_with("-000002");
  EXPECT_EQ(rewritten, 1u);
  EXPECT_EQ(store->snapshot()->events(), 501);
}

// De-duplication by message id.

TEST_F(StoreTest, same_message_again_is_a_duplicate) {
  const auto store = create();
  const TestFile a{"a", {{.customer = "ann", .event = "Buy", .second = 5, .value = 3, .message = "m1"}}};
  const TestFile b{"b",
                   {{.customer = "ann", .event = "Buy", .second = 5, .value = 3, .message = "m1"},
                    {.customer = "ann", .event = "Buy", .second = 5, .value = 3, .message = "m2"},
                    {.customer = "ann", .event = "Buy", .second = 5, .value = 3}}};
  EXPECT_EQ(import_files(*store, {a})[0].stored, 1);
  const auto ledger = import_files(*store, {b})[0];
  EXPECT_EQ(ledger.stored, 2);
  EXPECT_EQ(ledger.duplicates, 1);
  EXPECT_EQ(ledger.received, ledger.accounted());
  EXPECT_EQ(store->snapshot()->events(), 3);
}

TEST_F(StoreTest, same_message_of_another_customer_is_none) {
  const auto store = create();
  import_files(*store, {{"a", {{.customer = "ann", .message = "m1"}, {.customer = "bob", .message = "m1"}}}});
  EXPECT_EQ(store->snapshot()->events(), 2);
}

TEST_F(StoreTest, same_message_with_other_content_is_quarantined) {
  const auto store = create();
  import_files(*store, {{"a", {{.customer = "ann", .event = "Buy", .second = 5, .message = "m1"}}}});
  const auto ledger =
      import_files(*store, {{"b", {{.customer = "ann", .event = "Buy", .second = 6, .message = "m1"}}}})[0];
  EXPECT_EQ(ledger.stored, 0);
  EXPECT_EQ(ledger.quarantined, 1);
  const auto snapshot = store->snapshot();
  EXPECT_EQ(snapshot->events(), 1);
  EXPECT_EQ(snapshot->quarantined(), 1);
  const auto rows = snapshot->read_quarantine(10);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].code, "duplicate_conflict");
  EXPECT_EQ(rows[0].source, "b");
  EXPECT_EQ(rows[0].row, 1);
  EXPECT_EQ(rows[0].sentence,
            "message_id is that of an earlier event with another time (expected one message id for one event)");
}

TEST_F(StoreTest, which_event_a_message_keeps_does_not_depend_on_arrival) {
  const TestFile early{"early", {{.customer = "ann", .second = 5, .message = "m1"}}};
  const TestFile late{"late", {{.customer = "ann", .second = 6, .message = "m1"}}};
  EXPECT_EQ(lines_after("one", {{early}, {late}}), lines_after("two", {{late}, {early}}));
  const auto ledgers = open("two")->snapshot()->ledgers();
  EXPECT_EQ(ledgers[0].source, "late");
  EXPECT_EQ(ledgers[0].stored, 0);
  EXPECT_EQ(ledgers[0].quarantined, 1);
  EXPECT_EQ(ledgers[1].stored, 1);
  const auto rows = open("two")->snapshot()->read_quarantine(9);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].ledger, 0) << "the row came with the first import and was found by the second";
}

TEST_F(StoreTest, everything_three_times_is_stored_once) {
  std::mt19937_64 random(test_seed());
  TestFile file{"a", {}};
  for (int i = 0; i < 3000; ++i) {
    const auto message = i % 1000;
    file.events.push_back(
        {.customer = "c" + std::to_string(message % 37), .second = message, .message = "m" + std::to_string(message)});
  }
  std::shuffle(file.events.begin(), file.events.end(), random);
  const auto store = create();
  const auto first = import_files(*store, {file}, {.memory_bytes = 64 << 10, .batch_rows = 100})[0];
  file.name = "b";
  const auto second = import_files(*store, {file})[0];
  EXPECT_EQ(first.stored, 1000);
  EXPECT_EQ(first.duplicates, 2000);
  EXPECT_EQ(second.stored + store->snapshot()->ledgers()[0].stored, 1000);
  EXPECT_EQ(second.duplicates + second.stored, 3000);
  EXPECT_EQ(store->snapshot()->events(), 1000);
}

// Quarantine.

TEST_F(StoreTest, quarantined_rows_come_back_oldest_import_first) {
  const auto store = create();
  for (const std::string name : {"a", "b"}) {
    const auto import = store->begin_import(ImportOptions());
    import->quarantine(
        {name, 4, 99, "time_unreadable", "time", "time is not a date", std::string("x\0\xff", 3), "warning"});
    import->quarantine({name, 5, -1, "", "", "", std::string(100'000, 'x'), "rejected"});
    Ledger ledger;
    ledger.source = name;
    ledger.received = ledger.quarantined = 2;
    import->publish({ledger}, {}, std::atomic<bool>{false});
  }
  const auto snapshot = open()->snapshot();
  EXPECT_EQ(snapshot->quarantined(), 4);
  const auto rows = snapshot->read_quarantine(3);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].source, "a");
  EXPECT_EQ(rows[0].row, 4);
  EXPECT_EQ(rows[0].offset, 99);
  EXPECT_EQ(rows[0].code, "time_unreadable");
  EXPECT_EQ(rows[0].raw, std::string("x\0\xff", 3));
  EXPECT_EQ(rows[0].severity, "warning");
  EXPECT_EQ(rows[1].raw.size(), std::size_t{64} << 10);
  EXPECT_NE(rows[1].raw.find("[100000 bytes in all, XXH3 "), std::string::npos);
  EXPECT_EQ(rows[2].source, "b");
}

// One import at a time; snapshots do not change.

TEST_F(StoreTest, second_import_at_a_time_conflicts) {
  const auto store = create();
  auto import = store->begin_import(ImportOptions());
  EXPECT_EQ(error_of([&] { store->begin_import(ImportOptions()); }).first, ErrorKind::conflict);
  EXPECT_EQ(error_of([&] { open()->begin_import(ImportOptions()); }).first, ErrorKind::conflict);
  import.reset();
  EXPECT_NO_THROW(store->begin_import(ImportOptions()));
}

TEST_F(StoreTest, import_given_up_leaves_nothing) {
  const auto store = create();
  const TestFile file{"a", {{.customer = "ann"}}};
  {
    const auto import = store->begin_import({.memory_bytes = 1});
    import->add(batch_of(file, 0, 0, 1));
    import->quarantine({"a", 1, -1, "code", "field", "sentence", "raw", "rejected"});
    EXPECT_FALSE(Env::real().list(join_path(directory(), "tmp")).empty());
  }
  EXPECT_TRUE(Env::real().list(join_path(directory(), "tmp")).empty());
  EXPECT_EQ(store->snapshot()->events(), 0);
}

TEST_F(StoreTest, cancelled_import_leaves_the_store_as_it_was) {
  const auto store = create();
  const TestFile file{"a", {{.customer = "ann"}}};
  const auto import = store->begin_import(ImportOptions());
  import->add(batch_of(file, 0, 0, 1));
  EXPECT_EQ(error_of([&] { import->publish({ledger_of(file)}, {}, std::atomic<bool>{true}); }).first,
            ErrorKind::unavailable);
  EXPECT_EQ(store->snapshot()->events(), 0);
}

TEST_F(StoreTest, snapshot_stays_while_imports_replace_it) {
  const auto files = random_files(test_seed(), 50);
  const auto store = create();
  import_files(*store, {files[0]});
  const auto before = store->snapshot();
  const auto lines = lines_of(*before);
  const auto unread = store->snapshot();
  import_files(*store, {files[1]});
  import_files(*store, {files[2]});
  EXPECT_EQ(lines_of(*before), lines);
  EXPECT_EQ(lines_of(*unread), lines);
  EXPECT_NE(store->snapshot()->version(), before->version());
  EXPECT_EQ(store->snapshot()->events(), 150);
}

TEST_F(StoreTest, another_store_object_sees_what_is_published) {
  const auto reader = create();
  import_files(*open(), {{"a", {{.customer = "ann"}}}});
  EXPECT_EQ(reader->snapshot()->events(), 1);
  EXPECT_EQ(reader->snapshot()->ledgers().size(), 1u);
}

TEST_F(StoreTest, only_what_the_manifest_names_remains_on_disk) {
  const auto store = create("events", 1);
  import_files(*store, {{"a", {{.customer = "ann"}}}});
  import_files(*store, {{"b", {{.customer = "ann", .event = "New"}}}});
  EXPECT_EQ(Env::real().list(directory()),
            (Lines{"CURRENT", "LOCK", "MANIFEST-2", "dictionary", "identity", "quarantine", "segments", "tmp"}));
  EXPECT_EQ(Env::real().list(join_path(directory(), "segments")), (Lines{"p00-000002"}));
  EXPECT_EQ(Env::real().list(join_path(directory(), "dictionary")), (Lines{"events-2"}));
}

TEST_F(StoreTest, progress_counts_partitions) {
  const auto store = create("events", 1);
  const TestFile file{"a", {{.customer = "ann"}}};
  const auto import = store->begin_import(ImportOptions());
  import->add(batch_of(file, 0, 0, 1));
  std::vector<std::size_t> done;
  import->publish({ledger_of(file)}, [&](Import::Progress progress) {
    EXPECT_EQ(progress.partitions, 1u);
  done.push_back(progress.partitions_done);
}, std::atomic<bool>{false});
EXPECT_EQ(done, (std::vector<std::size_t>{0, 1}));
}  // namespace

}  // namespace peregrine::store

}  // namespace peregrine::store
