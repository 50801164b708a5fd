#include "base/error.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace peregrine {
namespace {

using Names = std::vector<std::string_view>;

TEST(Error, says_where_what_and_what_would_be_right) {
  const Error error(ErrorKind::invalid, "funnel.window", "must be at least 1 s", "got 0");
  EXPECT_STREQ(error.what(), "funnel.window: must be at least 1 s (got 0)");
  EXPECT_EQ(error.where(), "funnel.window");
  EXPECT_EQ(error.kind(), ErrorKind::invalid);
}

TEST(Error, leaves_out_what_it_does_not_know) {
  EXPECT_STREQ(Error(ErrorKind::bug, "", "went wrong").what(), "went wrong");
  EXPECT_STREQ(Error(ErrorKind::bug, "store", "went wrong").what(), "store: went wrong");
  EXPECT_STREQ(Error(ErrorKind::bug, "", "went wrong", "go right").what(), "went wrong (go right)");
}

TEST(Error, every_kind_has_its_public_name) {
  const std::array kinds{ErrorKind::invalid,     ErrorKind::not_found, ErrorKind::conflict,
                         ErrorKind::unavailable, ErrorKind::corrupt,   ErrorKind::bug};
  const Names names{"invalid", "not_found", "conflict", "unavailable", "corrupt", "bug"};
  for (std::size_t i = 0; i < kinds.size(); ++i) EXPECT_EQ(name_of(kinds[i]), names[i]);
}

TEST(Nearest, finds_the_name_with_the_fewest_edits_whatever_its_case) {
  const Names names{"steps", "window", "window_from"};
  EXPECT_EQ(nearest("stepz", names), "steps");
  EXPECT_EQ(nearest("windwo", names), "window");
  EXPECT_EQ(nearest("lable", Names{"label"}), "label");
  EXPECT_EQ(nearest("WINDOW", names), "window");
  EXPECT_EQ(nearest("windowfrom", names), "window_from");
}

TEST(Nearest, takes_the_first_of_equally_near_names) {
  EXPECT_EQ(nearest("bat", Names{"cat", "hat"}), "cat");
}

TEST(Nearest, a_name_too_far_off_is_not_what_was_meant) {
  EXPECT_EQ(nearest("idle", Names{"steps", "window"}), "");
  EXPECT_EQ(nearest("ab", Names{"cd"}), "");
  EXPECT_EQ(nearest("anything", Names{}), "");
}

TEST(Propose, asks_about_a_near_name) {
  EXPECT_EQ(propose("stepz", Names{"steps", "window"}), "did you mean \"steps\"?");
}

TEST(Propose, lists_a_short_list_when_nothing_is_near) {
  EXPECT_EQ(propose("zzzzzzz", Names{"steps"}), "one of steps");
  EXPECT_EQ(propose("zzzzzzz", Names{"steps", "window"}), "one of steps, window");
}

TEST(Propose, says_nothing_of_a_long_list_or_of_none) {
  EXPECT_EQ(propose("zzzzzzz", Names(12, "steps")).substr(0, 13), "one of steps,");
  EXPECT_EQ(propose("zzzzzzz", Names(13, "steps")), "");
  EXPECT_EQ(propose("zzzzzzz", Names{}), "");
}

}  // namespace
}  // namespace peregrine
