#include "store/extent.hpp"

#include <numeric>
#include <random>

#include "store/store_fixture.hpp"

namespace peregrine::store {

namespace {

using Texts = std::vector<std::string>;

/// The texts of the rows, `-` for none.
Texts lines_of(const TextRows& texts, std::size_t rows) {
  Texts lines;
  for (std::size_t row = 0; row < rows; ++row) lines.push_back(texts.has(row) ? std::string(texts.text(row)) : "-");
  return lines;
}

struct Column {
  explicit Column(const Texts& texts) {
    for (const auto& text : texts) text == "-" ? column.add_none() : column.add(text);
    names.assign(column.names().begin(), column.names().end());
  }
  TextRows rows() const { return {names, column.codes().data()}; }

  TextColumn column;
  std::vector<std::string_view> names;
};

class ExtentTest : public testing::Test {
 protected:
  /// Writes and reads the chosen rows.
  Rows pass(const Rows& rows, std::vector<std::uint32_t> chosen) {
    const auto bytes = writer_.write(rows, chosen);
    EXPECT_EQ(bytes.size() % 8, 0u);
    views_.expect(chosen.size());
    const auto read = read_extent(bytes.data(), views_);
    EXPECT_EQ(read.size, chosen.size());
    for (std::size_t i = 0; i < chosen.size(); ++i) EXPECT_EQ(read.time[i], rows.time[chosen[i]]);
    return read;
  }
  Rows customers(const Column& column) {
    Rows rows;
    rows.size = column.column.size();
    times_.resize(rows.size);
    std::iota(times_.begin(), times_.end(), -5);
    rows.time = times_.data();
    rows.customer = column.rows();
    return rows;
  }

  ExtentMemory memory_;
  ExtentWriter writer_{memory_};
  ExtentViews views_;
  std::vector<std::int64_t> times_;
};

TEST_F(ExtentTest, texts_come_back_with_their_gaps) {
  const std::string name_of_300(300, 'x');
  const std::vector<Texts> examples{{"a", "b", "c", "d", "e"},                     // one each
                                    {"a", "b", "a", "b", "c"},                     // some again
                                    {"a", "-", "b", "-", "c"},                     // gaps
                                    {"-", "-", "-", "-", "-"},                     // nothing
                                    {"", "1234", "12345678", "1234567890", "12"},  // all ways of copying
                                    {"b", name_of_300, "1234567890123456789", "a", name_of_300}};
  for (const auto& texts : examples) {
    const Column column(texts);
    const auto rows = customers(column);
    EXPECT_EQ(lines_of(pass(rows, {0, 1, 2, 3, 4}).customer, 5), texts);
    EXPECT_EQ(lines_of(pass(rows, {0, 2, 4}).customer, 3), (Texts{texts[0], texts[2], texts[4]}));
    EXPECT_EQ(lines_of(pass(rows, {3}).customer, 1), (Texts{texts[3]}));
  }
  const Column nothing({"-", "a"});
  EXPECT_FALSE(pass(customers(nothing), {0}).customer.exists());
}

TEST_F(ExtentTest, values_come_back_with_their_gaps) {
  const Column column({"a", "b", "c", "d"});
  auto rows = customers(column);
  const std::vector<std::int64_t> values{-7, 0, 9, 0};
  const std::vector<std::uint8_t> valid{1, 0, 1, 0};
  rows.value = values.data();
  rows.value_valid = valid.data();
  const auto read = pass(rows, {0, 1, 2, 3});
  EXPECT_TRUE(read.has_value(0));
  EXPECT_FALSE(read.has_value(1));
  EXPECT_EQ(read.value_of(0), -7);
  EXPECT_EQ(read.value_of(2), 9);
  const auto again = pass(read, {1, 2});  // as rows whose customer is found come by a second run
  EXPECT_FALSE(again.has_value(0));
  EXPECT_TRUE(again.has_value(1));
  EXPECT_EQ(again.value_of(1), 9);
  EXPECT_EQ(pass(rows, {1, 3}).value, nullptr);
}

TEST_F(ExtentTest, event_codes_stay_as_wide_as_they_are) {
  const Column column({"a", "b"});
  auto rows = customers(column);
  const std::vector<std::uint16_t> narrow{65'535, 1};
  rows.event.narrow = narrow.data();
  EXPECT_EQ(pass(rows, {0, 1}).event[0], 65'535u);
  const std::vector<std::uint32_t> wide{65'536, 1};
  rows.event = {nullptr, wide.data()};
  EXPECT_EQ(pass(rows, {0, 1}).event[0], 65'536u);
  EXPECT_EQ(pass(rows, {1}).event[0], 1u);
}

TEST_F(ExtentTest, extents_stay_whole_as_memory_grows) {
  std::vector<std::pair<std::string_view, std::string>> written;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 40; ++i) {
      const std::string name(std::size_t{1} << (i % 23), static_cast<char>('a' + i % 23));
      const Column column({name, "b"});
      const auto rows = customers(column);
      const std::vector<std::uint32_t> both{0, 1};
      written.emplace_back(writer_.write(rows, both), name);
    }
    views_.expect(2);
    for (const auto& [bytes, name] : written) EXPECT_EQ(read_extent(bytes.data(), views_).customer.text(0), name);
    written.clear();
    memory_.forget();
  }
}

}  // namespace

}  // namespace peregrine::store
