// Mapping files on files that are no CSV: lines of JSON, of Segment, of a GA4 export, and event logs.
#include <algorithm>

#include "ingest/import_fixture.hpp"
#include "ingest/mapping_file.hpp"

namespace peregrine::ingest {
namespace {

using Strings = std::vector<std::string>;

class MappedFormats : public ImportFixture {
 protected:
  Imported import_with(std::string_view yaml, const std::string& name, std::string_view bytes) {
    request.mapping_file = "m.yaml";
    request.mapping_text = yaml;
    store = MemoryStore();
    return import_file(write(name, bytes));
  }
  std::string error_with(std::string_view yaml, const std::string& name, std::string_view bytes) {
    request.mapping_file = "m.yaml";
    request.mapping_text = yaml;
    return error_of(write(name, bytes));
  }
  /// Of one property, by row.
  Strings values(const std::string& name) const {
    Strings all;
    for (const auto& row : rows()) all.push_back(row.values.contains(name) ? row.values.at(name) : "-");
    return all;
  }
  /// The mapping that is found makes the same events when it is given.
  void expect_same_events_when_shown(const std::string& name, std::string_view bytes) {
    SCOPED_TRACE(name);
    request = {};
    store = MemoryStore();
    import_file(write(name, bytes));
    const auto before = rows();
    ASSERT_GT(before.size(), 0u);
    request.files = {path(name)};
    const auto mapping = MappingFile::format(guess_mappings(Env::real(), request).at(0), "");
    import_with(mapping, name, bytes);
    EXPECT_EQ(rows(), before) << mapping;
  }
};

constexpr std::string_view lines = R"({"order":"o1","who":{"id":"ann"},"at":"2026-01-05 09:00","qty":2,"price":1.5}
{"order":"o2","who":{"id":"bob"},"at":"2026-01-05 10:00","qty":1,"price":10,"test":true}
{"order":"o1","who":{"id":"ann"},"at":"2026-01-05 08:00","qty":3,"price":0.1,"note":"gift"}
{"order":"o3","at":"2026-01-05 11:00","qty":1,"price":5}
{"order":"o4","who":{"id":"cid"},"at":"2026-01-05 12:00","qty":"many","price":5}
)";
constexpr std::string_view orders =
    "columns: {customer: who.id, time: at, event: {constant: Order Completed}, value: qty * price}\n"
    "leave_out: [{when: 'test = true', because: our tests}]\n";

constexpr std::string_view calls =
    R"({"type":"track","userId":"u1","event":"Order Completed","timestamp":"2026-01-05T13:00:00Z","properties":{"revenue":5,"event":"inner","total":7},"context":{"ip":"1.2.3.4"}}
{"type":"page","anonymousId":"a1","timestamp":"2026-01-05T13:01:00Z","name":"Pricing"}
{"type":"identify","anonymousId":"a1","userId":"u1","timestamp":"2026-01-05T13:02:00Z","traits":{"email":"a@b.example"}}
)";

constexpr std::string_view exported =
    R"({"event_name":"purchase","event_timestamp":"1767618000000000","user_id":"u1","user_pseudo_id":"p1","event_params":[{"key":"page","value":{"string_value":"/a"}},{"key":"n","value":{"int_value":"7"}}],"ecommerce":{"purchase_revenue":10.5}}
{"event_name":"page_view","event_timestamp":"1767618001000000","user_pseudo_id":"p1","event_params":[{"key":"page","value":{"string_value":"/b"}}]}
)";

constexpr std::string_view log =
    R"(<?xml version="1.0"?><log><trace><string key="concept:name" value="ann"/><int key="age" value="40"/>
<event><string key="concept:name" value="Register"/><date key="time:timestamp" value="2026-01-05T13:00:00Z"/><float key="cost" value="1.5"/></event>
<event><string key="concept:name" value="Pay"/><date key="time:timestamp" value="2026-01-05T14:00:00Z"/><float key="cost" value="2.5"/></event>
</trace></log>)";

TEST_F(MappedFormats, lines_of_json_are_calculated_with_and_left_out) {
  const auto done = import_with(orders, "a.jsonl", lines);
  EXPECT_EQ(values("customer"), (Strings{"ann", "ann"}));
  EXPECT_EQ(values("value"), (Strings{"3000000", "300000"}));
  EXPECT_EQ(values("order"), (Strings{"o1", "o1"}));
  EXPECT_EQ(values("note"), (Strings{"-", "gift"}));
  EXPECT_EQ(codes(), (Strings{"customer_missing", "number_unreadable"}));
  EXPECT_EQ(done.ledgers[0].left_out, 1);
  EXPECT_EQ(done.mappings[0].mapping_file, "m.yaml");
  expect_law(done.ledgers[0]);
}

TEST_F(MappedFormats, lines_of_json_are_joined_whatever_the_blocks) {
  const auto mapping = std::string(orders) + "join: {by: order, time: earliest, value: sum, lines: count}\n";
  for (const std::size_t bytes : {std::size_t{1}, std::size_t{200}, std::size_t{2} << 20}) {
    request.block_bytes = bytes;
    const auto done = import_with(mapping, "a.jsonl", lines);
    EXPECT_EQ(values("customer"), Strings{"ann"});
    EXPECT_EQ(values("value"), Strings{"3300000"});
    EXPECT_EQ(values("lines"), Strings{"2"});
    EXPECT_EQ(codes(), (Strings{"number_unreadable", "customer_missing"}));
    EXPECT_EQ(done.ledgers[0].joined, 1);
    expect_law(done.ledgers[0]);
  }
}

TEST_F(MappedFormats, keys_that_come_late_are_kept_and_joined_rows_say_that_they_go_without) {
  std::string many;
  for (int i = 0; i < 6000; ++i)
    many += R"({"order":"o1","who":{"id":"ann"},"at":"2026-01-05 09:00","qty":1,"price":1})"
            "\n";
  many.insert(0, R"({"order":"o0","who":{"id":"ann"},"at":"2026-01-05 09:00","qty":1,"price":1,"test":false})"
                 "\n");
  many += R"({"order":"o2","who":{"id":"bob"},"at":"2026-01-05 10:00","qty":1,"price":1,"late":"x"})"
          "\n";
  auto done = import_with(orders, "a.jsonl", many);
  EXPECT_EQ(values("late").back(), "x");
  EXPECT_EQ(done.notes.size(), 0u);
  done = import_with(std::string(orders) + "join: {by: order, time: earliest, value: sum}\n", "a.jsonl", many);
  EXPECT_EQ(values("late"), (Strings{"-", "-", "-"}));
  ASSERT_EQ(done.notes.size(), 1u);
  EXPECT_EQ(done.notes[0].sentence,
            "1 values have names that the first rows did not have; joined rows go without them");
}

TEST_F(MappedFormats, calls_of_segment_are_mapped_by_the_names_that_are_shown) {
  import_with(
      "columns:\n"
      "  event: [{when: 'event = \"Order Completed\"', is: Bought}, {take: event}]\n"
      "  value: properties.revenue * 2\n"
      "leave_out: [{when: 'type = \"page\"', because: too many}]\n",
      "calls.jsonl", calls);
  EXPECT_EQ(values("event"), (Strings{"Bought", "Identify"}));
  EXPECT_EQ(values("customer"), (Strings{"u1", "u1"}));
  EXPECT_EQ(values("anonymous"), (Strings{"-", "a1"}));
  EXPECT_EQ(values("value"), (Strings{"10000000", "-"}));
  EXPECT_EQ(values("trait.email"), (Strings{"-", "a@b.example"}));
  EXPECT_EQ(values("column.event"), (Strings{"inner", "-"}));
}

TEST_F(MappedFormats, what_the_mapping_defines_goes_before_what_the_shape_says) {
  import_with("columns: {customer: trait.email, event: {constant: Seen}}\n", "calls.jsonl", calls);
  EXPECT_EQ(values("customer"), (Strings{"-", "a@b.example"}));
  EXPECT_EQ(values("anonymous"), (Strings{"a1", "a1"}));
  EXPECT_EQ(values("userId"), (Strings{"-", "u1"}));
  EXPECT_EQ(codes(), Strings{"customer_missing"});
}

TEST_F(MappedFormats, a_ga4_export_is_mapped_by_the_names_that_are_shown) {
  import_with("columns: {event: {from: event_name, rename: {page_view: Page Viewed}}, double: n * 2}\n", "ga4.json",
              exported);
  EXPECT_EQ(values("event"), (Strings{"purchase", "Page Viewed"}));
  EXPECT_EQ(values("value"), (Strings{"10500000", "-"}));
  EXPECT_EQ(values("double"), (Strings{"14", "-"}));
  EXPECT_EQ(values("page"), (Strings{"/a", "/b"}));
}

TEST_F(MappedFormats, an_event_log_is_mapped_and_joined) {
  const auto done = import_with(
      "columns: {event: {constant: Case}, value: cost}\n"
      "join: {by: trace.concept:name, time: latest, value: sum, steps: count}\n",
      "log.xes", log);
  EXPECT_EQ(values("customer"), Strings{"ann"});
  EXPECT_EQ(values("value"), Strings{"4000000"});
  EXPECT_EQ(values("steps"), Strings{"2"});
  EXPECT_EQ(format_time(Time{rows()[0].time}), "2026-01-05T14:00:00Z");
  expect_law(done.ledgers[0]);
}

TEST_F(MappedFormats, the_shown_mapping_makes_the_same_events) {
  expect_same_events_when_shown(
      "plain.jsonl",
      R"({"customer":"ann","time":"2026-01-05","event":"A","zip":"01234","page":{"n":1},"ok":true,"value":1.5})");
  expect_same_events_when_shown("calls.jsonl", calls);
  expect_same_events_when_shown("ga4.json", exported);
  expect_same_events_when_shown("log.xes", log);
}

TEST_F(MappedFormats, rows_of_a_known_shape_and_others_need_a_file_for_each) {
  const auto mixed = std::string(calls) + R"({"customer":"ann","time":"2026-01-05","event":"A"})" + "\n";
  EXPECT_EQ(
      error_with("columns: {brand: {constant: Acme}}\n", "mixed.jsonl", mixed),
      "mixed.jsonl: mixes rows of Segment with rows of no known shape, which one mapping file cannot map (a file for "
      "each, or no mapping file)");
  request = {};
  EXPECT_EQ(error_of(path("mixed.jsonl")), "no error");
  EXPECT_THROW(guess_mappings(Env::real(), request), Error);
}

TEST_F(MappedFormats, a_column_that_is_not_there_is_named_with_its_place) {
  EXPECT_EQ(error_with("columns: {customer: who.ids}\n", "a.jsonl", lines),
            "m.yaml:1:21: has no column \"who.ids\" (did you mean \"who.id\"?)");
}

TEST_F(MappedFormats, a_preview_shows_events_of_every_format) {
  request.mapping_file = "m.yaml";
  request.mapping_text = "columns: {brand: {constant: Acme}}\n";
  request.files = {write("calls.jsonl", calls), write("ga4.json", exported), write("log.xes", log)};
  for (const auto& preview : preview_files(Env::real(), request, 1000)) {
    SCOPED_TRACE(preview.mapping.file);
    ASSERT_GE(preview.events.size(), 2u);
    EXPECT_EQ(preview.events[1].at("brand").as_string(), "Acme");
    expect_law(preview.counts);
  }
  request = {};
  std::string many;
  for (int i = 0; i < 100'000; ++i)
    many += R"({"customer":"a","time":"2026-01-01","event":"A"})"
            "\n";
  request.files = {write("many.jsonl", many)};
  const auto first = preview_files(Env::real(), request, 1000).at(0);
  EXPECT_GE(first.counts.received, 1000);
  EXPECT_LT(first.counts.received, 20'000);
}

}  // namespace
}  // namespace peregrine::ingest
