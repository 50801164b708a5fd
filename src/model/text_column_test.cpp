#include "model/text_column.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace peregrine {
namespace {

std::vector<std::string> names_of(const TextColumn& column) {
  return {column.names().begin(), column.names().end()};
}

TEST(TextColumn, says_each_name_once) {
  TextColumn column;
  column.add("a");
  column.add_none();
  column.add("b");
  column.add("a");
  column.fill(6);
  EXPECT_EQ(names_of(column), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(column.codes(),
            (std::vector<std::uint32_t>{0, TextColumn::none, 1, 0, TextColumn::none, TextColumn::none}));
}

TEST(TextColumn, tells_texts_of_any_size_and_byte_apart) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  TextColumn column;
  std::vector<std::string> rows;
  std::map<std::string, std::uint32_t> first;
  for (int i = 0; i < 20'000; ++i) {
    std::string text(random() % 24, 'a');
    for (std::size_t change = random() % 3; change > 0 && !text.empty(); --change)
      text[random() % text.size()] = "a\0b\xff"[random() % 4];
    column.add(text);
    rows.push_back(text);
    first.try_emplace(text, static_cast<std::uint32_t>(first.size()));
  }
  ASSERT_EQ(column.names().size(), first.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ASSERT_EQ(column.text(i), rows[i]);
    ASSERT_EQ(column.codes()[i], first.at(rows[i]));
  }
}

TEST(TextColumn, add_unseen_takes_a_text_twice) {
  TextColumn column;
  column.add_unseen("");
  column.add_unseen("x");
  column.add_unseen("x");
  EXPECT_EQ(names_of(column), (std::vector<std::string>{"", "x", "x"}));
  EXPECT_EQ(column.text(0), "");
}

TEST(TextNames, stay_in_place_when_moved) {
  TextNames names;
  names.add("short");
  const auto text = names[0];
  const auto moved = std::move(names);
  EXPECT_EQ(moved[0].data(), text.data());
  EXPECT_EQ(moved.bytes(), "short");
}

}  // namespace
}  // namespace peregrine
