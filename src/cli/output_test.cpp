#include "cli/output.hpp"

#include <gtest/gtest.h>

#include <random>
#include <sstream>

#include "base/refusal.hpp"
#include "store/result_file.hpp"

namespace peregrine::cli {
namespace {

json::array rows_of(std::string_view text) {
  return json::parse(text, "test").as_array();
}

std::size_t letters(std::string_view line) {
  std::size_t count = 0;
  for (const char byte : line) count += (static_cast<unsigned char>(byte) & 0xc0) != 0x80 ? 1 : 0;
  return count;
}

TEST(FormatTable, aligns_text_left_and_numbers_right) {
  EXPECT_EQ(format_table(
                rows_of(R"([{"name": "View", "journeys": 1234567}, {"name": "Order Completed", "journeys": 5}])"), 100),
            "name              journeys\n"
            "───────────────  ─────────\n"
            "View             1,234,567\n"
            "Order Completed          5\n");
}

TEST(FormatTable, of_nothing_is_nothing) {
  EXPECT_EQ(format_table({}, 100), "");
  EXPECT_EQ(format_table(rows_of("[{}]"), 100), "");
}

TEST(FormatTable, cuts_wide_text_with_an_ellipsis) {
  const auto rows =
      rows_of(R"([{"name": "abcdefghijklmnopqrstuvwxyz", "n": 1}, {"name": "éééééééééééééééé", "n": 2}])");
  EXPECT_EQ(format_table(rows, 15),
            "name          n\n"
            "────────────  ─\n"
            "abcdefghijk…  1\n"
            "ééééééééééé…  2\n");
  // What is left of the line goes to what was cut.
  EXPECT_EQ(format_table(rows, 20),
            "name               n\n"
            "─────────────────  ─\n"
            "abcdefghijklmnop…  1\n"
            "éééééééééééééééé   2\n");
  EXPECT_EQ(format_table(rows_of(R"([{"name": "abcdefghijkl"}])"), 36), "name\n────────────\nabcdefghijkl\n");
}

TEST(FormatTable, splits_into_blocks_that_repeat_the_first_column) {
  const auto rows = rows_of(R"([{"name": "View", "first_figure": 1, "second_figure": 2, "third_figure": 3}])");
  EXPECT_EQ(format_table(rows, 33),
            "name  first_figure  second_figure\n"
            "────  ────────────  ─────────────\n"
            "View             1              2\n"
            "\n"
            "name  third_figure\n"
            "────  ────────────\n"
            "View             3\n");
  EXPECT_EQ(format_table(rows, 32),
            "name  first_figure\n"
            "────  ────────────\n"
            "View             1\n"
            "\n"
            "name  second_figure\n"
            "────  ─────────────\n"
            "View              2\n"
            "\n"
            "name  third_figure\n"
            "────  ────────────\n"
            "View             3\n");
}

TEST(FormatTable, an_interval_is_folded_into_the_cell_of_its_figure) {
  EXPECT_EQ(format_table(rows_of(R"([{"name": "Buy", "rate": 0.5, "rate_low": 0.25, "rate_high": 0.754, "lift": 2.5,
                                     "lift_low": 1, "lift_high": 4.26}])"),
                         100),
            "name                rate            lift\n"
            "────  ──────────────────  ──────────────\n"
            "Buy   50.0 % (25.0–75.4)  2.50 (1.0–4.3)\n");
}

TEST(FormatTable, an_end_without_its_figure_is_a_column_of_its_own) {
  EXPECT_EQ(format_table(rows_of(R"([{"name": "Buy", "stock_low": 3}])"), 100),
            "name  stock_low\n"
            "────  ─────────\n"
            "Buy           3\n");
}

TEST(FormatTable, cells_say_what_they_are) {
  EXPECT_EQ(format_table(rows_of(R"([{"n": 1, "rate": null, "rate_low": null, "rate_high": null, "small": true,
                                     "median_seconds": 90, "p90_seconds": 7200.0, "median_days": 1.25, "value": 2.5}])"),
                         100),
            "n  rate  small  median_seconds  p90_seconds  median_days  value\n"
            "─  ────  ─────  ──────────────  ───────────  ───────────  ─────\n"
            "1     –    yes         1.5 min          2 h        1.2 d   2.50\n");
}

TEST(FormatTable, rows_may_lack_members) {
  EXPECT_EQ(format_table(rows_of(R"([{"a": "x"}, {"b": 1}])"), 100),
            "a  b\n"
            "─  ─\n"
            "x\n"
            "   1\n");
}

TEST(FormatTable, no_line_is_wider_than_asked) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 500; ++round) {
    json::array rows;
    const auto columns = 1 + random() % 8;
    for (std::size_t row = 0; row <= random() % 3; ++row) {
      json::object cells;
      for (std::size_t column = 0; column < columns; ++column) {
        const auto name = std::string(1 + random() % 30, static_cast<char>('a' + column));
        switch ((column + static_cast<std::size_t>(round)) % 3) {
          case 0: cells[name] = boost::json::string(std::string(random() % 60, 'x')); break;
          case 1: cells[name] = static_cast<std::int64_t>(random()); break;
          default: cells[name] = json::array(random() % 40, json::value(12345)); break;
        }
      }
      rows.push_back(std::move(cells));
    }
    const auto width = 40 + random() % 100;
    std::istringstream lines(format_table(rows, width));
    for (std::string line; std::getline(lines, line);) ASSERT_LE(letters(line), width) << line;
  }
}

TEST(FormatCount, puts_a_comma_between_thousands) {
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(1000), "1,000");
  EXPECT_EQ(format_count(-999), "-999");
  EXPECT_EQ(format_count(-1234567), "-1,234,567");
  EXPECT_EQ(format_count(std::numeric_limits<std::int64_t>::min()), "-9,223,372,036,854,775,808");
}

TEST(FormatCsv, quotes_only_what_needs_it) {
  EXPECT_EQ(
      format_csv(
          rows_of(R"([{"name": "a,b", "text": "say \"hi\"", "plain": "x y"}, {"name": "two\nlines", "text": ""}])"),
          false),
      "name,text,plain\r\n\"a,b\",\"say \"\"hi\"\"\",x y\r\n\"two\nlines\",,\r\n");
}

TEST(FormatCsv, lists_within_a_cell_stay_in_it) {
  EXPECT_EQ(format_csv(rows_of(R"([{"cohort": "2026-01", "customers": [3, 2], "by": {"a": "b"}}])"), false),
            "cohort,customers,by\r\n2026-01,\"[3,2]\",\"{\"\"a\"\":\"\"b\"\"}\"\r\n");
}

TEST(FormatCsv, text_that_would_be_a_formula_gets_an_apostrophe_and_numbers_never) {
  EXPECT_EQ(
      format_csv(rows_of(R"([{"a": "=1+1", "b": "+1", "c": "-1", "d": "@x", "e": -1, "f": -1.5, "g": "x=1"}])"), false),
      "a,b,c,d,e,f,g\r\n'=1+1,'+1,'-1,'@x,-1,-1.5,x=1\r\n");
  EXPECT_EQ(format_csv(rows_of(R"([{"a": "\tx", "b": "=a,b", "=c": 1}])"), false), "a,b,'=c\r\n'\tx,\"'=a,b\",1\r\n");
}

TEST(FormatCsv, raw_text_is_left_as_it_is) {
  EXPECT_EQ(format_csv(rows_of(R"([{"a": "=1+1"}])"), true), "a\r\n=1+1\r\n");
}

TEST(FormatCsv, what_is_missing_is_empty) {
  EXPECT_EQ(format_csv(rows_of(R"([{"a": null, "b": true}, {"c": 1}])"), false), "a,b,c\r\n,true,\r\n,,1\r\n");
}

const json::object answer = json::parse(R"({
  "analysis": "funnel", "params": {},
  "result": {"journeys": 12, "rate": 0.5, "rate_low": 0.25, "rate_high": 0.75,
             "steps": [{"name": "View", "journeys": 9}], "ends": [{"name": "Buy"}]},
  "meta": {"events": 12345, "journeys": 678, "from": "2026-01-01", "to": "2026-02-01", "seconds": 0.0123}})",
                                        "test")
                                .as_object();

TEST(FormatAnswer, a_table_says_what_it_saw_then_figures_then_lists) {
  EXPECT_EQ(format_answer(answer, Format::table, ""),
            "funnel: 12,345 events of 678 customers, 2026-01-01 to 2026-02-01, 0.0123 s\n"
            "\n"
            "journeys: 12\n"
            "rate: 50.0 % (25.0–75.0)\n"
            "\n"
            "steps\n"
            "name  journeys\n"
            "────  ────────\n"
            "View         9\n"
            "\n"
            "ends\n"
            "name\n"
            "────\n"
            "Buy\n");
}

TEST(FormatAnswer, csv_takes_the_first_list_or_the_one_asked_for) {
  EXPECT_EQ(format_answer(answer, Format::csv, ""), "name,journeys\r\nView,9\r\n");
  EXPECT_EQ(format_answer(answer, Format::csv, "ends"), "name\r\nBuy\r\n");
  EXPECT_EQ(refusal_of([] { format_answer(answer, Format::csv, "end"); }),
            "invalid | list: the result has no list \"end\" (did you mean \"ends\"?)");
}

TEST(FormatAnswer, lists_inside_an_object_go_by_both_names) {
  auto nested = answer;
  nested["result"] = json::parse(R"({"journeys": 1, "steps": {"nodes": [{"name": "View"}], "edges": []}})", "test");
  EXPECT_EQ(format_answer(nested, Format::table, ""),
            "funnel: 12,345 events of 678 customers, 2026-01-01 to 2026-02-01, 0.0123 s\n"
            "\n"
            "journeys: 1\n"
            "\n"
            "steps.nodes\n"
            "name\n"
            "────\n"
            "View\n");
  EXPECT_EQ(format_answer(nested, Format::csv, "steps.nodes"), "name\r\nView\r\n");
  EXPECT_EQ(refusal_of([&] { format_answer(nested, Format::csv, "steps.node"); }),
            "invalid | list: the result has no list \"steps.node\" (did you mean \"steps.nodes\"?)");
}

TEST(FormatAnswer, csv_of_groups_says_the_group_of_each_row) {
  auto grouped = answer;
  grouped["result"] =
      json::parse(R"({"groups": [{"group": "NL", "result": {"steps": [{"name": "View", "journeys": 1}]}},
                                                 {"group": "BE", "result": {"steps": [{"name": "View", "journeys": 2}]}}]})",
                  "test");
  EXPECT_EQ(format_answer(grouped, Format::csv, "steps"), "group,name,journeys\r\nNL,View,1\r\nBE,View,2\r\n");
}

TEST(FormatAnswer, json_is_the_whole_answer) {
  EXPECT_EQ(json::parse(format_answer(answer, Format::json, ""), "test"), json::value(answer));
}

TEST(Output, rows_are_written_in_every_format) {
  const json::array rows{{{"name", "a"}, {"n", 1000}}};
  EXPECT_NE(format_rows(rows, "things", Format::table).find("1,000"), std::string::npos);
  EXPECT_EQ(format_rows(rows, "things", Format::csv), "name,n\r\na,1000\r\n");
  EXPECT_EQ(json::parse(format_rows(rows, "things", Format::json), "").at("things"), rows);
  EXPECT_EQ(format_rows(rows, "things", Format::arrow), store::write_result(rows));
}

}  // namespace
}  // namespace peregrine::cli
