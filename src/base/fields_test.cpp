#include "base/fields.hpp"

#include <gtest/gtest.h>

#include "base/refusal.hpp"

namespace peregrine {
namespace {

enum class Order : std::uint8_t { ordered, strict, unordered };
constexpr auto enum_names(Order) {
  return std::to_array<std::string_view>({"ordered", "strict", "unordered"});
}

struct Step {
  std::string event;
  std::optional<std::string> label;
  static Step from_text(const std::string& text) { return {.event = text, .label = {}}; }
  static constexpr auto fields() {
    return std::make_tuple(field<&Step::event>("The event's name.", {.required = true}),
                           field<&Step::label>("How to call it."));
  }
};

struct Weight {
  double share = 0.5;
  static constexpr auto fields() {
    return std::make_tuple(field<&Weight::share>("Part of the whole.", {.min = 0, .max = 1}));
  }
};

struct Question {
  std::vector<Step> steps;
  Duration window = days(14);
  std::int64_t top = 10;
  Order order = Order::ordered;
  bool reenter = false;
  std::optional<Time> from;
  std::map<std::string, double> weights;
  Weight weight;
  json::value extra;
  static constexpr auto fields() {
    return std::make_tuple(field<&Question::steps>("The events.", {.min_items = 2, .max_items = 3, .required = true}),
                           field<&Question::window>("Longest time.", {.min = 1, .max = 100 * 86'400}),
                           field<&Question::top>("How many.", {.min = 1, .max = 64}),
                           field<&Question::order>("How they follow."), field<&Question::reenter>("Come back."),
                           field<&Question::from>("Begin."), field<&Question::weights>("By touch."),
                           field<&Question::weight>("One weight."), field<&Question::extra>("Anything."));
  }
};

Question read(std::string_view text) {
  return from_json<Question>(json::parse(text, "test"), "funnel");
}

std::string question_refusal(std::string_view text) {
  return refusal_of([&] { read(text); });
}
/// The refusal of a question whose steps are right and that says `member` too.
std::string member_refusal(const std::string& member) {
  return question_refusal(R"({"steps": ["A", "B"], )" + member + "}");
}

TEST(Fields, a_member_is_named_like_itself) {
  EXPECT_EQ((field_names<Question>()), (std::vector<std::string_view>{"steps", "window", "top", "order", "reenter",
                                                                      "from", "weights", "weight", "extra"}));
}

TEST(Fields, what_is_not_said_keeps_its_default) {
  const auto question = read(R"({"steps": ["A", "B"]})");
  EXPECT_EQ(question.window, days(14));
  EXPECT_EQ(question.top, 10);
  EXPECT_EQ(question.from, std::nullopt);
}

TEST(Fields, everything_that_is_said_is_read) {
  const auto question =
      read(R"({"steps": [{"event": "A", "label": "first"}, "B"], "window": "1h", "top": 3, "order": "strict",
               "reenter": true, "from": "2026-02-28", "weights": {"email": 1, "sms": 0.5}, "weight": {"share": 0.25},
               "extra": [1]})");
  ASSERT_EQ(question.steps.size(), 2u);
  EXPECT_EQ(question.steps[0].label, "first");
  EXPECT_EQ(question.steps[1].event, "B");
  EXPECT_EQ(question.window, seconds(3600));
  EXPECT_EQ(question.top, 3);
  EXPECT_EQ(question.order, Order::strict);
  EXPECT_TRUE(question.reenter);
  EXPECT_EQ(question.from, Time{parse_time("2026-02-28")->micros});
  EXPECT_EQ(question.weights.at("sms"), 0.5);
  EXPECT_EQ(question.weight.share, 0.25);
  EXPECT_EQ(json::format(question.extra), "[1]");
}

TEST(Fields, what_is_written_is_read_again) {
  const auto text =
      to_json(read(R"({"steps": [{"event": "A", "label": "first"}, "B"], "window": "90m", "from": "2026-02-28"})"));
  EXPECT_EQ(json::format(text),
            R"({"steps":[{"event":"A","label":"first"},{"event":"B","label":null}],"window":"1h30m","top":10,)"
            R"("order":"ordered","reenter":false,"from":"2026-02-28T00:00:00Z","weights":{},"weight":{"share":0.5},)"
            R"("extra":null})");
  EXPECT_EQ(to_json(from_json<Question>(text, "funnel")), text);
}

TEST(Fields, an_unknown_member_is_refused_with_the_nearest) {
  EXPECT_EQ(member_refusal(R"("windw": "7d")"),
            "invalid | funnel: has no parameter \"windw\" (did you mean \"window\"?)");
  EXPECT_EQ(
      member_refusal(R"("zzzzzzzz": 1)"),
      "invalid | funnel: has no parameter \"zzzzzzzz\" (one of steps, window, top, order, reenter, from, weights, "
      "weight, extra)");
}

TEST(Fields, an_unknown_member_is_refused_where_it_stands) {
  EXPECT_EQ(question_refusal(R"({"steps": ["A", {"event": "B", "lable": "x"}]})"),
            "invalid | funnel.steps[1]: has no parameter \"lable\" (did you mean \"label\"?)");
}

TEST(Fields, a_required_member_must_be_there) {
  EXPECT_EQ(question_refusal("{}"), "invalid | funnel.steps: is missing (The events.)");
  EXPECT_EQ(question_refusal(R"({"steps": ["A", "B", {"label": "x"}]})"),
            "invalid | funnel.steps[2].event: is missing (The event's name.)");
}

TEST(Fields, a_wrong_type_is_refused_with_its_place) {
  EXPECT_EQ(question_refusal(R"({"steps": ["A", "B", {"event": 5}]})"),
            "invalid | funnel.steps[2].event: must be text (got 5)");
  EXPECT_EQ(question_refusal(R"({"steps": ["A", 5]})"),
            "invalid | funnel.steps[1]: must be a name or an object (got 5)");
  EXPECT_EQ(question_refusal(R"({"steps": "A"})"), "invalid | funnel.steps: must be a list (got \"A\")");
  EXPECT_EQ(question_refusal("[]"), "invalid | funnel: must be an object (got [])");
  EXPECT_EQ(member_refusal(R"("weights": [1])"), "invalid | funnel.weights: must be an object (got [1])");
  EXPECT_EQ(member_refusal(R"("weights": {"sms": "x"})"), "invalid | funnel.weights.sms: must be a number (got \"x\")");
  EXPECT_EQ(member_refusal(R"("weight": 1)"), "invalid | funnel.weight: must be an object (got 1)");
  EXPECT_EQ(member_refusal(R"("reenter": 1)"), "invalid | funnel.reenter: must be true or false (got 1)");
  EXPECT_EQ(member_refusal(R"("top": null)"), "invalid | funnel.top: must be a whole number (got null)");
}

TEST(Fields, numbers_keep_their_bounds) {
  EXPECT_EQ(member_refusal(R"("top": 0)"), "invalid | funnel.top: must be at least 1 (got 0)");
  EXPECT_EQ(member_refusal(R"("top": 65)"), "invalid | funnel.top: must be at most 64 (got 65)");
  EXPECT_EQ(member_refusal(R"("weight": {"share": 1.5})"),
            "invalid | funnel.weight.share: must be at most 1 (got 1.5)");
  EXPECT_EQ(read(R"({"steps": ["A", "B"], "top": 64})").top, 64);
}

TEST(Fields, lists_keep_their_bounds) {
  EXPECT_EQ(question_refusal(R"({"steps": ["A"]})"), "invalid | funnel.steps: must list at least 2 (got 1)");
  EXPECT_EQ(question_refusal(R"({"steps": ["A", "B", "C", "D"]})"),
            "invalid | funnel.steps: must list at most 3 (got 4)");
}

TEST(Fields, lengths_of_time_keep_their_bounds_in_seconds) {
  EXPECT_EQ(member_refusal(R"("window": 0)"), "invalid | funnel.window: must be at least 1 s (got 0 s)");
  EXPECT_EQ(member_refusal(R"("window": -5)"), "invalid | funnel.window: must be at least 1 s (got -5 s)");
  EXPECT_EQ(member_refusal(R"("window": "101d")"),
            "invalid | funnel.window: must be at most 8640000 s (got 8726400 s)");
  EXPECT_EQ(read(R"({"steps": ["A", "B"], "window": 1.5})").window, Duration{1'500'000});
}

constexpr std::string_view length_words = "a length of time such as \"14d\", \"30m\" or a number of seconds";

TEST(Fields, a_length_of_time_says_its_unit) {
  const auto refusal = [](const std::string& got) {
    return "invalid | funnel.window: must be " + std::string(length_words) + " (got " + got + ")";
  };
  EXPECT_EQ(member_refusal(R"("window": "14")"), refusal("\"14\""));
  EXPECT_EQ(member_refusal(R"("window": true)"), refusal("true"));
  EXPECT_EQ(member_refusal(R"("window": 1e300)"), refusal("1e+300"));
}

TEST(Fields, a_length_of_time_without_bounds_is_not_negative) {
  EXPECT_EQ(refusal_of([] { from_json<Duration>(json::value(-5), "gap"); }),
            "invalid | gap: must be " + std::string(length_words) + " (got -5)");
  EXPECT_EQ(from_json<Duration>(json::value(0), "gap"), Duration{});
}

TEST(Fields, a_time_is_refused_with_an_example) {
  EXPECT_EQ(member_refusal(R"("from": "2026-02-30")"),
            "invalid | funnel.from: must be a date or time such as \"2026-02-28\" or \"2026-02-28T13:05:00Z\" (got "
            "\"2026-02-30\")");
  EXPECT_EQ(read(R"({"steps": ["A", "B"], "from": null})").from, std::nullopt);
}

TEST(Fields, an_enum_is_one_of_its_names) {
  EXPECT_EQ(member_refusal(R"("order": "strikt")"),
            "invalid | funnel.order: must be one of ordered, strict, unordered (got \"strikt\")");
  EXPECT_EQ(member_refusal(R"("order": 1)"),
            "invalid | funnel.order: must be one of ordered, strict, unordered (got 1)");
}

TEST(Fields, a_whole_number_may_be_written_with_a_point) {
  EXPECT_EQ(read(R"({"steps": ["A", "B"], "top": 5.0})").top, 5);
  EXPECT_EQ(read(R"({"steps": ["A", "B"], "top": 1e1})").top, 10);
  EXPECT_EQ(member_refusal(R"("top": 5.5)"), "invalid | funnel.top: must be a whole number (got 5.5)");
  EXPECT_EQ(member_refusal(R"("top": 1e300)"), "invalid | funnel.top: must be a whole number (got 1e+300)");
}

TEST(Fields, a_long_wrong_value_is_cut_between_letters) {
  const std::string letters(78, 'x');
  EXPECT_EQ(member_refusal("\"reenter\": \"" + letters + "é and more\""),
            "invalid | funnel.reenter: must be true or false (got \"" + letters + "…)");
}

TEST(Schema, says_types_bounds_defaults_and_words) {
  const auto schema = schema_of<Question>();
  EXPECT_EQ(json::format(schema.at("required")), R"(["steps"])");
  EXPECT_EQ(schema.at("additionalProperties"), json::value(false));
  const auto& properties = schema.at("properties").as_object();
  EXPECT_EQ(json::format(properties.at("top")),
            R"({"type":"integer","minimum":1,"maximum":64,"description":"How many.","default":10})");
  EXPECT_EQ(json::format(properties.at("window")),
            R"({"type":["string","number"],"format":"duration","minimum":1,"maximum":8640000,)"
            R"("description":"Longest time.","default":"14d"})");
  EXPECT_EQ(json::format(properties.at("order")),
            R"({"type":"string","enum":["ordered","strict","unordered"],"description":"How they follow.",)"
            R"("default":"ordered"})");
  EXPECT_EQ(json::format(properties.at("reenter")), R"({"type":"boolean","description":"Come back.","default":false})");
}

TEST(Schema, lists_maps_and_structs_nest) {
  const auto properties = schema_of<Question>().at("properties").as_object();
  const auto& steps = properties.at("steps").as_object();
  EXPECT_EQ(steps.at("minItems"), json::value(2));
  EXPECT_EQ(steps.at("maxItems"), json::value(3));
  EXPECT_FALSE(steps.contains("default"));
  const auto& either = steps.at("items").at("anyOf").as_array();
  EXPECT_EQ(json::format(either.at(0)), R"({"type":"string"})");
  EXPECT_EQ(json::format(either.at(1).at("required")), R"(["event"])");
  EXPECT_EQ(json::format(properties.at("weights").at("additionalProperties")), R"({"type":"number"})");
  EXPECT_EQ(properties.at("weight").at("properties").at("share").at("maximum"), json::value(1.0));
}

TEST(JoinPlace, makes_paths) {
  EXPECT_EQ(join_place("funnel", "steps"), "funnel.steps");
  EXPECT_EQ(join_place("", "steps"), "steps");
  EXPECT_EQ(join_place("funnel.steps", std::size_t{2}), "funnel.steps[2]");
}

}  // namespace
}  // namespace peregrine
