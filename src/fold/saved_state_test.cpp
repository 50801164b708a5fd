#include "fold/saved_state.hpp"

#include <gtest/gtest.h>

#include "base/hash.hpp"
#include "base/refusal.hpp"
#include "fold/counting_fold.hpp"
#include "model/memory_part.hpp"

namespace peregrine {
namespace {

const json::object params{{"events", json::array{"A"}}};

std::string saved() {
  const auto fold = counting_fold({"A"});
  fold_whole(*fold, MemoryPart::of({{.customer = "a", .event = "A", .value = -5}, {.customer = "b", .event = "B"}}));
  return save_state("count", params, *fold);
}

std::string load_refusal(std::string_view bytes, std::string_view analysis = "count",
                         const json::object& asked = params) {
  return refusal_of([&] { load_state(bytes, analysis, asked, *counting_fold({"A"})); });
}

/// The bytes with their sum made right again.
std::string resealed(std::string bytes) {
  bytes.resize(bytes.size() - 8);
  Writer sum;
  sum.put(hash64(bytes));
  return bytes + sum.bytes();
}

TEST(SavedState, what_is_saved_is_loaded) {
  const auto fold = counting_fold({"A"});
  load_state(saved(), "count", params, *fold);
  EXPECT_EQ(json::format(finish(*fold)),
            R"({"journeys":2,"events":2,"value":-5e-06,"counts":[{"event":"A","journeys":1,"events":1}],)"
            R"("names":{"A":1,"B":1}})");
  EXPECT_EQ(save_state("count", params, *fold), saved());
}

TEST(SavedState, any_changed_byte_is_refused) {
  const auto bytes = saved();
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    auto changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    ASSERT_EQ(load_refusal(changed), "corrupt | state of count: was changed after it was saved") << at;
  }
}

TEST(SavedState, any_prefix_is_refused) {
  const auto bytes = saved();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_EQ(load_refusal(bytes.substr(0, size)).substr(0, 26), "corrupt | state of count: ") << size;
  }
  EXPECT_EQ(load_refusal(""), "corrupt | state of count: ends too early");
}

TEST(SavedState, another_question_is_refused) {
  EXPECT_EQ(load_refusal(saved(), "funnel"), "conflict | state of funnel: belongs to the analysis count");
  EXPECT_EQ(load_refusal(saved(), "count", {{"events", json::array{"B"}}}),
            "conflict | state of count: was made with other parameters");
}

TEST(SavedState, another_format_is_refused) {
  auto bytes = saved();
  bytes[4] = 2;
  EXPECT_EQ(load_refusal(resealed(bytes)), "conflict | state of count: has format 2 (this program reads 1)");
  bytes[0] = 'X';
  EXPECT_EQ(load_refusal(resealed(bytes)), "corrupt | state of count: is no saved state");
}

TEST(SavedState, sound_bytes_of_a_wrong_shape_are_refused) {
  auto bytes = saved();
  bytes.insert(bytes.size() - 8, "x");
  EXPECT_EQ(load_refusal(resealed(bytes)), "corrupt | state of count: goes on after its end");
  EXPECT_EQ(refusal_of([&] {
              load_state(saved(), "count", params, *counting_fold({"A", "B"}));
            }),
            "corrupt | state of count: has other rows");
}

}  // namespace
}  // namespace peregrine
