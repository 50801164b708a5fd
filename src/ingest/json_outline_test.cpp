// Rows of JSON whose outline is known are laid as the parser lays them.
#include "ingest/json_outline.hpp"

#include <gtest/gtest.h>

#include <random>
#include <tuple>

#include "ingest/json_row.hpp"

namespace peregrine::ingest {
namespace {

using Laid =
    std::tuple<std::vector<std::tuple<Cell::Kind, std::string, std::int64_t, double>>, std::vector<std::string>, Shape>;

class JsonOutlineTest : public testing::Test {
 protected:
  static std::string padded(std::string_view text) { return std::string(text) + std::string(json_padding, '"'); }

  /// What `reader` makes of the text, or of a fault its sentence.
  Laid lay(JsonRow& reader, std::string_view text) {
    const auto bytes = padded(text);
    Laid laid;
    if (const auto fault = reader.read(std::string_view(bytes).substr(0, text.size()))) {
      std::get<1>(laid).push_back(fault->sentence);
      return laid;
    }
    for (const auto& cell : row_.cells()) {
      std::get<0>(laid).emplace_back(cell.kind, cell.text, cell.integer, cell.number);
    }
    for (const auto& finding : row_.findings()) std::get<1>(laid).push_back(finding.sentence);
    std::get<2>(laid) = reader.shape();
    return laid;
  }
  Laid lay_parsed(std::string_view text) {
    JsonRow fresh(row_);
    return lay(fresh, text);
  }
  /// Whether the outline alone reads the text, after it learned from `known`.
  bool reads(std::string_view text, const std::vector<std::string>& known) {
    JsonOutline outline(row_);
    for (const auto& each : known) {
      lay_parsed(each);
      outline.learn(each);
    }
    const auto bytes = padded(text);
    return outline.read(std::string_view(bytes).substr(0, text.size()));
  }

  RowLayout layout_;
  LaidRow row_{layout_};
};

TEST_F(JsonOutlineTest, other_values_at_the_same_places_need_no_parser) {
  const std::vector<std::string> known{R"({"customer":1,"at":{"time":"x"},"ok":true})"};
  EXPECT_TRUE(reads(R"({"customer":"ann","at":{"time":-12.50},"ok":null})", known));
  EXPECT_TRUE(reads(R"({"customer":"Zoë","at":{"time":0.5},"ok":false})", known));
}

TEST_F(JsonOutlineTest, keys_of_several_rows_may_come_together) {
  const std::vector<std::string> known{R"({"a":1,"b":2})", R"({"b":1,"c":2})"};
  EXPECT_TRUE(reads(R"({"a":1,"b":2,"c":3})", known));
  EXPECT_FALSE(reads(R"({"a":1,"c":3})", known));
}

TEST_F(JsonOutlineTest, what_is_unusual_is_left_to_the_parser) {
  const std::vector<std::string> known{R"({"a":1,"b":2})"};
  for (const std::string_view value :
       {R"("\n")", R"("\u0041")", "\"\t\"", "\"\xff\"", "[1]", "{}", "1e3", "-0", "01", "1.", ".5", "+1", "NaN", "nul",
        "1234567890123456", "0.123456789012345", "", "\"open", "tru"}) {
    EXPECT_FALSE(reads(R"({"a":)" + std::string(value) + R"(,"b":2})", known)) << value;
  }
  EXPECT_FALSE(reads(R"({"a":1,"b":2}})", known));
  EXPECT_FALSE(reads(R"({"a":1,"b":2)", known));
  EXPECT_FALSE(reads(R"({"a":1, "b":2})", known));
}

TEST_F(JsonOutlineTest, lists_are_not_learned) {
  EXPECT_FALSE(reads(R"({"a":[1],"b":2})", {R"({"a":[1],"b":2})"}));
}

TEST_F(JsonOutlineTest, rows_whose_keys_make_a_known_shape_together_are_seen) {
  JsonRow reader(row_);
  for (const std::string_view text :
       {R"({"userId":"u","event":"A"})", R"({"userId":"u","event":"A"})", R"({"event":"A","type":"track"})",
        R"({"userId":"u","event":"A","type":"track"})", R"({"userId":"u","event":"A"})"}) {
    EXPECT_EQ(lay(reader, text), lay_parsed(text)) << text;
  }
  EXPECT_EQ(std::get<Shape>(lay(reader, R"({"userId":"u","event":"A","type":"track"})")), Shape::segment);
}

/// An object with some of a few keys, in order or not, of which some are wrong.
std::string any_object(std::mt19937_64& random, int depth) {
  const std::string values[] = {"1",     "-27",     "39.01", "0.1", "\"ann\"",     "\"\"",    "\"Zo\xC3\xAB said so\"",
                                "null",  "true",    "false", "-0",  "-0.0",        "1e5",     "12345678901234567890",
                                "[1,2]", "\"a b\"", "{}",    "01",  "\"\\u00e9\"", "1.5e400", "\"\xC3\""};
  std::string text = "{";
  for (int key = 0; key < 5; ++key) {
    if (random() % 4 == 0) continue;
    if (text.size() > 1) text += random() % 20 == 0 ? ", " : ",";
    text += "\"k" + std::to_string(random() % 20 == 0 ? random() % 5 : static_cast<unsigned>(key)) + "\":";
    const auto pick = random() % 40 == 0 ? random() % std::size(values) : random() % 10;
    text += depth > 0 && key == 2 ? any_object(random, depth - 1) : values[pick];
  }
  return text + "}";
}

TEST_F(JsonOutlineTest, every_row_is_laid_as_the_parser_lays_it) {
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  JsonRow reader(row_);
  for (int i = 0; i < 20'000; ++i) {
    auto text = any_object(random, 2);
    if (random() % 8 == 0) text[random() % text.size()] = static_cast<char>(random() % 128);
    if (random() % 50 == 0) text.resize(random() % text.size());
    ASSERT_EQ(lay(reader, text), lay_parsed(text)) << text;
  }
}

}  // namespace
}  // namespace peregrine::ingest
