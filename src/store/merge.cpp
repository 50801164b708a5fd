#include "store/merge.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "base/check.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "base/money.hpp"
#include "store/text_numbers.hpp"

namespace peregrine::store {

namespace {

constexpr std::uint32_t no_journey = 0xffffffff;

/// A row on its way to its place. Time leads the order, so most comparisons end here.
struct Key {
  std::int64_t time = 0;
  std::uint32_t row = 0;  // counted over all parts
};

struct Place {
  const Rows* part = nullptr;
  std::size_t row = 0;
};

/// Where each row of the parts stands when they are counted through.
class AllRows {
 public:
  explicit AllRows(const std::vector<const Rows*>& parts) : parts_(parts) {
    std::size_t rows = 0;
    for (const auto* part : parts) {
      begins_.push_back(static_cast<std::uint32_t>(rows));
      rows += part->size;
    }
    if (rows >= std::numeric_limits<std::uint32_t>::max()) {
      throw Error(ErrorKind::invalid, "store", "a partition has more than 4,294,967,294 events", "more partitions");
    }
    size_ = rows;
  }

  std::size_t size() const { return size_; }
  const std::vector<const Rows*>& parts() const { return parts_; }
  std::uint32_t begin(std::size_t part) const { return begins_[part]; }
  Place at(std::uint32_t row) const {
    const auto part =
        static_cast<std::size_t>(std::upper_bound(begins_.begin(), begins_.end(), row) - begins_.begin()) - 1;
    return {parts_[part], row - begins_[part]};
  }

 private:
  const std::vector<const Rows*>& parts_;
  std::vector<std::uint32_t> begins_;
  std::size_t size_ = 0;
};

/// Time, sequence, source, row in the source; then what the event says, for rows that one place of a source gave.
class Order {
 public:
  Order(const AllRows& rows, const MergeRules& rules) : rows_(rows), rules_(rules) {}

  bool operator()(const Key& a, const Key& b) const {
    if (a.time != b.time) return a.time < b.time;
    return before(rows_.at(a.row), rows_.at(b.row), a.row < b.row);
  }

 private:
  bool before(const Place& a, const Place& b, bool otherwise) const {
    const auto sequence = [](const Place& at) { return at.part->sequence == nullptr ? 0 : at.part->sequence[at.row]; };
    if (sequence(a) != sequence(b)) return sequence(a) < sequence(b);
    const auto rank = [&](const Place& at) { return rules_.source_rank[at.part->source_of(at.row)]; };
    if (rank(a) != rank(b)) return rank(a) < rank(b);
    const auto place = [](const Place& at) { return at.part->place_of(at.row); };
    if (place(a) != place(b)) return place(a) < place(b);
    const auto message = [](const Place& at) {
      return at.part->message == nullptr ? Hash128{} : at.part->message[at.row];
    };
    if (message(a) != message(b)) return message(a) < message(b);
    const auto name = [&](const Place& at) { return rules_.event_names[at.part->event[at.row]]; };
    if (name(a) != name(b)) return name(a) < name(b);
    return otherwise;
  }

  const AllRows& rows_;
  const MergeRules& rules_;
};

/// Which journey each row belongs to: the pair of id and whether it is a known customer's.
class Journeys {
 public:
  explicit Journeys(const AllRows& rows) : of_name_(rows.parts().size()) {
    for (std::size_t i = 0; i < rows.parts().size(); ++i) find_in(*rows.parts()[i], of_name_[i]);
    put_in_order();
  }

  std::size_t size() const { return order_.size(); }
  std::uint32_t of(std::size_t part, const Rows& rows, std::size_t row) const {
    const auto& names = of_name_[part];
    const auto code = rows.customer.exists() ? rows.customer.codes[row] : no_text;
    return code != no_text ? rank_[names.customer[code]]
                           : rank_[known_.texts().size() + names.anonymous[rows.anonymous.codes[row]]];
  }
  bool known(std::size_t journey) const { return order_[journey] < known_.texts().size(); }
  std::string_view id(std::size_t journey) const {
    return known(journey) ? known_.texts()[order_[journey]] : unknown_.texts()[order_[journey] - known_.texts().size()];
  }
  std::uint64_t hash(std::size_t journey) const {
    return known(journey) ? known_.hashes()[order_[journey]]
                          : unknown_.hashes()[order_[journey] - known_.texts().size()];
  }

 private:
  struct Numbers {
    std::vector<std::uint32_t> customer;   // by code
    std::vector<std::uint32_t> anonymous;  // by code, for those that own rows themselves
  };

  void find_in(const Rows& part, Numbers& numbers) {
    for (const auto name : part.customer.names) numbers.customer.push_back(known_.number(name));
    if (!part.anonymous.exists()) return;
    numbers.anonymous.assign(part.anonymous.names.size(), no_journey);
    for (std::size_t row = 0; row < part.size; ++row) {
      if (part.customer.has(row)) continue;
      const auto code = part.anonymous.codes[row];
      PEREGRINE_CHECK(code != no_text);
      if (numbers.anonymous[code] == no_journey) numbers.anonymous[code] = unknown_.number(part.anonymous.names[code]);
    }
  }

  void put_in_order() {
    order_.resize(known_.texts().size() + unknown_.texts().size());
    std::iota(order_.begin(), order_.end(), 0U);
    const auto of = [&](std::uint32_t number) {
      const auto& numbers = number < known_.texts().size() ? known_ : unknown_;
      const auto at = number < known_.texts().size() ? number : number - known_.texts().size();
      return std::pair(numbers.hashes()[at], numbers.texts()[at]);
    };
    std::sort(order_.begin(), order_.end(), [&](std::uint32_t a, std::uint32_t b) {
      const auto left = of(a), right = of(b);
      return left != right ? left < right : a < b;  // a known customer comes before an unknown one of the same id
    });
    rank_.resize(order_.size());
    for (std::uint32_t i = 0; i < order_.size(); ++i) rank_[order_[i]] = i;
  }

  TextNumbers known_;
  TextNumbers unknown_;
  std::vector<Numbers> of_name_;
  std::vector<std::uint32_t> order_;  // known numbers, then unknown ones, in the order of journeys
  std::vector<std::uint32_t> rank_;
};

/// The rows in journey order: those of journey j are keys[first[j]] up to keys[first[j + 1]].
struct Sorted {
  std::vector<Key> keys;
  std::vector<std::uint64_t> first;
};

template <class Visit>
void for_each_row(const AllRows& rows, Visit&& visit) {
  for (std::size_t part = 0; part < rows.parts().size(); ++part) {
    const Rows& in = *rows.parts()[part];
    for (std::size_t row = 0; row < in.size; ++row) {
      if (in.skip == nullptr || in.skip[row] == 0) visit(part, in, row);
    }
  }
}

Sorted sort_rows(const AllRows& rows, const Journeys& journeys, const Order& order) {
  Sorted sorted;
  sorted.first.resize(journeys.size() + 1);
  std::vector<std::uint32_t> journey_of(rows.size());
  for_each_row(rows, [&](std::size_t part, const Rows& in, std::size_t row) {
    const auto journey = journeys.of(part, in, row);
    journey_of[rows.begin(part) + row] = journey;
    ++sorted.first[journey + 1];
  });
  std::partial_sum(sorted.first.begin(), sorted.first.end(), sorted.first.begin());
  sorted.keys.resize(sorted.first.back());
  auto next = sorted.first;
  for_each_row(rows, [&](std::size_t part, const Rows& in, std::size_t row) {
    const auto at = rows.begin(part) + static_cast<std::uint32_t>(row);
    sorted.keys[next[journey_of[at]]++] = {in.time[row], at};
  });
  for (std::size_t journey = 0; journey < journeys.size(); ++journey) {
    const auto begin = sorted.keys.begin() + static_cast<std::ptrdiff_t>(sorted.first[journey]);
    const auto end = sorted.keys.begin() + static_cast<std::ptrdiff_t>(sorted.first[journey + 1]);
    std::sort(begin, end, order);
  }
  return sorted;
}

/// Drops from each journey the events whose message id an earlier event of it has.
class Deduplication {
 public:
  Deduplication(const AllRows& rows, const Journeys& journeys, const MergeRules& rules, std::vector<Tally>& tally,
                const OnConflict& on_conflict)
      : rows_(rows), journeys_(journeys), rules_(rules), tally_(tally), on_conflict_(on_conflict) {}

  void run(Sorted& sorted) {
    std::uint64_t kept = 0;
    std::uint64_t begin = 0;
    for (std::size_t journey = 0; journey < journeys_.size(); ++journey) {
      const std::uint64_t end = sorted.first[journey + 1];
      const auto keys = std::span(sorted.keys).subspan(begin, end - begin);
      find_repeated(keys, journey);
      for (std::size_t i = 0; i < keys.size(); ++i) {
        if (repeated_[i] == 0) sorted.keys[kept++] = keys[i];
      }
      sorted.first[journey + 1] = kept;
      begin = end;
    }
    sorted.keys.resize(kept);
  }

 private:
  void find_repeated(std::span<const Key> keys, std::size_t journey) {
    repeated_.assign(keys.size(), 0);
    messages_.clear();
    for (std::uint32_t i = 0; i < keys.size(); ++i) {
      const auto at = rows_.at(keys[i].row);
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
      repeated_[later] = 1;
      drop(rows_.at(keys[messages_[of].second].row), rows_.at(keys[later].row), journey);
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
    if (at.part->value == nullptr || at.part->value_valid[at.row] == 0) return std::nullopt;
    return at.part->value[at.row];
  }

  Quarantined conflict(const Place& at, std::uint32_t source, std::string_view difference, std::size_t journey) const {
    Quarantined row;
    row.source = (*rules_.ledgers)[source].source;
    row.row = rules_.numbered[source] != 0 || source >= rules_.first_new_source
                  ? static_cast<std::int64_t>(at.part->place_of(at.row)) + 1
                  : 0;
    row.code = "duplicate_conflict";
    row.field = "message_id";
    row.sentence = "message_id is that of an earlier event with another " + std::string(difference) +
                   " (expected one message id for one event)";
    json::object raw;
    raw["customer"] = std::string(journeys_.id(journey));
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
  std::vector<std::uint8_t> repeated_;
  std::vector<std::pair<Hash128, std::uint32_t>> messages_;
};

/// Brings columns of the parts into the order of the journeys.
class Gather {
 public:
  Gather(const AllRows& rows, const Sorted& sorted) : rows_(rows), keys_(sorted.keys) {}

  /// `column(part)` is a pointer to values or null; rows of parts without one get `otherwise`.
  template <class T, class Column>
  std::vector<T> values(Column&& column, T otherwise = {}) const {
    std::vector<T> flat(rows_.size(), otherwise);
    for (std::size_t part = 0; part < rows_.parts().size(); ++part) {
      const Rows& in = *rows_.parts()[part];
      if (const T* from = column(in)) std::copy(from, from + in.size, flat.begin() + rows_.begin(part));
    }
    return ordered(flat);
  }

  /// `value(part, row)` for every row.
  template <class T, class Value>
  std::vector<T> each(Value&& value) const {
    std::vector<T> flat(rows_.size());
    for (std::size_t part = 0; part < rows_.parts().size(); ++part) {
      const Rows& in = *rows_.parts()[part];
      T* to = flat.data() + rows_.begin(part);
      for (std::size_t row = 0; row < in.size; ++row) to[row] = value(in, row);
    }
    return ordered(flat);
  }

  /// Codes in order of first use, so that they do not depend on how the rows came. `column(part)` may be null.
  template <class Column>
  void texts(Column&& column, StoredColumn& to) const {
    TextNumbers names;
    std::vector<std::uint32_t> flat(rows_.size(), no_text);
    std::vector<std::uint32_t> numbers;
    for (std::size_t part = 0; part < rows_.parts().size(); ++part) {
      const Rows& in = *rows_.parts()[part];
      const TextRows* from = column(in);
      if (from == nullptr || !from->exists()) continue;
      numbers.clear();
      for (const auto name : from->names) numbers.push_back(names.number(name));
      for (std::size_t row = 0; row < in.size; ++row) {
        if (from->has(row)) flat[rows_.begin(part) + row] = numbers[from->codes[row]];
      }
    }
    std::vector<std::uint32_t> code_of(names.texts().size(), no_text);
    start(to);
    to.codes.resize(keys_.size());
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      const auto number = flat[keys_[i].row];
      if (number == no_text) continue;
      if (code_of[number] == no_text) {
        code_of[number] = static_cast<std::uint32_t>(to.names.size());
        to.names.push_back(names.texts()[number]);
      }
      to.codes[i] = code_of[number];
      add_value(to, i);
    }
    finish(to);
  }

  /// Sets validity, and takes away what rows without a value hold, so that equal columns are equal bytes.
  template <class T>
  void valid(const std::vector<std::uint8_t>& valid, std::vector<T>& values, StoredColumn& to) const {
    start(to);
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      if (valid[i] != 0) {
        add_value(to, i);
      } else {
        values[i] = T{};
      }
    }
    finish(to);
  }

  Bits bits(const std::vector<std::uint8_t>& values) const {
    Bits bits((values.size() + 7) / 8);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i] != 0) set_bit(bits, i);
    }
    return bits;
  }

 private:
  template <class T>
  std::vector<T> ordered(const std::vector<T>& flat) const {
    std::vector<T> values(keys_.size());
    for (std::size_t i = 0; i < keys_.size(); ++i) values[i] = flat[keys_[i].row];
    return values;
  }
  void start(StoredColumn& to) const {
    to.values = 0;
    to.validity.assign((keys_.size() + 7) / 8, 0);
  }
  static void add_value(StoredColumn& to, std::size_t i) {
    ++to.values;
    set_bit(to.validity, i);
  }
  /// A column without any value does not exist; one without gaps needs no bits.
  void finish(StoredColumn& to) const {
    to.rows = to.values == 0 ? 0 : keys_.size();
    if (to.values == keys_.size()) to.validity.clear();
  }

  const AllRows& rows_;
  const std::vector<Key>& keys_;
};

template <class Claim>
bool any_part(const AllRows& rows, Claim&& claim) {
  return std::any_of(rows.parts().begin(), rows.parts().end(), [&](const Rows* part) { return claim(*part); });
}

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
  const auto member = [&]<class T>(const T* PropertyRows::*values) {
    return [values, column](const Rows& part) -> const T* {
      const auto* property = find_property(part, column);
      return property == nullptr ? nullptr : property->*values;
    };
  };
  if (name.type == ColumnType::text) {
    gather.texts(
        [&](const Rows& part) -> const TextRows* {
          const auto* property = find_property(part, column);
          return property == nullptr ? nullptr : &property->texts;
        },
        to);
    return to;
  }
  const auto valid = gather.values<std::uint8_t>(member(&PropertyRows::valid));
  if (name.type == ColumnType::number) {
    to.numbers = gather.values<double>(member(&PropertyRows::numbers));
    gather.valid(valid, to.numbers, to);
  } else if (name.type == ColumnType::boolean) {
    auto values = gather.values<std::uint8_t>(member(&PropertyRows::booleans));
    gather.valid(valid, values, to);
    to.booleans = gather.bits(values);
  } else {
    to.integers = gather.values<std::int64_t>(member(&PropertyRows::integers));
    gather.valid(valid, to.integers, to);
  }
  return to;
}

void gather_journeys(const Journeys& journeys, const Sorted& sorted, SegmentContents& contents) {
  contents.first.push_back(0);
  contents.known.resize((journeys.size() + 7) / 8);
  for (std::size_t journey = 0; journey < journeys.size(); ++journey) {
    if (sorted.first[journey] == sorted.first[journey + 1]) continue;
    if (journeys.known(journey)) {
      set_bit(contents.known, contents.ids.size());
      ++contents.known_count;
    }
    contents.ids.push_back(journeys.id(journey));
    contents.hashes.push_back(journeys.hash(journey));
    contents.first.push_back(sorted.first[journey + 1]);
  }
}

void gather_events(const AllRows& rows, const Sorted& sorted, const Gather& gather, SegmentContents& contents) {
  contents.time.reserve(sorted.keys.size());
  for (const auto& key : sorted.keys) contents.time.push_back(key.time);
  const auto code = [](const Rows& part, std::size_t row) { return part.event[row]; };
  auto codes = gather.each<std::uint32_t>(code);
  if (*std::max_element(codes.begin(), codes.end()) <= std::numeric_limits<std::uint16_t>::max()) {
    contents.narrow.resize(codes.size());
    std::transform(codes.begin(), codes.end(), contents.narrow.begin(),
                   [](auto wide) { return static_cast<std::uint16_t>(wide); });
  } else {
    contents.wide = std::move(codes);
  }
  if (any_part(rows, [](const Rows& part) { return part.value != nullptr; })) {
    const auto valid = gather.values<std::uint8_t>([](const Rows& part) { return part.value_valid; });
    contents.value.name = "value";
    contents.value.type = ColumnType::money;
    contents.value.integers = gather.values<std::int64_t>([](const Rows& part) { return part.value; });
    gather.valid(valid, contents.value.integers, contents.value);
  }
}

void gather_origins(const AllRows& rows, const Sorted& sorted, const MergeRules& rules, const Gather& gather,
                    SegmentContents& contents) {
  auto sources = gather.each<std::uint32_t>([](const Rows& part, std::size_t row) { return part.source_of(row); });
  if (std::any_of(sources.begin(), sources.end(), [&](auto source) { return rules.numbered[source] != 0; })) {
    contents.rows = gather.each<std::uint64_t>([](const Rows& part, std::size_t row) { return part.place_of(row); });
    // Rows of other sources never meet new neighbours of their own source: their order here says enough.
    for (std::size_t journey = 0; journey + 1 < sorted.first.size(); ++journey) {
      for (auto i = sorted.first[journey]; i < sorted.first[journey + 1]; ++i) {
        if (rules.numbered[sources[i]] == 0) contents.rows[i] = i - sorted.first[journey];
      }
    }
  }
  const bool one = std::all_of(sources.begin(), sources.end(), [&](auto source) { return source == sources.front(); });
  if (one) {
    contents.source = sources.front();
  } else {
    contents.sources = std::move(sources);
  }
  if (any_part(rows, [](const Rows& part) { return part.sequence != nullptr; })) {
    auto& sequence = contents.sequence.integers;
    sequence = gather.values<std::int64_t>([](const Rows& part) { return part.sequence; });
    const bool all_zero = std::all_of(sequence.begin(), sequence.end(), [](auto number) { return number == 0; });
    contents.sequence.rows = all_zero ? 0 : sequence.size();
  }
  if (any_part(rows, [](const Rows& part) { return part.message != nullptr; })) {
    contents.messages = gather.values<Hash128>([](const Rows& part) { return part.message; });
    if (std::all_of(contents.messages.begin(), contents.messages.end(), [](auto id) { return id == Hash128{}; })) {
      contents.messages.clear();
    }
  }
}

void gather_anonymous(const AllRows& rows, const Gather& gather, SegmentContents& contents) {
  if (!any_part(rows, [](const Rows& part) { return part.anonymous.exists(); })) return;
  contents.anonymous.name = kept::anonymous_id;
  gather.texts([](const Rows& part) { return &part.anonymous; }, contents.anonymous);
  const auto came = gather.each<std::uint8_t>(
      [](const Rows& part, std::size_t row) { return part.without_customer(row) ? std::uint8_t{1} : std::uint8_t{0}; });
  if (std::none_of(came.begin(), came.end(), [](auto one) { return one != 0; })) return;
  contents.came_anonymous.name = kept::came_anonymous;
  contents.came_anonymous.type = ColumnType::boolean;
  contents.came_anonymous.rows = contents.came_anonymous.values = came.size();
  contents.came_anonymous.booleans = gather.bits(came);
}

void gather_properties(const AllRows& rows, const MergeRules& rules, const Gather& gather, SegmentContents& contents) {
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

SegmentContents merge(const std::vector<const Rows*>& parts, const MergeRules& rules, std::vector<Tally>& tally,
                      const OnConflict& on_conflict) {
  const AllRows rows(parts);
  const Journeys journeys(rows);
  Sorted sorted = sort_rows(rows, journeys, Order(rows, rules));
  if (any_part(rows, [](const Rows& part) { return part.message != nullptr; })) {
    Deduplication(rows, journeys, rules, tally, on_conflict).run(sorted);
  }
  SegmentContents contents;
  if (sorted.keys.empty()) return contents;
  const Gather gather(rows, sorted);
  gather_journeys(journeys, sorted, contents);
  gather_events(rows, sorted, gather, contents);
  gather_origins(rows, sorted, rules, gather, contents);
  gather_anonymous(rows, gather, contents);
  gather_properties(rows, rules, gather, contents);
  count_stored(contents, rules, tally);
  return contents;
}

}  // namespace peregrine::store
