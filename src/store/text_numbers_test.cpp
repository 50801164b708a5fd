#include "store/text_numbers.hpp"

#include <map>
#include <random>
#include <string>

#include "store/store_fixture.hpp"

namespace peregrine::store {

namespace {

TEST(TextNumbers, numbers_texts_by_first_use) {
  TextNumbers numbers;
  EXPECT_EQ(numbers.find("ann"), 0u);
  EXPECT_EQ(numbers.number("ann"), 0u);
  EXPECT_EQ(numbers.number(""), 1u);
  EXPECT_EQ(numbers.number("ann"), 0u);
  EXPECT_EQ(numbers.find(""), 1u);
  EXPECT_EQ(numbers.find("bob"), 2u);
}

TEST(TextNumbers, tells_texts_apart_at_every_length) {
  // Equal hashes, so that only the texts tell.
  TextNumbers numbers;
  std::vector<std::string> texts;
  for (std::size_t size = 0; size < 40; ++size) {
    texts.emplace_back(size, 'x');
    texts.emplace_back(size + 1, '\0');
    for (std::size_t at = 0; at < size; ++at) {
      texts.push_back(std::string(size, 'x'));
      texts.back()[at] = '\xff';
    }
  }
  for (std::uint32_t i = 0; i < texts.size(); ++i) EXPECT_EQ(numbers.number(texts[i], 7), i);
  for (std::uint32_t i = 0; i < texts.size(); ++i) EXPECT_EQ(numbers.number(texts[i], 7), i);
}

TEST(TextNumbers, many_at_once_are_the_same_as_one_by_one) {
  std::mt19937_64 random(test_seed());
  TextNumbers many;
  for (const std::size_t size : {0, 1, 255, 256, 257, 20'000}) {
    std::vector<std::string> texts(size);
    for (auto& text : texts) text = std::to_string(random() % (size / 2 + 1)) + std::string(random() % 20, 'y');
    const std::vector<std::string_view> views(texts.begin(), texts.end());
    std::vector<std::uint32_t> numbers;
    many.number(views, numbers);
    ASSERT_EQ(numbers.size(), size);
    std::map<std::string, std::uint32_t> expected;
    TextNumbers single;
    for (std::size_t i = 0; i < size; ++i) {
      EXPECT_EQ(numbers[i], expected.try_emplace(texts[i], expected.size()).first->second);
      EXPECT_EQ(numbers[i], single.number(texts[i]));
    }
    EXPECT_EQ(many.texts().size(), expected.size());
    many.clear();
    EXPECT_TRUE(many.texts().empty());
  }
}

}  // namespace

}  // namespace peregrine::store
