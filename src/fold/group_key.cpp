#include "fold/group_key.hpp"

#include <algorithm>
#include <unordered_map>

#include "base/error.hpp"
#include "model/calendar.hpp"

namespace peregrine {

namespace {

constexpr std::string_view property_prefix = "property.";
constexpr std::string_view no_key = "(none)";

std::string text_of(const ColumnView& column, std::size_t row) {
  switch (column.type) {
    case ColumnType::text: return std::string(column.text(row));
    case ColumnType::number: return json::format(json::value(column.numbers[row]));
    case ColumnType::boolean: return column.boolean(row) ? "true" : "false";
    case ColumnType::time: return format_time({column.integers[row]});
    case ColumnType::money: return json::format(json::value(amount_of(column.integers[row])));
  }
  return {};
}

/// Gives each distinct key a place; text columns by their codes, so that no text is hashed twice.
class KeyList {
 public:
  std::uint32_t place(const ColumnView& column, std::size_t row) {
    if (column.type != ColumnType::text) return place(text_of(column, row));
    place_of_code_.resize(column.names.size(), unknown);
    auto& place_of_this = place_of_code_[column.codes[row]];
    if (place_of_this == unknown) place_of_this = place(column.text(row));
    return place_of_this;
  }
  std::uint32_t place(std::string_view name) {
    if (const auto found = places_.find(std::string(name)); found != places_.end()) return found->second;
    const auto place = static_cast<std::uint32_t>(names_.size());
    places_.emplace(name, place);
    names_.emplace_back(name);
    return place;
  }
  std::vector<std::string> take() { return std::move(names_); }

 private:
  static constexpr std::uint32_t unknown = 0xffff'ffff;
  std::unordered_map<std::string, std::uint32_t> places_;
  std::vector<std::string> names_;
  std::vector<std::uint32_t> place_of_code_;  // of the one column that keys are read from
};

/// The last row of [begin, end) that has a value.
std::optional<std::size_t> last_said(const ColumnView& column, std::size_t begin, std::size_t end) {
  for (auto row = end; row > begin; --row) {
    if (column.has(row - 1)) return row - 1;
  }
  return std::nullopt;
}

std::optional<std::size_t> first_said(const ColumnView& column, std::size_t begin, std::size_t end) {
  for (auto row = begin; row < end; ++row) {
    if (column.has(row)) return row;
  }
  return std::nullopt;
}

/// Rows up to here lie before the end of the range.
std::uint64_t end_of_range(const Part& part, std::uint64_t begin, std::uint64_t end, const Scope& scope) {
  return static_cast<std::uint64_t>(std::lower_bound(part.time + begin, part.time + end, scope.to.micros) - part.time);
}

}  // namespace

GroupKey GroupKey::parse(std::string_view text, std::string_view where) {
  GroupKey key;
  key.text_ = text;
  key.where_ = where;
  static constexpr std::pair<std::string_view, From> fixed[] = {{"event", From::event},
                                                                {"touchpoint", From::touchpoint},
                                                                {"role", From::role},
                                                                {"kind", From::kind},
                                                                {"known", From::known},
                                                                {"cohort.day", From::cohort_day},
                                                                {"cohort.week", From::cohort_week},
                                                                {"cohort.month", From::cohort_month}};
  for (const auto& [name, from] : fixed) {
    if (name == text) {
      key.from_ = from;
      return key;
    }
  }
  static constexpr std::pair<std::string_view, From> prefixes[] = {
      {"now.", From::trait_now}, {"then.", From::trait_then}, {"first.", From::first_said}, {"last.", From::last_said}};
  for (const auto& [prefix, from] : prefixes) {
    if (!text.starts_with(prefix)) continue;
    key.from_ = from;
    text.remove_prefix(prefix.size());
    break;
  }
  if (key.from_ == From::column && text.starts_with("trait.")) key.from_ = From::trait_then;
  if (text.starts_with(property_prefix)) text.remove_prefix(property_prefix.size());
  if (text.empty()) throw Error(ErrorKind::invalid, std::string(where), "names no column", "such as channel");
  key.column_ = text;
  return key;
}

ColumnRequest GroupKey::columns() const {
  ColumnRequest request{.event = reads_labels()};
  if (!column_.empty()) request.properties.push_back(column_);
  return request;
}

void GroupKey::check(const KnownNames& known) const {
  if (column_.empty() || known.find_column(column_) != nullptr) return;
  auto names = known.column_names();
  names.insert(names.end(),
               {"event", "touchpoint", "role", "kind", "known", "cohort.day", "cohort.week", "cohort.month"});
  throw Error(ErrorKind::invalid, where_, "there is no column \"" + column_ + "\"", propose(column_, names));
}

GroupKey::Keys GroupKey::keys(const Part& part, const Scope& scope, const Anchors& anchors) const {
  Keys out;
  KeyList list;
  const Part& whole = part.whole == nullptr ? part : *part.whole;
  const auto column = column_.empty() ? ColumnView{} : whole.property(column_);
  const auto said_at = [&](std::uint64_t row, std::size_t journey) -> std::optional<std::size_t> {
    const auto begin = whole.first[journey];
    const auto end = whole.first[journey + 1];
    switch (from_) {
      case From::trait_then: return last_said(column, begin, row + 1);
      case From::trait_now: return last_said(column, begin, end);
      case From::first_said: return first_said(column, begin, end_of_range(whole, begin, end, scope));
      case From::last_said: return last_said(column, begin, end_of_range(whole, begin, end, scope));
      default: return column.has(row) ? std::optional<std::size_t>(row) : std::nullopt;
    }
  };
  const auto place_at = [&](std::uint64_t row, std::size_t journey) {
    const auto label = [&]() -> const Label& { return whole.labels[whole.event[row]]; };
    switch (from_) {
      case From::event: return list.place(label().event);
      case From::touchpoint: return list.place(label().touchpoint);
      case From::role: return list.place(label().role == Role::none ? no_key : name_of(label().role));
      case From::kind: return list.place(label().kind == Kind::none ? no_key : name_of(label().kind));
      case From::known: return list.place(part.known(journey) ? "true" : "false");
      case From::cohort_day: return list.place(format_bucket(whole.time[row], Bucket::day, scope.zone));
      case From::cohort_week: return list.place(format_bucket(whole.time[row], Bucket::week, scope.zone));
      case From::cohort_month: return list.place(format_bucket(whole.time[row], Bucket::month, scope.zone));
      default: break;
    }
    const auto said = said_at(row, journey);
    return said ? list.place(column, *said) : list.place(no_key);
  };
  std::vector<std::uint64_t> rows;
  for (std::size_t journey = 0; journey < part.journeys(); ++journey) {
    rows.clear();
    if (part.first[journey] < part.first[journey + 1]) anchors(part.first[journey], part.first[journey + 1], rows);
    for (const auto row : rows) {
      const auto place = row == RunningFold::no_row ? list.place(no_key)
                         : part.whole == nullptr    ? place_at(row, journey)
                                                    : place_at(part.rows_of_whole[row], journey);
      const auto begin = out.places.begin() + static_cast<std::ptrdiff_t>(out.first.back());
      if (std::find(begin, out.places.end(), place) == out.places.end()) out.places.push_back(place);
    }
    out.first.push_back(out.places.size());
  }
  out.names = list.take();
  return out;
}

}  // namespace peregrine
