#include "analyses/retention/params.hpp"

#include <algorithm>
#include <charconv>

#include "base/error.hpp"
#include "fold/resources.hpp"

namespace peregrine::retention {

namespace {

/// A bracket as an object.
struct Ends {
  std::int64_t first = 0;
  std::int64_t last = 0;

  static constexpr auto fields() {
    return std::make_tuple(field<&Ends::first>("First period of it.", {.min = 0, .required = true}),
                           field<&Ends::last>("Last period of it.", {.min = 0, .required = true}));
  }
};

[[noreturn]] void refuse(std::string place, std::string what, std::string expected = {}) {
  throw Error(ErrorKind::invalid, join_place("retention", place), std::move(what), std::move(expected));
}

std::optional<std::int64_t> parse_period(std::string_view text) {
  std::int64_t period = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, period);
  if (read.ec != std::errc() || read.ptr != end || period < 0) return std::nullopt;
  return period;
}

/// Without a customer phase there is no first buy that begins one.
bool has_customers(const Framework& framework) {
  return std::any_of(framework.stages.begin(), framework.stages.end(),
                     [](const Stage& stage) { return stage.phase == Phase::customer; });
}

std::int64_t usual_periods(Period period) {
  return period == Period::day ? 30 : 12;
}

}  // namespace

std::string Bracket::text() const {
  return first == last ? std::to_string(first) : std::to_string(first) + "-" + std::to_string(last);
}

void Params::validate_brackets() const {
  if (mode != Mode::brackets) {
    if (!brackets.empty()) refuse("brackets", "say nothing without mode brackets");
    return;
  }
  if (brackets.empty()) refuse("brackets", "must list at least 1 with mode brackets", "such as 0, 1-3, 4-7");
  if (periods) refuse("periods", "say nothing with mode brackets", "the last bracket ends them");
  for (std::size_t i = 0; i < brackets.size(); ++i) {
    const auto place = join_place("brackets", i);
    const auto got = "got " + brackets[i].text();
    if (brackets[i].last < brackets[i].first) refuse(place, "must end at or after its first period", got);
    if (i > 0 && brackets[i].first <= brackets[i - 1].last)
      refuse(place, "must begin after the bracket before it", got);
    if (brackets[i].last > most_periods) {
      refuse(place, "must end at period " + std::to_string(most_periods) + " or before", got);
    }
  }
}

void Params::resolve(const Resources& resources) {
  validate_brackets();
  if (!start) {
    const bool buys = has_customers(resources.framework({}, "framework"));
    start = buys ? EventChoice::of_role(Role::buy) : EventChoice::deeds();
  }
  if (!back) back = EventChoice::deeds();
  if (mode != Mode::brackets && !periods) periods = usual_periods(period);
}

void Params::check(const KnownNames& known) const {
  start->check(known, "retention.start");
  back->check(known, "retention.back");
}

}  // namespace peregrine::retention

namespace peregrine {

retention::Bracket JsonType<retention::Bracket>::read(const json::value& value, std::string_view where, const Limits&) {
  constexpr std::string_view expected = "a period or two, such as 1-3";
  if (value.is_int64()) {
    check_number(where, static_cast<double>(value.get_int64()), {.min = 0}, "");
    return {value.get_int64(), value.get_int64()};
  }
  if (value.is_object()) {
    const auto ends = from_json<retention::Ends>(value, where);
    return {ends.first, ends.last};
  }
  const auto* text = value.if_string();
  if (text == nullptr) refuse(where, value, expected);
  const auto said = json::text_of(*text);
  const auto dash = said.find('-');
  const auto first = retention::parse_period(said.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : retention::parse_period(said.substr(dash + 1));
  if (!first || !last) refuse(where, value, expected);
  return {*first, *last};
}

json::value JsonType<retention::Bracket>::write(const retention::Bracket& bracket) {
  return boost::json::string(bracket.text());
}

json::object JsonType<retention::Bracket>::schema(const Limits&) {
  return {{"anyOf", json::array{json::object{{"type", "string"}}, json::object{{"type", "integer"}, {"minimum", 0}},
                                schema_of<retention::Ends>()}}};
}

}  // namespace peregrine
