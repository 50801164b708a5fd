#include "workspace/answer_cache.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/fault_env.hpp"

namespace peregrine {
namespace {

class AnswerCacheTest : public testing::Test {
 protected:
  AnswerCacheTest() {
    auto pattern = (std::filesystem::temp_directory_path() / "peregrine-test-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
  }
  ~AnswerCacheTest() override {
    std::error_code ignored;  // a directory that stays behind harms no test
    std::filesystem::remove_all(directory_, ignored);
  }
  AnswerCache cache(AnswerCache::Bounds bounds = {}) { return {Env::real(), directory_ + "/answers", bounds}; }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(directory_ + "/answers"), {}));
  }
  static json::object key(int number) { return {{"question", number}}; }

  std::string directory_;
};

TEST_F(AnswerCacheTest, gives_back_what_it_kept_to_the_type) {
  const json::object answer{{"whole", 12},   {"fraction", 12.0},
                            {"text", "é\""}, {"none", nullptr},
                            {"yes", true},   {"rows", json::array{json::object{{"rate", 0.1}}, json::array{}}}};
  EXPECT_FALSE(cache().find(key(1)));
  cache().keep(key(1), answer);
  const auto found = cache().find(key(1));
  ASSERT_TRUE(found);
  EXPECT_EQ(json::format(*found), json::format(answer));
  EXPECT_TRUE(found->at("fraction").is_double());
  EXPECT_TRUE(found->at("whole").is_int64());
  EXPECT_FALSE(cache().find(key(2)));
}

TEST_F(AnswerCacheTest, an_answer_kept_again_takes_the_place_of_the_old_one) {
  cache().keep(key(1), {{"a", 1}});
  cache().keep(key(1), {{"a", 2}});
  EXPECT_EQ(files(), 1u);
  EXPECT_EQ(cache().find(key(1))->at("a"), 2);
}

TEST_F(AnswerCacheTest, the_oldest_make_room) {
  const json::object answer{{"text", std::string(1'000, 'x')}};
  for (int i = 0; i < 10; ++i) cache({.all_bytes = 3'500}).keep(key(i), answer);
  EXPECT_EQ(files(), 3u);
  EXPECT_FALSE(cache().find(key(6)));
  EXPECT_TRUE(cache().find(key(7)) && cache().find(key(8)) && cache().find(key(9)));
}

TEST_F(AnswerCacheTest, a_name_that_says_a_size_below_nothing_makes_no_room) {
  const json::object answer{{"text", std::string(1'000, 'x')}};
  Env::real().make_directories(directory_ + "/answers");
  replace_file(Env::real(), directory_ + "/answers/99999999999999999999-hash--99999999.answer", "x");
  for (int i = 0; i < 10; ++i) cache({.all_bytes = 3'500}).keep(key(i), answer);
  EXPECT_EQ(files(), 4u);
  EXPECT_FALSE(cache().find(key(6)));
}

TEST_F(AnswerCacheTest, the_folder_is_listed_once_for_all_questions) {
  for (int i = 0; i < 3; ++i) cache().keep(key(i), {{"a", i}});
  FaultEnv env(Env::real());
  AnswerCache one(env, directory_ + "/answers");
  EXPECT_FALSE(one.find(key(7)));
  const auto calls = env.calls();
  EXPECT_FALSE(one.find(key(8)));
  EXPECT_EQ(env.calls(), calls);
  one.keep(key(8), {{"a", 8}});
  EXPECT_EQ(one.find(key(8))->at("a"), 8);
}

TEST_F(AnswerCacheTest, an_answer_that_another_process_removed_is_none) {
  cache().keep(key(1), {{"a", 1}});
  auto one = cache();
  EXPECT_TRUE(one.find(key(1)));
  std::filesystem::remove_all(directory_ + "/answers");
  EXPECT_FALSE(one.find(key(1)));
  one.keep(key(1), {{"a", 2}});
  EXPECT_EQ(one.find(key(1))->at("a"), 2);
}

TEST_F(AnswerCacheTest, what_is_too_large_is_not_kept) {
  cache({.answer_bytes = 500}).keep(key(1), {{"text", std::string(1'000, 'x')}});
  EXPECT_FALSE(cache().find(key(1)));
}

TEST_F(AnswerCacheTest, every_flipped_byte_is_seen) {
  cache().keep(key(1), {{"figure", 1'234}});
  const auto path = std::filesystem::directory_iterator(directory_ + "/answers")->path().string();
  const auto whole = read_file(Env::real(), path);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    auto damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 4);
    replace_file(Env::real(), path, damaged);
    EXPECT_FALSE(cache().find(key(1))) << i;
    replace_file(Env::real(), path, whole.substr(0, i));
    EXPECT_FALSE(cache().find(key(1))) << i;
  }
  replace_file(Env::real(), path, whole);
  EXPECT_TRUE(cache().find(key(1)));
}

}  // namespace
}  // namespace peregrine
