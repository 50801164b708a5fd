// CsvRecords give what read_record gives, whatever the text.
#include "ingest/csv_records.hpp"

#include <gtest/gtest.h>

#include <random>

namespace peregrine::ingest {
namespace {

std::string words_of(const CsvRecord& record, const std::vector<CsvField>& fields, std::string_view text) {
  std::string words = std::to_string(record.bytes.data() - text.data()) + "+" + std::to_string(record.bytes.size()) +
                      ">" + std::to_string(record.next) + " fault " + std::to_string(static_cast<int>(record.fault));
  for (const auto& field : fields) {
    words += " " + std::to_string(field.bytes.data() - text.data()) + "+" + std::to_string(field.bytes.size()) +
             (field.quoted ? "q" : "") + (field.escaped ? "e" : "");
  }
  return words;
}

void expect_same(std::string_view text, const Dialect& dialect, std::size_t columns) {
  std::vector<CsvField> careful_fields;
  std::vector<CsvField> fields;
  CsvRecords records(dialect, columns);
  records.start(text);
  std::size_t at = 0;
  while (at < text.size()) {
    ASSERT_FALSE(records.at_end());
    ASSERT_EQ(records.at(), at);
    const auto careful = read_record(text, at, true, dialect, careful_fields);
    const auto record = records.next(fields);
    ASSERT_EQ(words_of(record, fields, text), words_of(*careful, careful_fields, text))
        << "at " << at << " of " << text.substr(0, 500);
    at = careful->next;
  }
  EXPECT_TRUE(records.at_end());
}

TEST(CsvRecords, agree_with_the_careful_rules_on_random_texts) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  constexpr auto pieces =
      std::to_array<std::string_view>({"a",          "bc",
                                       "2026-01-05", "",
                                       ",",          ",",
                                       ",",          ",",
                                       "\n",         "\n",
                                       "\r\n",       "\r",
                                       "\"",         "\"\"",
                                       ",\"x\",",    "\"a,b\"",
                                       "\"a\nb\"",   "\\\"",
                                       "\xC3\xA9",   "\xFF",
                                       ";",          "a rather long field that goes beyond one register of any machine",
                                       "\n\n"});
  const auto dialects = std::to_array<Dialect>({{}, {',', '\r', false}, {';', '\n', false}, {',', '\n', true}});
  for (int round = 0; round < 4'000; ++round) {
    std::string text;
    for (std::size_t count = random() % 120; count > 0; --count) {
      // Few quotes in most texts, so that many plain rows lie around them.
      const auto& piece = pieces[random() % pieces.size()];
      if (piece.find('"') == std::string_view::npos || random() % 4 == 0) text += piece;
    }
    for (std::size_t columns = 1; columns <= 4; ++columns) expect_same(text, dialects[round % 4], columns);
  }
}

TEST(CsvRecords, agree_at_the_borders_of_what_is_looked_at_once) {
  for (std::size_t shift = 0; shift < 140; ++shift) {
    std::string text(shift, 'x');
    text += ",y\n";
    while (text.size() < 3 * Separators::most_bytes) {
      text += "some,row\n";
      if (text.size() % 7 == 0) text += "\"quoted\",\"a, b\"\r\n";
    }
    expect_same(text, {}, 2);
  }
}

TEST(CsvRecords, agree_on_rows_longer_than_what_is_looked_at_once) {
  for (const auto size :
       {Separators::most_bytes - 3, Separators::most_bytes - 2, Separators::most_bytes - 1, Separators::most_bytes,
        Separators::most_bytes + 1, max_field - 1, max_field, max_field + 1}) {
    expect_same("a,b\n" + std::string(size, 'x') + ",b\nc," + std::string(size, 'y') + "\nd,e\n", {}, 2);
    expect_same("a,b\n\"" + std::string(size, 'x') + "\",b\nc,d\n", {}, 2);
  }
  expect_same("a,b\n" + std::string(Separators::most_bytes, ',') + "\nd,e\n", {}, 2);
  expect_same("a,b\nno newline,at the end", {}, 2);
  expect_same("", {}, 2);
}

}  // namespace
}  // namespace peregrine::ingest
