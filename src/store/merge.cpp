#include "store/merge.hpp"

#include <algorithm>
#include <optional>

#include "base/json.hpp"
#include "base/money.hpp"
#include "store/gather.hpp"

namespace peregrine::store {

namespace {

/// Drops from each journey the events whose message id an earlier event of it has.
class Deduplication {
 public:
  Deduplication(const AllRows& rows, const Journeys& journeys, const MergeRules& rules, std::vector<Tally>& tally,
                const OnConflict& on_conflict)
      : rows_(rows), journeys_(journeys), rules_(rules), tally_(tally), on_conflict_(on_conflict) {}

  void run(RowOrder& order) {
    order.leave_out([&](std::size_t journey, std::span<const std::uint32_t> rows, std::vector<std::uint8_t>& repeated) {
      find_repeated(rows, journey, repeated);
    });
  }

 private:
  void find_repeated(std::span<const std::uint32_t> rows, std::size_t journey, std::vector<std::uint8_t>& repeated) {
    messages_.clear();
    for (std::uint32_t i = 0; i < rows.size(); ++i) {
      const auto at = rows_.at(rows[i]);
      if (at.part->message != nullptr && at.part->message[at.row] != Hash128{})
        messages_.emplace_back(at.part->message[at.row], i);
    }
    std::sort(messages_.begin(), messages_.end());
    for (std::size_t i = 1, of = 0; i < messages_.size(); ++i) {
      if (messages_[i].first != messages_[of].first) {
        of = i;
        continue;
      }
      const auto later = messages_[i].second;
      repeated[later] = 1;
      drop(rows_.at(rows[messages_[of].second]), rows_.at(rows[later]), journey);
    }
  }

  void drop(const Place& kept, const Place& dropped, std::size_t journey) {
    const auto source = dropped.part->source_of(dropped.row);
    if (source < rules_.first_new_source) --tally_[source].stored;
    const auto difference = difference_of(kept, dropped);
    if (difference.empty()) {
      ++tally_[source].duplicates;
      return;
    }
    ++tally_[source].quarantined;
    on_conflict_(conflict(dropped, source, difference, journey));
  }

  std::string_view difference_of(const Place& a, const Place& b) const {
    if (a.part->time[a.row] != b.part->time[b.row]) return "time";
    if (a.part->event[a.row] != b.part->event[b.row]) return "event";
    return value_of(a) != value_of(b) ? "value" : "";
  }
  static std::optional<std::int64_t> value_of(const Place& at) {
    return at.part->has_value(at.row) ? std::optional(at.part->value_of(at.row)) : std::nullopt;
  }

  Quarantined conflict(const Place& at, std::uint32_t source, std::string_view difference, std::size_t journey) const {
    Quarantined row;
    row.source = (*rules_.ledgers)[source].source;
    row.row = rules_.numbered[source] != 0 || source >= rules_.first_new_source
                  ? static_cast<std::int64_t>(at.part->place_of(at.row)) + 1
                  : 0;
    row.ledger = source;
    row.code = "duplicate_conflict";
    row.field = "message_id";
    row.sentence = "message_id is that of an earlier event with another " + std::string(difference) +
                   " (expected one message id for one event)";
    json::object raw;
    raw["customer"] = std::string(journeys_.id(journeys_.order()[journey]));
    raw["time"] = format_time({at.part->time[at.row]});
    raw["event"] = std::string(rules_.event_names[at.part->event[at.row]]);
    if (const auto value = value_of(at)) raw["value"] = amount_of(*value);
    row.raw = json::format(raw);
    return row;
  }

  const AllRows& rows_;
  const Journeys& journeys_;
  const MergeRules& rules_;
  std::vector<Tally>& tally_;
  const OnConflict& on_conflict_;
  std::vector<std::pair<Hash128, std::uint32_t>> messages_;
};

const PropertyRows* find_property(const Rows& part, std::uint32_t column) {
  const auto found = std::find_if(part.properties.begin(), part.properties.end(),
                                  [&](const auto& property) { return property.column == column; });
  return found == part.properties.end() ? nullptr : &*found;
}

StoredColumn gather_property(const Gather& gather, std::uint32_t column, const ColumnName& name) {
  StoredColumn to;
  to.name = name.name;
  to.type = name.type;
  to.column = column;
  if (name.type == ColumnType::text) {
    gather.texts(
        [&](const Rows& part) -> const TextRows* {
          const auto* property = find_property(part, column);
          return property == nullptr ? nullptr : &property->texts;
        },
        to);
    return to;
  }
  const auto gather_values = [&]<class T>(const T* PropertyRows::*member, std::vector<T>& values) {
    const auto put = [&](const Rows& part, T* into, std::uint8_t* valid) {
      const auto* property = find_property(part, column);
      if (property == nullptr) {
        std::fill_n(valid, part.size, std::uint8_t{0});
        return;
      }
      std::copy(property->*member, property->*member + part.size, into);
      std::copy(property->valid, property->valid + part.size, valid);
    };
    gather.valid_values<T>(put, values, to);
  };
  if (name.type == ColumnType::number) {
    gather_values(&PropertyRows::numbers, to.numbers);
  } else if (name.type == ColumnType::boolean) {
    std::vector<std::uint8_t> values;
    gather_values(&PropertyRows::booleans, values);
    to.booleans = bits_of(values);
  } else {
    gather_values(&PropertyRows::integers, to.integers);
  }
  return to;
}

void gather_journeys(const Journeys& journeys, const RowOrder& order, SegmentContents& contents) {
  contents.ids.clear();
  contents.hashes.clear();
  contents.first.assign(1, 0);
  contents.known.assign((journeys.size() + 7) / 8, 0);
  contents.known_count = 0;
  const auto& first = order.first();
  for (std::size_t i = 0; i < journeys.size(); ++i) {
    if (first[i] == first[i + 1]) continue;
    const auto journey = journeys.order()[i];
    if (journeys.known(journey)) {
      set_bit(contents.known, contents.ids.size());
      ++contents.known_count;
    }
    contents.ids.push_back(journeys.id(journey));
    contents.hashes.push_back(journeys.hash(journey));
    contents.first.push_back(first[i + 1]);
  }
}

/// Finds the names that occur and makes the store's codes of the events places among those.
template <class Code>
void number_names(std::vector<Code>& codes, std::size_t all_names, std::vector<std::uint32_t>& names) {
  std::vector<std::uint32_t> place_of(all_names);
  for (const auto code : codes) place_of[code] = 1;
  names.clear();
  for (std::uint32_t code = 0; code < all_names; ++code) {
    if (place_of[code] == 0) continue;
    place_of[code] = static_cast<std::uint32_t>(names.size());
    names.push_back(code);
  }
  if (names.size() == names.back() + std::size_t{1}) return;  // without gaps they are the same
  for (auto& code : codes) code = static_cast<Code>(place_of[code]);
}

void gather_codes(const MergeRules& rules, const Gather& gather, SegmentContents& contents) {
  constexpr std::size_t narrow_codes = std::size_t{1} << 16;
  const auto code = [](const Rows& part, std::size_t row) { return part.event[row]; };
  const auto all_names = rules.event_names.size();
  contents.wide.clear();
  if (all_names <= narrow_codes) {
    gather.each(code, contents.narrow);
    return number_names(contents.narrow, all_names, contents.names);
  }
  gather.each(code, contents.wide);
  number_names(contents.wide, all_names, contents.names);
  contents.narrow.clear();
  if (contents.names.size() > narrow_codes) return;
  contents.narrow.resize(contents.wide.size());
  std::transform(contents.wide.begin(), contents.wide.end(), contents.narrow.begin(),
                 [](auto wide) { return static_cast<std::uint16_t>(wide); });
  contents.wide.clear();
}

void gather_values(const AllRows& rows, const Gather& gather, SegmentContents& contents) {
  contents.value.rows = contents.value.values = 0;
  if (!any_part(rows, [](const Rows& part) { return part.value != nullptr; })) return;
  contents.value.name = "value";
  contents.value.type = ColumnType::money;
  const auto put = [](const Rows& part, std::int64_t* values, std::uint8_t* valid) {
    if (part.value != nullptr && part.value_rows == nullptr) {
      std::copy(part.value, part.value + part.size, values);
      std::copy(part.value_valid, part.value_valid + part.size, valid);
      return;
    }
    std::fill_n(valid, part.size, std::uint8_t{0});
    for (std::size_t i = 0; i < part.values; ++i) {
      values[part.value_rows[i]] = part.value[i];
      valid[part.value_rows[i]] = 1;
    }
  };
  gather.valid_values<std::int64_t>(put, contents.value.integers, contents.value);
}

/// The one source of all rows, if no row can come from another.
std::optional<std::uint32_t> one_source(const AllRows& rows) {
  const auto source = rows.parts().front()->source;
  const bool other = any_part(rows, [&](const Rows& part) { return part.sources != nullptr || part.source != source; });
  return other ? std::nullopt : std::optional(source);
}

void gather_sources(const AllRows& rows, const RowOrder& order, const MergeRules& rules, const Gather& gather,
                    SegmentContents& contents) {
  contents.source = -1;
  contents.sources.clear();
  contents.rows.clear();
  const auto single = one_source(rows);
  if (single && rules.numbered[*single] == 0) {
    contents.source = *single;
    return;
  }
  auto& sources = contents.sources;
  gather.each([](const Rows& part, std::size_t row) { return part.source_of(row); }, sources);
  if (std::any_of(sources.begin(), sources.end(), [&](auto source) { return rules.numbered[source] != 0; })) {
    gather.each([](const Rows& part, std::size_t row) { return part.place_of(row); }, contents.rows);
    // Rows of other sources meet no new neighbours of their own source and customer: their order here says enough.
    const auto& first = order.first();
    for (std::size_t journey = 0; journey + 1 < first.size(); ++journey) {
      for (auto i = first[journey]; i < first[journey + 1]; ++i) {
        if (rules.numbered[sources[i]] == 0) contents.rows[i] = i - first[journey];
      }
    }
  }
  if (std::all_of(sources.begin(), sources.end(), [&](auto source) { return source == sources.front(); })) {
    contents.source = sources.front();
    sources.clear();
  }
}

void gather_origins(const AllRows& rows, const RowOrder& order, const MergeRules& rules, const Gather& gather,
                    SegmentContents& contents) {
  gather_sources(rows, order, rules, gather, contents);
  contents.sequence.rows = 0;
  if (any_part(rows, [](const Rows& part) { return part.sequence != nullptr; })) {
    auto& sequence = contents.sequence.integers;
    gather.values<std::int64_t>([](const Rows& part) { return part.sequence; }, sequence);
    const bool all_zero = std::all_of(sequence.begin(), sequence.end(), [](auto number) { return number == 0; });
    contents.sequence.rows = all_zero ? 0 : sequence.size();
  }
  contents.messages.clear();
  if (any_part(rows, [](const Rows& part) { return part.message != nullptr; })) {
    gather.values<Hash128>([](const Rows& part) { return part.message; }, contents.messages);
    if (std::all_of(contents.messages.begin(), contents.messages.end(), [](auto id) { return id == Hash128{}; })) {
      contents.messages.clear();
    }
  }
}

void gather_identities(const AllRows& rows, const Gather& gather, SegmentContents& contents) {
  contents.came_as.rows = contents.came_as.values = 0;
  if (any_part(rows, [](const Rows& part) { return part.came_as.exists(); })) {
    contents.came_as.name = kept::customer_id;
    gather.texts([](const Rows& part) { return &part.came_as; }, contents.came_as);
  }
  contents.anonymous.rows = contents.anonymous.values = 0;
  contents.came_anonymous.rows = contents.came_anonymous.values = 0;
  if (!any_part(rows, [](const Rows& part) { return part.anonymous.exists(); })) return;
  contents.anonymous.name = kept::anonymous_id;
  gather.texts([](const Rows& part) { return &part.anonymous; }, contents.anonymous);
  std::vector<std::uint8_t> came;
  gather.each(
      [](const Rows& part, std::size_t row) { return part.without_customer(row) ? std::uint8_t{1} : std::uint8_t{0}; },
      came);
  if (std::none_of(came.begin(), came.end(), [](auto one) { return one != 0; })) return;
  contents.came_anonymous.name = kept::came_anonymous;
  contents.came_anonymous.type = ColumnType::boolean;
  contents.came_anonymous.rows = contents.came_anonymous.values = came.size();
  contents.came_anonymous.booleans = bits_of(came);
}

void gather_properties(const AllRows& rows, const MergeRules& rules, const Gather& gather, SegmentContents& contents) {
  contents.properties.clear();
  std::vector<std::uint8_t> present(rules.columns->size());
  for (const auto* part : rows.parts()) {
    for (const auto& property : part->properties) present[property.column] = 1;
  }
  for (std::uint32_t column = 0; column < present.size(); ++column) {
    if (present[column] == 0) continue;
    auto gathered = gather_property(gather, column, (*rules.columns)[column]);
    if (gathered.rows > 0) contents.properties.push_back(std::move(gathered));
  }
}

void count_stored(const SegmentContents& contents, const MergeRules& rules, std::vector<Tally>& tally) {
  const auto count = [&](std::size_t source, std::size_t rows) {
    if (source >= rules.first_new_source) tally[source].stored += static_cast<std::int64_t>(rows);
  };
  if (contents.sources.empty()) count(static_cast<std::size_t>(contents.source), contents.time.size());
  for (const auto source : contents.sources) count(source, 1);
}

}  // namespace

SegmentContents& merge(const std::vector<const Rows*>& parts, const MergeRules& rules, std::vector<Tally>& tally,
                       const OnConflict& on_conflict, MergeSpace& space) {
  const AllRows rows(parts);
  auto& [journeys, order, gathering, contents] = space;
  journeys.find(rows);
  order.sort(rows, journeys, rules);
  if (any_part(rows, [](const Rows& part) { return part.message != nullptr; })) {
    Deduplication(rows, journeys, rules, tally, on_conflict).run(order);
  }
  order.take_times(contents.time);
  if (order.rows().empty()) return contents;
  const Gather gather(rows, order.rows(), gathering);
  gather_journeys(journeys, order, contents);
  gather_codes(rules, gather, contents);
  gather_values(rows, gather, contents);
  gather_origins(rows, order, rules, gather, contents);
  gather_identities(rows, gather, contents);
  gather_properties(rows, rules, gather, contents);
  count_stored(contents, rules, tally);
  return contents;
}

}  // namespace peregrine::store
