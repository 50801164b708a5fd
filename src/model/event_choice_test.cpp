#include "model/event_choice.hpp"

#include <gtest/gtest.h>

namespace peregrine {
namespace {

EventChoice read(std::string_view json) {
  return from_json<EventChoice>(json::parse(json, "test"), "start");
}

std::string error_of(std::string_view json) {
  try {
    read(json);
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

TEST(EventChoice, text_is_an_event_a_role_or_any_event) {
  const Label order{.event = "Order Completed", .touchpoint = {}, .role = Role::buy};
  const Label page{.event = "Page Viewed", .touchpoint = {}, .role = Role::visit};
  EXPECT_TRUE(read("\"Order Completed\"").holds(order));
  EXPECT_FALSE(read("\"Order Completed\"").holds(page));
  EXPECT_TRUE(read("\"role:visit\"").holds(page));
  EXPECT_FALSE(read("\"role:visit\"").holds(order));
  EXPECT_TRUE(read("\"any event\"").holds(order));
  EXPECT_TRUE(read("\"any event\"").is_any());
}

TEST(EventChoice, an_object_lists_names_and_roles_and_leaves_roles_out) {
  const Label order{.event = "Order Completed", .touchpoint = {}, .role = Role::buy};
  const Label page{.event = "Page Viewed", .touchpoint = {}, .role = Role::visit};
  const Label seen{.event = "Ad Seen", .touchpoint = {}, .role = Role::notice};
  const auto either = read(R"({"events": ["Page Viewed"], "roles": ["buy"]})");
  EXPECT_TRUE(either.holds(order) && either.holds(page));
  EXPECT_FALSE(either.holds(seen));
  const auto but = read(R"({"not_roles": ["notice"]})");
  EXPECT_TRUE(but.holds(order) && but.holds(page));
  EXPECT_FALSE(but.holds(seen));
  EXPECT_FALSE(EventChoice::deeds().holds(seen));
  const std::vector<Label> labels{order, seen};
  EXPECT_EQ(but.by_code(labels), (std::vector<std::uint8_t>{1, 0}));
}

TEST(EventChoice, says_itself_again) {
  for (const auto* text : {R"("Order Completed")", R"("role:buy")", R"("any event")", R"({"events":["any event"]})",
                           R"({"events":["role:buy"]})", R"({"events":["role:byu"]})", R"({"events":["a","b"]})",
                           R"({"events":[""]})", R"({"roles":["buy"],"not_roles":["notice"]})"}) {
    const auto choice = read(text);
    const auto written = to_json(choice);
    EXPECT_EQ(from_json<EventChoice>(written, "start"), choice) << text;
    if (text[0] == '"') {
      EXPECT_EQ(json::format(written), text);
    }
  }
}

TEST(EventChoice, what_it_cannot_mean_is_refused) {
  EXPECT_EQ(error_of("\"\""), "start: names no event (a name, role:buy or any event)");
  EXPECT_EQ(error_of("\"role:byu\""), "start: there is no role \"byu\" (did you mean \"buy\"?)");
  EXPECT_EQ(error_of("5"), "start: must be an event's name, role:buy, any event or an object (got 5)");
  EXPECT_TRUE(error_of(R"({"roles": ["byu"]})").starts_with("start.roles[0]: must be one of none, notice"));
  const std::vector<std::string_view> names{"Page Viewed", "Order Completed"};
  const KnownNames known{.events = names, .columns = {}};
  EXPECT_NO_THROW(read("\"Page Viewed\"").check(known, "start"));
  EXPECT_NO_THROW(read("\"role:buy\"").check(known, "start"));
  EXPECT_THROW(read("\"Pages Viewed\"").check(known, "start"), Error);
}

TEST(EventChoice, says_itself_in_words) {
  EXPECT_EQ(read("\"any event\"").words(), "any event");
  EXPECT_EQ(read(R"({"events": ["A", "B"], "roles": ["buy", "renew"]})").words(),
            "A or B or an event with the role buy or renew");
  EXPECT_EQ(EventChoice::deeds().words(), "any event without the role notice, receive, ask or churn");
}

}  // namespace
}  // namespace peregrine
