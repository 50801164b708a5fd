#include <signal.h>

#include <random>

#include "base/hash.hpp"
#include "ingest/import_fixture.hpp"

int main(int argc, char** argv) {
  if (const int code = peregrine::ingest::run_child_if_asked(argc, argv); code >= 0) return code;
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}

namespace peregrine::ingest {
namespace {

using Strings = std::vector<std::string>;
using Import = ImportFixture;

constexpr std::string_view three_rows =
    "customer,time,event,value\n"
    "anna,2026-01-05T13:05:07Z,Order Completed,12.50\n"
    "bert,2026-01-06 08:00:00,Page Viewed,\n"
    "anna,2026-01-07T00:00:00+01:00,Order Refunded,-12.5\n";

TEST_F(Import, rows_of_a_csv_file_become_events) {
  const auto done = import_csv(three_rows);
  ASSERT_EQ(rows().size(), 3u);
  EXPECT_EQ(rows()[0].values.at("customer"), "anna");
  EXPECT_EQ(rows()[0].values.at("value"), "12500000");
  EXPECT_EQ(format_time(Time{rows()[0].time}), "2026-01-05T13:05:07Z");
  EXPECT_EQ(rows()[1].values.count("value"), 0u);
  EXPECT_EQ(format_time(Time{rows()[2].time}), "2026-01-06T23:00:00Z");
  EXPECT_EQ(rows()[2].row, 2u);
  ASSERT_EQ(done.ledgers.size(), 1u);
  EXPECT_EQ(done.ledgers[0].received, 3);
  EXPECT_EQ(done.ledgers[0].hash, format_hash(hash128(three_rows)));
  EXPECT_EQ(done.mappings[0].delimiter, "comma");
  expect_law(done.ledgers[0]);
}

TEST_F(Import, the_same_file_again_is_all_duplicates) {
  import_csv(three_rows);
  const auto again = import_csv(three_rows);
  EXPECT_EQ(again.ledgers[0].received, 3);
  EXPECT_EQ(again.ledgers[0].duplicates, 3);
  EXPECT_EQ(again.ledgers[0].stored, 0);
  EXPECT_EQ(rows().size(), 3u);
  ASSERT_EQ(again.notes.size(), 1u);
  import_csv(std::string(three_rows) + "carl,2026-01-08T00:00:00Z,Page Viewed,\n");
  EXPECT_EQ(rows().size(), 7u);
}

TEST_F(Import, another_file_of_the_same_size_is_no_duplicate) {
  import_csv(three_rows);
  auto other = std::string(three_rows);
  other.replace(other.find("bert"), 4, "carl");
  EXPECT_EQ(import_csv(other).ledgers[0].stored, 3);
}

TEST_F(Import, two_equal_files_in_one_import_count_once) {
  request.files = {write("a.csv", three_rows), write("b.csv", three_rows)};
  const auto done = import_all();
  EXPECT_EQ(done.ledgers[0].stored, 3);
  EXPECT_EQ(done.ledgers[1].stored, 0);
  EXPECT_EQ(done.ledgers[1].duplicates, 3);
}

TEST_F(Import, several_files_are_sources_with_rows_of_their_own) {
  request.files = {write("a.csv", three_rows),
                   write("b.csv", "user_id;timestamp;name\nzoe;2026-01-05T13:05:07Z;Opened\n")};
  const auto done = import_all();
  ASSERT_EQ(rows().size(), 4u);
  EXPECT_EQ(rows()[3].source, 1u);
  EXPECT_EQ(rows()[3].row, 0u);
  EXPECT_EQ(done.mappings[1].delimiter, "semicolon");
}

TEST_F(Import, a_file_that_fails_fails_all) {
  request.files = {write("a.csv", three_rows), write("b.csv", "")};
  EXPECT_THROW(import_all(), Error);
  EXPECT_EQ(store_state().publishes, 0u);
  request.files = {path("absent.csv")};
  EXPECT_THROW(import_all(), Error);
  EXPECT_EQ(store_state().publishes, 0u);
}

std::string many_rows(std::size_t count) {
  std::string csv = "customer,time,event,note\n";
  for (std::size_t i = 0; i < count; ++i) {
    csv += "c" + std::to_string(i % 97) + ",2026-01-05T13:05:07Z,Page Viewed,\"line\nbreak, and \"\"quotes\"\" " +
           std::to_string(i) + "\"\n";
  }
  return csv;
}

TEST_F(Import, threads_and_block_sizes_give_the_same_events) {
  const auto csv = many_rows(400);
  request.threads = 1;
  import_csv(csv);
  const auto whole = rows();
  ASSERT_EQ(whole.size(), 400u);
  EXPECT_EQ(whole[3].values.at("note"), "line\nbreak, and \"quotes\" 3");
  for (const std::size_t threads : {1u, 2u, 5u}) {
    for (const std::size_t block : {1u, 7u, 64u, 1000u, 4096u}) {
      MemoryStore other;
      request.threads = threads;
      request.block_bytes = block;
      import_files(Env::real(), other, request, {}, cancelled);
      EXPECT_EQ(other.state().rows, whole) << threads << " threads, blocks of " << block;
    }
  }
}

TEST_F(Import, a_block_border_at_any_byte_changes_nothing) {
  const std::string csv =
      "customer,time,event,note\r\n"
      "a,2026-01-05T13:05:07Z,E,\"x\"\"\r\ny\"\r\n"
      "bad,row\r\n"
      "\r\n"
      "\"b\",\"2026-01-05T13:05:08Z\",\"E\",\"\"\r\n"
      "c,2026-01-05T13:05:09Z,E,\"stray\"x\r\n"
      "d,2026-01-05T13:05:10Z,E,\"never closed\r\n"
      "e,2026-01-05T13:05:11Z,E,plain";
  import_csv(csv);
  const auto whole = store_state();
  ASSERT_EQ(whole.rows.size(), 3u);
  EXPECT_EQ(codes(), (Strings{"csv_columns", "csv_stray_quote", "csv_unclosed_quote"}));
  for (std::size_t block = 1; block < csv.size(); ++block) {
    MemoryStore other;
    request.block_bytes = block;
    import_files(Env::real(), other, request, {}, cancelled);
    EXPECT_EQ(other.state().rows, whole.rows) << block;
    ASSERT_EQ(other.state().quarantine.size(), whole.quarantine.size()) << block;
    for (std::size_t i = 0; i < whole.quarantine.size(); ++i) {
      EXPECT_EQ(other.state().quarantine[i].offset, whole.quarantine[i].offset) << block;
      EXPECT_EQ(other.state().quarantine[i].raw, whole.quarantine[i].raw) << block;
      EXPECT_EQ(other.state().quarantine[i].row, whole.quarantine[i].row) << block;
    }
  }
}

TEST_F(Import, a_rejected_row_keeps_its_place_and_its_bytes) {
  const std::string csv = "customer,time,event\nanna,2026-01-05T13:05:07Z,A\n\"anna\",31/31/2026,B\n";
  import_csv(csv);
  ASSERT_EQ(store_state().quarantine.size(), 1u);
  const auto& row = store_state().quarantine[0];
  EXPECT_EQ(row.row, 2);
  EXPECT_EQ(row.offset, static_cast<std::int64_t>(csv.find("\"anna\"")));
  EXPECT_EQ(row.raw, "\"anna\",31/31/2026,B");
  EXPECT_EQ(row.field, "time");
  EXPECT_EQ(row.sentence, "time is not a time: \"31/31/2026\" (expected like 2026-02-28T13:05)");
  EXPECT_EQ(row.severity, "rejected");
}

TEST_F(Import, a_reader_that_is_killed_leaves_the_store_as_it_was) {
  bool killed = false;
  progress = [&](const ImportProgress& now) {
    if (now.reader > 0 && now.rows > 0 && !killed) {
      ::kill(now.reader, SIGKILL);
      killed = true;
    }
  };
  request.block_bytes = 4096;
  const auto words = error_of_csv(many_rows(200'000));
  EXPECT_TRUE(words.find("file.csv: the reader crashed at about row ") == 0) << words;
  EXPECT_NE(words.find("(signal 9); nothing was imported"), std::string::npos) << words;
  EXPECT_EQ(store_state().publishes, 0u);
}

TEST_F(Import, cancelling_leaves_the_store_as_it_was) {
  progress = [&](const ImportProgress& now) {
    if (now.rows > 0) cancelled = true;
  };
  request.block_bytes = 4096;
  EXPECT_EQ(error_of_csv(many_rows(200'000)), "import: was cancelled; nothing was imported");
  EXPECT_EQ(store_state().publishes, 0u);
}

TEST_F(Import, progress_counts_up_to_the_whole) {
  std::uint64_t last = 0;
  bool sorted = false;
  progress = [&](const ImportProgress& now) {
    EXPECT_GE(now.bytes_read, last);
    EXPECT_LE(now.bytes_read, now.bytes_total);
    last = now.bytes_read;
    sorted = now.phase == "sorting";
  };
  const auto csv = many_rows(5000);
  import_csv(csv);
  EXPECT_EQ(last, csv.size());
  EXPECT_TRUE(sorted);
}

TEST_F(Import, a_reader_that_wants_too_much_memory_fails_with_words) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "SKIPPED: sanitizers need more memory than the bound";
#endif
  request.reader_memory_bytes = std::size_t{24} << 20;
  request.block_bytes = std::size_t{64} << 20;
  request.threads = 1;
  const auto words = error_of_csv(many_rows(500'000));
  EXPECT_NE(words.find("needs more than the 24 MiB of memory"), std::string::npos) << words;
}

/// Rows of every kind of dirt, from a seed.
std::string dirty_csv(std::mt19937_64& random) {
  const Strings customers = {"anna",     "",         "null", "0", "b\"b", "\"c,c\"", std::string(1100, 'x'),
                             "\"q\nq\"", "\xE9t\xE9"};
  const Strings times = {"2026-01-05T13:05:07Z", "2026-02-30", "", "0", "soon", "\"2026-01-05 10:00\"", "2091-01-01"};
  const Strings events = {"A", "", "\"B \"\"b\"\"\"", "\"open", "C"};
  const Strings values = {"1", "1.5", "x", "nan", "1e30", "", "(3)", "NULL"};
  const auto any = [&](const Strings& list) { return list[random() % list.size()]; };
  std::string csv = "customer,time,event,value,score\n\xC3\xA9t\xC3\xA9,2026-01-05T13:05:07Z,A,1,2\n";
  for (std::size_t i = random() % 200; i > 0; --i) {
    csv += any(customers) + "," + any(times) + "," + any(events) + "," + any(values);
    if (random() % 10 != 0) csv += ",5";
    csv += random() % 20 == 0 ? "\r\n\n" : "\n";
  }
  return csv;
}

TEST_F(Import, the_ledger_adds_up_on_dirty_files) {
  const auto seed = std::random_device()();
  std::mt19937_64 random(seed);
  SCOPED_TRACE("seed " + std::to_string(seed));
  for (int i = 0; i < 20; ++i) {
    store = MemoryStore();
    request.block_bytes = 1 + random() % 3000;
    request.threads = 1 + random() % 3;
    const auto done = import_csv(dirty_csv(random));
    expect_law(done.ledgers[0]);
    EXPECT_EQ(done.ledgers[0].duplicates, 0);
    EXPECT_EQ(static_cast<std::size_t>(done.ledgers[0].stored), rows().size());
  }
}

TEST_F(Import, changed_bytes_of_a_csv_file_never_break_the_import) {
  const auto seed = std::random_device()();
  std::mt19937_64 random(seed);
  SCOPED_TRACE("seed " + std::to_string(seed));
  const auto clean = many_rows(20);
  for (int i = 0; i < 250; ++i) {
    auto csv = clean;
    for (std::size_t k = 1 + random() % 8; k > 0; --k) csv[random() % csv.size()] = static_cast<char>(random());
    if (random() % 8 == 0) csv.resize(random() % csv.size());
    MemoryStore other;
    request.files = {write("file.csv", csv)};
    try {
      expect_law(import_files(Env::real(), other, request, {}, cancelled).ledgers[0]);
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()).find("crashed"), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace peregrine::ingest
