// Each reason has a row that gets it and one beside it that does not.
#include "ingest/reason.hpp"

#include <filesystem>
#include <set>

#include "ingest/import_fixture.hpp"

namespace peregrine::ingest {
namespace {

struct Case {
  Reason reason;
  std::string header;  // of the columns, after it one row that is sound
  std::string sound;
  std::string row;           // gets the reason
  std::string near;          // nearly the same, does not get it
  std::string mapping = {};  // file of the columns, or empty
};

constexpr std::string_view plain = "customer,time,event";
constexpr std::string_view good = "anna,2026-01-05T13:05:07Z,A";

Case with(Reason reason, std::string row, std::string near) {
  return {reason, std::string(plain), std::string(good), std::move(row), std::move(near)};
}
Case with_column(Reason reason, const std::string& column, const std::string& sound, const std::string& bad,
                 const std::string& near) {
  const std::string start(good);
  return {reason, std::string(plain) + "," + column, start + "," + sound, start + "," + bad, start + "," + near};
}

Case mapped(Case of, std::string mapping) {
  of.mapping = std::move(mapping);
  return of;
}

std::vector<Case> cases() {
  const std::string start = "anna,2026-01-05T13:05:07Z,";
  const std::string id_of_1024(1024, 'x');
  return {
      with(Reason::csv_columns, "anna,2026-01-05T13:05:07Z", start + "B"),
      with(Reason::csv_columns, start + "B,", start + "\"B,\""),
      with(Reason::csv_unclosed_quote, start + "\"B", start + "\"B\""),
      with(Reason::csv_stray_quote, start + "\"B\"C", start + "\"B\"\"C\""),
      with(Reason::csv_repeated_header, std::string(plain), start + "event"),
      with(Reason::row_too_long, start + std::string((1 << 20) + 1, 'x'), start + "B"),
      with(Reason::invalid_utf8, start + "caf\xE9", start + "caf\xC3\xA9"),
      with(Reason::time_missing, "anna,,A", "anna,2026-01-05,A"),
      with(Reason::time_missing, "anna,NULL,A", "anna,2026-01-05,NULLS"),
      with(Reason::time_unreadable, "anna,soon,A", "anna,2026/01/05 13:05,A"),
      with(Reason::time_unreadable, "anna,01/02/2026,A", "anna,2026-02-01,A"),
      with(Reason::time_does_not_exist, "anna,2026-02-30,A", "anna,2026-02-28,A"),
      with(Reason::time_does_not_exist, "anna,2026-01-05T24:00,A", "anna,2026-01-05T23:59,A"),
      with(Reason::time_does_not_exist, "anna,2026-01-05T10:00:60Z,A", "anna,2026-01-05T10:00:59Z,A"),
      {Reason::timestamp_unit_mixed, std::string(plain), "anna,1767618307,A", "anna,1767618307000,A",
       "anna,1767618308,A"},
      with(Reason::time_before_1971, "anna,1970-12-31T23:59:59Z,A", "anna,1971-01-01T00:00:00Z,A"),
      {Reason::time_before_1971, std::string(plain), "anna,1767618307,A", "anna,0,A", "anna,31536000,A"},
      with(Reason::time_in_future, "anna,2126-01-05T13:05:07Z,A", "anna,2026-01-05T13:05:08Z,A"),
      with(Reason::time_in_gap, "anna,2026-03-29T02:30:00,A", "anna,2026-03-29T03:00:00,A"),
      with(Reason::time_ambiguous, "anna,2025-10-26T02:30:00,A", "anna,2025-10-26T03:00:00,A"),
      with(Reason::event_missing, "anna,2026-01-05T13:05:07Z,", start + "B"),
      with(Reason::event_too_long, start + id_of_1024 + "x", start + id_of_1024),
      with(Reason::event_has_nul, start + std::string("B\0C", 3), start + "BC"),
      with(Reason::customer_missing, ",2026-01-05T13:05:07Z,A", "b,2026-01-05T13:05:07Z,A"),
      with(Reason::id_placeholder, " Guest ,2026-01-05T13:05:07Z,A", "Guests,2026-01-05T13:05:07Z,A"),
      {Reason::id_placeholder, "customer,time,event,anonymous_id", "anna,2026-01-05,A,d1", "null,2026-01-05,A,d1",
       ",2026-01-05,A,d1"},
      with(Reason::id_too_long, id_of_1024 + "x,2026-01-05,A", id_of_1024 + ",2026-01-05,A"),
      with(Reason::id_has_nul, std::string("a\0b,2026-01-05,A", 16), "ab,2026-01-05,A"),
      {Reason::anonymous_placeholder, "customer,time,event,anonymous_id", "anna,2026-01-05,A,d1",
       "anna,2026-01-05,A,undefined", "anna,2026-01-05,A,"},
      with_column(Reason::value_unreadable, "value", "1.5", "twelve", "(12)"),
      with_column(Reason::value_unreadable, "value", "1.5", "\"1,234\"", "\"1,234.50\""),
      with_column(Reason::value_unreadable, "value", "\"1.234,56\"", "12.50", "\"12,50\""),
      with_column(Reason::value_not_finite, "value", "1.5", "NaN", "NULL"),
      with_column(Reason::value_not_finite, "value", "1.5", "-inf", "-1"),
      with_column(Reason::value_out_of_range, "value", "1.5", "99999999999999", "9000000000000"),
      with_column(Reason::currency_unknown, "currency", "EUR", "euro", "usd"),
      with_column(Reason::score_unreadable, "score", "9", "good", ""),
      with_column(Reason::score_out_of_range, "score,survey", "9,nps", "11,NPS", "10,NPS"),
      with_column(Reason::score_out_of_range, "score,survey", "5,csat", "0,csat", "0,other"),
      with_column(Reason::sequence_unreadable, "sequence", "1", "1.5", "-3"),
      with_column(Reason::previous_placeholder, "previousId", "p1", " Null ", "nulls"),
      mapped(with_column(Reason::number_unreadable, "price", "1.5", "x", ""), "columns: {value: price * 2}"),
      mapped(with_column(Reason::number_out_of_range, "price", "1.5", "0", "0.5"), "columns: {value: 1 / price}"),
  };
}

/// Cases that only lines of JSON can be; `sound` stands for all rows before.
std::vector<Case> json_cases() {
  const std::string start = R"({"customer":"anna","time":"2026-01-05T13:05:07Z","event":"A")";
  const auto with = [&](Reason reason, const std::string& bad, const std::string& near) {
    return Case{reason, "", start + "}", bad, near};
  };
  const auto nested = [](int depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  return {
      with(Reason::json_invalid, start, start + "}"),
      with(Reason::json_invalid, start + ",}", start + R"(,"x":null})"),
      with(Reason::json_invalid, start + R"(,"x":"\q"})", start + R"(,"x":"\n"})"),
      with(Reason::json_invalid, start + R"(,"x":"open})", start + R"(,"x":"closed"})"),
      with(Reason::json_invalid, start + ",\"x\":\"a\tb\"}", start + R"(,"x":"a\tb"})"),
      with(Reason::json_not_object, "5", start + R"(,"x":5})"),
      with(Reason::json_not_object, R"("anna")", start + R"(,"x":"anna"})"),
      with(Reason::json_not_object, "[1,2]", start + R"(,"x":[1,2]})"),
      with(Reason::json_not_object, "null", start + R"(,"x":null})"),
      with(Reason::json_too_deep, start + R"(,"x":)" + nested(32) + "}", start + R"(,"x":)" + nested(31) + "}"),
      with(Reason::json_number_range, start + R"(,"x":1e400})", start + R"(,"x":1e308})"),
      with(Reason::json_number_range, start + R"(,"x":123456789012345678901})",
           start + R"(,"x":12345678901234567890})"),
      with(Reason::json_not_finite, start + R"(,"x":NaN})", start + R"(,"x":"NaN"})"),
      with(Reason::json_not_finite, start + R"(,"x":-Infinity})", start + R"(,"Infinity":1})"),
      with(Reason::json_lone_surrogate, start + R"(,"x":"\ud83d"})", start + R"(,"x":"\ud83d\ude00"})"),
      with(Reason::json_lone_surrogate, start + R"(,"x":"\ude00"})", start + R"(,"x":"\\ude00"})"),
      with(Reason::json_duplicate_key, start + R"(,"x":1,"x":2})", start + R"(,"x":1,"X":2})"),
      with(Reason::json_duplicate_key, start + R"(,"x":{"y":1,"y":2}})", start + R"(,"x":{"y":1},"z":{"y":2}})"),
      with(Reason::invalid_utf8, start + ",\"x\":\"caf\xE9\"}", start + ",\"x\":\"caf\xC3\xA9\"}"),
      with(Reason::row_too_long, start + R"(,"x":")" + std::string(std::size_t{17} << 20, 'x') + R"("})", start + "}"),
      with(Reason::id_has_nul, R"({"customer":"an\u0000na","time":"2026-01-05","event":"A"})", start + "}"),
      with(Reason::customer_missing, R"({"customer":null,"time":"2026-01-05","event":"A"})", start + "}"),
      with(Reason::time_unreadable, R"({"customer":"anna","time":true,"event":"A"})", start + "}"),
  };
}

using Reasons = ImportFixture;

TEST_F(Reasons, each_is_given_to_its_row_and_not_to_the_next) {
  request.timezone = "Europe/Amsterdam";
  std::set<Reason> seen;
  for (const auto& each : cases()) {
    SCOPED_TRACE(std::string(name_of(each.reason)) + ": " + quote_briefly(each.row));
    std::string many;
    for (int i = 0; i < 30; ++i) many += each.sound + "\n";
    const auto csv = each.header + "\n" + many;
    store = MemoryStore();
    request.mapping_file = each.mapping.empty() ? "" : "m.yaml";
    request.mapping_text = each.mapping;
    const auto bad = import_csv(csv + each.row + "\n");
    ASSERT_EQ(codes(), std::vector<std::string>{std::string(name_of(each.reason))});
    EXPECT_EQ(rows().size(), is_rejection(each.reason) ? 30u : 31u);
    EXPECT_EQ(store_state().quarantine[0].severity, entry_of(each.reason).severity);
    EXPECT_EQ(store_state().quarantine[0].row, 31);
    expect_law(bad.ledgers[0]);
    store = MemoryStore();
    import_csv(csv + each.near + "\n");
    EXPECT_EQ(codes(), std::vector<std::string>{});
    EXPECT_EQ(rows().size(), 31u);
    seen.insert(each.reason);
  }
  seen.insert({Reason::join_key_missing, Reason::join_differs});  // of several rows: mapping_file_test.cpp
  for (const auto& each : json_cases()) seen.insert(each.reason);
  EXPECT_EQ(seen.size(), reasons.size()) << "a reason without a case";
}

TEST_F(Reasons, each_of_json_is_given_to_its_row_and_not_to_the_next) {
  for (const auto& each : json_cases()) {
    SCOPED_TRACE(std::string(name_of(each.reason)) + ": " + quote_briefly(each.row));
    const auto before = each.sound + "\n" + each.sound + "\n";
    store = MemoryStore();
    const auto bad = import_file(write("file.jsonl", before + each.row + "\n" + each.sound + "\n"));
    EXPECT_EQ(codes(), std::vector<std::string>{std::string(name_of(each.reason))});
    EXPECT_EQ(rows().size(), is_rejection(each.reason) ? 3u : 4u);
    if (store_state().quarantine.empty()) continue;
    EXPECT_EQ(store_state().quarantine[0].row, 3);
    EXPECT_EQ(store_state().quarantine[0].offset, static_cast<std::int64_t>(before.size()));
    EXPECT_EQ(store_state().quarantine[0].raw.substr(0, 1000), each.row.substr(0, 1000));
    expect_law(bad.ledgers[0]);
    store = MemoryStore();
    import_file(write("file.jsonl", before + each.near + "\n" + each.sound + "\n"));
    EXPECT_EQ(codes(), std::vector<std::string>{});
    EXPECT_EQ(rows().size(), 4u);
  }
}

TEST_F(Reasons, every_placeholder_is_refused) {
  for (const std::string id : {"0", "-1", "NULL", "None", "nil", "undefined", "N/A", "anonymous", "GUEST", "true",
                               "[object Object]", "NaN", "00000000-0000-0000-0000-000000000000"}) {
    store = MemoryStore();
    import_csv(std::string(plain) + "\n" + std::string(good) + "\n\"" + id + "\",2026-01-05,A\n");
    EXPECT_EQ(codes(), std::vector<std::string>{"id_placeholder"}) << id;
  }
}

TEST_F(Reasons, a_moved_time_is_stored_after_the_gap) {
  request.timezone = "Europe/Amsterdam";
  import_csv("customer,time,event\nanna,2026-03-29T02:30:00,A\nanna,2025-10-26T02:30:00,A\n");
  ASSERT_EQ(rows().size(), 2u);
  EXPECT_EQ(format_time(Time{rows()[0].time}), "2026-03-29T01:30:00Z");
  EXPECT_EQ(format_time(Time{rows()[1].time}), "2025-10-26T00:30:00Z");
}

TEST_F(Reasons, a_row_beyond_16_MiB_costs_one_row) {
  std::string row = "anna,2026-01-05,A";
  for (int i = 0; i < 20; ++i) row += "," + std::string(900'000, 'x');
  std::string header(plain);
  for (int i = 0; i < 20; ++i) header += ",p" + std::to_string(i);
  const auto sound = "bert,2026-01-05,A" + std::string(20, ',') + "\n";
  import_csv(header + "\n" + sound + row + "\n" + sound);
  EXPECT_EQ(codes(), std::vector<std::string>{"row_too_long"});
  ASSERT_EQ(rows().size(), 2u);
  EXPECT_EQ(rows()[1].row, 2u);
  EXPECT_LE(store_state().quarantine[0].raw.size(), 65536u);
}

TEST(ReasonTable, is_the_one_in_the_reference) {
  const auto page = std::filesystem::path(__FILE__).parent_path() / "../../docs/reference/quarantine.md";
  std::ifstream file(page);
  ASSERT_TRUE(file) << page;
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  EXPECT_NE(text.find(reasons_as_markdown()), std::string::npos) << "write this into " << page << ":\n"
                                                                 << reasons_as_markdown();
}

}  // namespace
}  // namespace peregrine::ingest
