#include "workspace/touchpoint_text.hpp"

#include <gtest/gtest.h>

#include "base/refusal.hpp"

namespace peregrine {
namespace {

std::string put(std::string_view yaml, std::initializer_list<TouchpointRule> rules) {
  TouchpointText text(yaml, "workspace.yaml");
  for (const auto& rule : rules) text.put(rule);
  return text.text();
}

const TouchpointRule foo{.pattern = "Foo", .role = Role::read, .kind = Kind::online};

TEST(TouchpointText, an_empty_list_gets_its_first_entry) {
  EXPECT_EQ(put("name: a\n\n# Why\ntouchpoints: []  # none yet\n", {foo}),
            "name: a\n\n# Why\ntouchpoints:  # none yet\n  - {event: \"Foo\", role: read, kind: online}\n");
  EXPECT_EQ(put("touchpoints:\nname: a\n", {foo}),
            "touchpoints:\n  - {event: \"Foo\", role: read, kind: online}\nname: a\n");
}

TEST(TouchpointText, a_file_without_touchpoints_gets_them_at_its_end) {
  EXPECT_EQ(put("name: a", {foo}), "name: a\n\ntouchpoints:\n  - {event: \"Foo\", role: read, kind: online}\n");
  EXPECT_EQ(put("", {foo}), "touchpoints:\n  - {event: \"Foo\", role: read, kind: online}\n");
}

TEST(TouchpointText, without_a_change_the_text_is_the_same) {
  for (const auto* text :
       {"touchpoints: []\nname: a\n", "name: a\n# c\ntouchpoints:\n# x\n- event: A\n  role: read\n\n# y\n",
        "touchpoints:\n    -   {event: A}\n    # b\n    - event: B\n      # in it\n      role: use\nname: a\n"}) {
    EXPECT_EQ(put(text, {}), text);
  }
}

TEST(TouchpointText, order_and_comments_stay) {
  EXPECT_EQ(put("# top\n"
                "touchpoints:\n"
                "  # Paper\n"
                "  - {event: \"Catalogue *\", role: read}   # by post\n"
                "\n"
                "  - event: Shop Visited\n"
                "    role: visit\n"
                "  # the end\n"
                "\n"
                "timezone: UTC  # far away\n",
                {foo,
                 {.pattern = "Shop Visited", .role = Role::visit, .kind = Kind::in_store},
                 {.pattern = "Catalogue *", .role = Role::notice, .kind = Kind::marketing}}),
            "# top\n"
            "touchpoints:\n"
            "  # Paper\n"
            "  - {event: \"Catalogue *\", role: notice, kind: marketing}   # by post\n"
            "\n"
            "  - {event: \"Shop Visited\", role: visit, kind: in_store}\n"
            "  - {event: \"Foo\", role: read, kind: online}\n"
            "  # the end\n"
            "\n"
            "timezone: UTC  # far away\n");
}

TEST(TouchpointText, an_entry_stands_before_the_pattern_that_would_hide_it) {
  EXPECT_EQ(put("touchpoints:\n- {event: A}\n- {event: F*, role: use}\n", {foo}),
            "touchpoints:\n- {event: A}\n- {event: \"Foo\", role: read, kind: online}\n- {event: F*, role: use}\n");
}

TEST(TouchpointText, quotes_and_hashes_in_names_are_kept) {
  const TouchpointRule odd{.pattern = "It's \"#1\": {a} \\ b", .touchpoint = "Größe, it is", .role = Role::use};
  const auto text = put("touchpoints:\n- {event: \"x # y\", role: read}  # z\n", {odd});
  TouchpointText again(text, "w");
  ASSERT_NE(again.find(odd.pattern), nullptr);
  EXPECT_EQ(*again.find(odd.pattern), odd);
  EXPECT_TRUE(text.ends_with('\n'));
  again.put({.pattern = "x # y", .role = Role::use});
  EXPECT_TRUE(again.text().starts_with("touchpoints:\n- {event: \"x # y\", role: use, kind: none}  # z\n"))
      << again.text();
}

TEST(TouchpointText, lines_of_windows_are_read) {
  EXPECT_EQ(put("touchpoints:\r\n  - {event: A}\r\nname: a\r\n", {foo}),
            "touchpoints:\r\n  - {event: A}\r\n  - {event: \"Foo\", role: read, kind: online}\nname: a\r\n");
}

TEST(TouchpointText, what_it_writes_reads_back_as_it_was_meant) {
  const TouchpointRule all{.pattern = "A *",
                           .touchpoint = "T",
                           .role = Role::rate,
                           .kind = Kind::service,
                           .survey = Survey::nps,
                           .guess = true};
  TouchpointText again(put("", {all, foo}), "w");
  ASSERT_NE(again.find("A *"), nullptr);
  EXPECT_EQ(*again.find("A *"), all);
  ASSERT_NE(again.find("Foo"), nullptr);
  EXPECT_EQ(*again.find("Foo"), foo);
  EXPECT_EQ(again.find("A 1"), nullptr);
}

TEST(TouchpointText, what_cannot_be_edited_line_by_line_is_refused) {
  EXPECT_EQ(refusal_of([] { put("touchpoints: [{event: A}]\n", {foo}); }),
            "invalid | workspace.yaml.touchpoints: is written in one line, so it is not edited (each entry on a line "
            "of its own "
            "that begins with \"- \")");
  EXPECT_EQ(refusal_of([] { put("touchpoints:\n  a: b\n", {foo}); }).substr(0, 52),
            "invalid | workspace.yaml.touchpoints: is no list, so");
}

}  // namespace
}  // namespace peregrine
