// Each segment has codes of its own for the names that occur in it, and the manifest says which those are.
#include <random>

#include "base/hash.hpp"
#include "base/json.hpp"
#include "base/memory_env.hpp"
#include "store/check.hpp"
#include "store/manifest.hpp"
#include "store/store_fixture.hpp"

namespace peregrine::store {

namespace {

class SummaryTest : public StoreTest {
 protected:
  /// Customers who each have an event that only they have, beside one that all have.
  static TestFile own_events(const std::string& name, int customers) {
    TestFile file{name, {}};
    for (int i = 0; i < customers; ++i) {
      const auto customer = "c" + std::to_string(i);
      file.events.push_back({.customer = customer, .event = "Of " + customer, .second = 10 * i});
      file.events.push_back({.customer = customer, .event = "Visit", .second = 10 * i + 1});
    }
    return file;
  }
  static std::set<std::string> names_in(const Part& part) {
    std::set<std::string> names;
    for (std::size_t row = 0; row < part.events(); ++row) names.emplace(part.labels[part.event[row]].event);
    return names;
  }
};

TEST_F(SummaryTest, a_part_has_labels_of_the_names_that_occur_and_so_has_its_summary) {
  import_files(*create("events", 8), {own_events("a", 40)});
  const auto snapshot = open()->snapshot();
  const auto labels = labels_of(*snapshot);
  EXPECT_EQ(labels.size(), 41u);
  for (std::size_t partition = 0; partition < snapshot->partitions(); ++partition) {
    const auto part = snapshot->part(partition, {}, labels);
    const auto summary = snapshot->summary(partition, labels).value();
    EXPECT_EQ(names_in(*part).size(), part->labels.size());
    EXPECT_EQ(summary.labels.size(), part->labels.size());
    for (const auto& label : summary.labels) EXPECT_TRUE(names_in(*part).contains(std::string(label.event)));
    EXPECT_EQ(summary.events, part->events());
    if (part->events() == 0) continue;
    const auto [oldest, newest] = std::minmax_element(part->time, part->time + part->events());
    EXPECT_EQ(summary.oldest, Time{*oldest});
    EXPECT_EQ(summary.newest, Time{*newest});
  }
}

TEST_F(SummaryTest, imports_into_segments_with_codes_of_their_own_give_the_journeys_of_one_import) {
  auto odd = own_events("odd", 60);
  auto more = own_events("more", 90);
  std::erase_if(odd.events, [](const auto& event) { return event.second % 20 < 10; });
  EXPECT_EQ(lines_after("two", {{odd}, {more}}), lines_after("one", {{odd, more}}));
  EXPECT_EQ(lines_after("reversed", {{more}, {odd}}), lines_after("again", {{odd, more}}));
}

TEST_F(SummaryTest, a_customer_is_in_the_partition_that_is_named) {
  import_files(*create("events", 16), {own_events("a", 40)});
  const auto snapshot = open()->snapshot();
  std::size_t found = 0;
  for (std::size_t partition = 0; partition < snapshot->partitions(); ++partition) {
    const auto part = snapshot->part(partition, {.identities = true}, {});
    for (std::size_t journey = 0; journey < part->journeys(); ++journey, ++found) {
      EXPECT_EQ(snapshot->partition_of(part->customer(journey)), partition);
    }
  }
  EXPECT_EQ(found, 40u);
}

TEST_F(SummaryTest, a_segment_holds_no_name_of_another) {
  TestFile file{"a", {}};
  for (int i = 0; i < 2'000; ++i) {
    file.events.push_back({.customer = "c" + std::to_string(i), .event = "a rather long name " + std::to_string(i)});
  }
  import_files(*create("events", 64), {file});
  std::uintmax_t bytes = 0;
  for (const auto& each : std::filesystem::recursive_directory_iterator(join_path(directory(), "segments"))) {
    if (each.path().filename() == "hot.arrow") bytes += each.file_size();
  }
  EXPECT_LT(bytes, 64u * 4'000) << "each with all names would be 64 times 50,000";
}

TEST(CodeSet, is_written_and_read_as_it_is) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 200; ++i) {
    CodeSet set;
    std::set<std::uint32_t> codes;
    for (auto left = random() % 50; left > 0; --left) {
      const auto code = static_cast<std::uint32_t>(random() % (i + 1));
      set.add(code);
      codes.insert(code);
    }
    EXPECT_EQ(set.codes(), std::vector<std::uint32_t>(codes.begin(), codes.end()));
    EXPECT_EQ(set.size(), codes.size());
    EXPECT_EQ(set.end(), codes.empty() ? 0 : *codes.rbegin() + std::size_t{1});
    EXPECT_EQ(set.has_no_gaps(), codes.empty() || codes.size() == *codes.rbegin() + std::size_t{1});
    const auto written = JsonType<CodeSet>::write(set);
    EXPECT_EQ(JsonType<CodeSet>::read(written, "names", {}), set) << written;
  }
  CodeSet set;
  for (const std::uint32_t code : {0u, 5u, 6u, 12u}) set.add(code);
  EXPECT_EQ(JsonType<CodeSet>::write(set), json::value("1601"));
  EXPECT_EQ(error_of([&] { JsonType<CodeSet>::read(json::value("1G"), "names", {}); }).first, ErrorKind::invalid);
}

/// A store of which the manifest can be changed behind its back.
class WrongSummary : public StoreTest {
 protected:
  void SetUp() override {
    import_files(*create("events", 2), {{"a",
                                         {{.customer = "ann", .event = "Visit", .second = 1},
                                          {.customer = "bob", .event = "Buy", .second = 2},
                                          {.customer = "cid", .event = "Call", .second = 3},
                                          {.customer = "dan", .event = "Leave", .second = 4}}}});
    before_ = lines_of(*open()->snapshot());
  }
  void change(const std::function<void(Manifest&)>& change) {
    auto manifest = read_manifest(env_, directory(), read_current(env_, directory()));
    ASSERT_EQ(manifest.segments.size(), 2u);
    change(manifest);
    write_manifest(env_, directory(), manifest);
  }
  std::vector<std::string> codes() {
    std::vector<std::string> codes;
    for (const auto& finding : check(env_, directory(), 1).findings) codes.push_back(finding.code);
    return codes;
  }
  void expect_written_anew() {
    const auto report = repair(env_, directory(), 1);
    ASSERT_EQ(report.repaired.size(), 2u);  // and the old manifest is removed
    EXPECT_EQ(report.repaired[0].substr(0, 29), "what is known of segment p00-");
    EXPECT_EQ(codes(), std::vector<std::string>{});
    EXPECT_EQ(lines_of(*open()->snapshot()), before_);
  }
  std::vector<std::string> before_;
};

TEST_F(WrongSummary, names_that_do_not_occur_are_found_and_written_anew) {
  change([](Manifest& manifest) {
    const auto size = static_cast<std::uint32_t>(manifest.segments[0].names->size());
    CodeSet names, others;  // of four, of which neither segment has all
    for (std::uint32_t code = 0; code < size; ++code) names.add(code);
    for (std::uint32_t code = 4 - size; code < 4; ++code) others.add(code);
    if (names == *manifest.segments[0].names) names = others;
    manifest.segments[0].names = names;
  });
  EXPECT_EQ(codes(), std::vector<std::string>{"names_wrong"});
  expect_written_anew();
}

TEST_F(WrongSummary, a_wrong_number_of_names_is_refused_by_readers_and_written_anew) {
  change([](Manifest& manifest) {
    CodeSet all;
    for (std::uint32_t code = 0; code < 4; ++code) all.add(code);
    manifest.segments[0].names = all;
  });
  EXPECT_EQ(error_of([&] { lines_of(*open()->snapshot()); }).first, ErrorKind::corrupt);
  EXPECT_EQ(codes(), std::vector<std::string>{"names_wrong"});
  expect_written_anew();
}

TEST_F(WrongSummary, names_beyond_the_dictionary_are_corrupt) {
  change([](Manifest& manifest) { manifest.segments[0].names->add(4); });
  EXPECT_NE(error_of([&] { open()->snapshot(); }).second.find("names events that the dictionary lacks"),
            std::string::npos);
}

TEST_F(WrongSummary, times_are_found_and_written_anew) {
  change([](Manifest& manifest) { manifest.segments[0].newest += 5; });
  EXPECT_EQ(codes(), std::vector<std::string>{"times_wrong"});
  expect_written_anew();
}

TEST_F(WrongSummary, a_dictionary_written_anew_forgets_names_without_events) {
  const auto folder = join_path(directory(), "segments");
  for (const auto& name : Env::real().list(folder)) {
    if (name.starts_with("p00")) std::filesystem::remove(folder + "/" + name + "/hot.arrow");
  }
  std::filesystem::remove(join_path(directory(), "dictionary/events-1"));
  repair(env_, directory(), 1);
  const auto snapshot = open()->snapshot();
  for (const auto& line : lines_of(*snapshot)) {
    EXPECT_NE(std::find(before_.begin(), before_.end(), line), before_.end()) << line;
  }
  EXPECT_EQ(static_cast<std::int64_t>(snapshot->event_names().size()), snapshot->events());
  EXPECT_GT(snapshot->events(), 0);
  EXPECT_LT(snapshot->events(), 4);
  EXPECT_EQ(codes(), std::vector<std::string>{"set_aside"});
  import_files(*open(), {{"b", {{.customer = "ann", .event = "New", .second = 9}}}});
  EXPECT_EQ(codes(), std::vector<std::string>{"set_aside"});
  EXPECT_NE(journey_of(*open()->snapshot(), "ann").back().find("9 New"), std::string::npos);
}

}  // namespace

}  // namespace peregrine::store
