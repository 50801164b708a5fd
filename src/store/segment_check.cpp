#include "store/segment_check.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "base/hash.hpp"
#include "store/run.hpp"
#include "store/segment_writer.hpp"

namespace peregrine::store {

namespace {

constexpr std::string_view names_wrong = "names_wrong";
constexpr std::string_view times_wrong = "times_wrong";

class SegmentCheck {
 public:
  SegmentCheck(const Segment& segment, const Manifest& manifest, const std::optional<NameList>& event_names,
               const OnBroken& broken)
      : segment_(segment), entry_(segment.entry()), manifest_(manifest), event_names_(event_names), broken_(broken) {}

  void run(std::vector<std::int64_t>& stored) {
    if (!offsets_hold()) return;  // nothing else can be read by them
    check_journeys();
    read_sources(stored);
    check_events();
    check_names();
    check_values();
    check_anonymous();
    check_messages();
    check_columns();
  }

 private:
  std::size_t events() const { return static_cast<std::size_t>(entry_.events); }
  std::size_t journeys() const { return static_cast<std::size_t>(entry_.journeys); }
  static std::string count(std::int64_t number) { return std::to_string(number); }
  void expect_count(std::string_view what, std::int64_t found, std::int64_t said) {
    if (found == said) return;
    broken_("counts_wrong",
            "has " + count(found) + " " + std::string(what) + " (the manifest says " + count(said) + ")");
  }

  bool offsets_hold() {
    const auto first = segment_.first();
    const auto down = std::adjacent_find(first.begin(), first.end(), [](auto a, auto b) { return a >= b; });
    if (down == first.end()) return true;
    broken_("offsets_wrong", "journey " + count(down - first.begin()) + " ends before it begins");
    return false;
  }

  void check_journeys() {
    std::int64_t known = 0;
    bool ordered = true, hashed = true, member = true;
    for (std::size_t i = 0; i < journeys(); ++i) {
      const auto id = segment_.id(i);
      const auto hash = segment_.hash(i);
      known += segment_.known(i);
      if (hashed && hash != hash64(id)) {
        hashed = false;
        broken_("hash_wrong", "the hash of customer \"" + std::string(id) + "\" is not that of the id");
      }
      if (member && partition_of(hash, static_cast<std::size_t>(manifest_.partitions)) != entry_.partition) {
        member = false;
        broken_("partition_foreign", "customer \"" + std::string(id) + "\" belongs into another partition");
      }
      if (i == 0 || !ordered) continue;
      const auto key = [&](std::size_t journey) {
        return std::tuple(segment_.hash(journey), segment_.id(journey), !segment_.known(journey));
      };
      if (key(i - 1) < key(i)) continue;
      ordered = false;
      broken_("journeys_unordered", "customer \"" + std::string(id) + "\" does not stand in order of hash and id");
    }
    expect_count("journeys of known customers", known, entry_.known);
  }

  void read_sources(std::vector<std::int64_t>& stored) {
    const auto sources = static_cast<std::int64_t>(manifest_.ledgers.size());
    if (entry_.source >= 0) {
      stored[static_cast<std::size_t>(entry_.source)] += entry_.events;
      return;
    }
    source_ = segment_.load_kept(kept::source);
    if (source_.codes.size() != events()) return broken_("source_unknown", "does not say the sources of its events");
    if (std::any_of(source_.codes.begin(), source_.codes.end(), [&](auto source) { return source >= sources; })) {
      source_ = {};
      return broken_("source_unknown", "has an event of a source that the manifest does not name");
    }
    for (const auto source : source_.codes) ++stored[source];
  }

  /// By place in Manifest::ledgers: its place among the sources in the order of events of one time.
  std::vector<std::size_t> source_ranks() const {
    const auto& ledgers = manifest_.ledgers;
    std::vector<std::size_t> order(ledgers.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) {
      return std::tie(ledgers[a].hash, ledgers[a].source) < std::tie(ledgers[b].hash, ledgers[b].source);
    });
    std::vector<std::size_t> ranks(ledgers.size());
    for (std::size_t rank = 0; rank < order.size(); ++rank) ranks[order[rank]] = rank;
    return ranks;
  }

  void check_events() {
    const auto* time = segment_.time();
    const auto sequence = segment_.load_kept(kept::sequence);
    const auto ranks = source_ranks();
    const auto key = [&](std::size_t row) {
      return std::tuple(time[row], sequence.view.exists() ? sequence.view.integers[row] : 0,
                        source_.codes.empty() ? 0 : ranks[source_.codes[row]]);
    };
    const auto first = segment_.first();
    for (std::size_t journey = 0, row = 0; journey < journeys(); ++journey) {
      for (row = first[journey] + 1; row < first[journey + 1] && key(row - 1) <= key(row); ++row) {
      }
      if (row >= first[journey + 1]) continue;
      broken_("events_unordered", "the events of customer \"" + std::string(segment_.id(journey)) +
                                      "\" do not stand in order of time, sequence and source");
      break;
    }
    const auto [oldest, newest] = std::minmax_element(time, time + events());
    if (*oldest != entry_.oldest || *newest != entry_.newest) {
      broken_(std::string(times_wrong), "its first or last time is not what the manifest says");
    }
  }

  void check_names() {
    const auto names = segment_.event_names();
    const auto& said = entry_.names;
    if (said && said->size() != names.size()) return say_names_wrong();  // its codes cannot be read then
    const auto codes = segment_.event();
    const auto known = !said && event_names_ ? std::min(names.size(), event_names_->size()) : names.size();
    std::vector<std::uint8_t> occurs(names.size());
    for (std::size_t row = 0; row < events(); ++row) {
      if (codes[row] >= known) {
        return broken_("event_unknown",
                       "event " + count(static_cast<std::int64_t>(row)) + " has a name that the dictionary lacks");
      }
      occurs[codes[row]] = 1;
    }
    if (!said) return;
    bool right = std::find(occurs.begin(), occurs.end(), 0) == occurs.end();
    const auto of_store = said->codes();
    for (std::size_t i = 0; event_names_ && i < names.size(); ++i) {
      right &= of_store[i] < event_names_->size() && (*event_names_)[of_store[i]] == names[i];
    }
    if (!right) say_names_wrong();
  }
  void say_names_wrong() {
    broken_(std::string(names_wrong), "its events do not have the names that the manifest says");
  }

  std::int64_t count_valid(const ColumnView& view) const {
    std::int64_t valid = 0;
    for (std::size_t row = 0; row < view.rows; ++row) valid += view.has(row);
    return valid;
  }

  void check_values() { expect_count("events with a value", count_valid(segment_.value()), entry_.values); }

  void check_anonymous() {
    const auto anonymous = segment_.load_kept(kept::anonymous_id);
    expect_count("events with an anonymous id", count_valid(anonymous.view), entry_.anonymous);
    expect_codes(anonymous, kept::anonymous_id);
    const auto came_as = segment_.load_kept(kept::customer_id);
    expect_count("events that came as another customer", count_valid(came_as.view), entry_.linked);
    expect_codes(came_as, kept::customer_id);
  }

  void expect_codes(const LoadedColumn& column, std::string_view name) {
    const auto& view = column.view;
    if (view.type != ColumnType::text) return;
    for (std::size_t row = 0; row < view.rows; ++row) {
      if (!view.has(row) || view.codes[row] < column.names.size()) continue;
      return broken_("text_unknown", "column " + std::string(name) + " has a text that its dictionary lacks");
    }
  }

  void check_messages() {
    const auto column = segment_.load_kept(kept::message_id);
    if (!column.view.exists()) return;
    const auto first = segment_.first();
    std::vector<Hash128> messages;
    for (std::size_t journey = 0; journey < journeys(); ++journey) {
      messages.clear();
      for (auto row = first[journey]; row < first[journey + 1]; ++row) {
        if (column.view.has(row)) messages.push_back(column.hashes[row]);
      }
      std::sort(messages.begin(), messages.end());
      if (std::adjacent_find(messages.begin(), messages.end()) == messages.end()) continue;
      return broken_("message_twice",
                     "customer \"" + std::string(segment_.id(journey)) + "\" has two events with one message id");
    }
  }

  void check_columns() {
    for (const auto& column : entry_.columns) {
      const auto& said = manifest_.columns[static_cast<std::size_t>(column.column)];
      const auto loaded = segment_.load(static_cast<std::size_t>(column.file), std::span(&said.name, 1));
      const auto& view = loaded.front().view;
      if (view.rows != events() || view.type != said.type) {
        broken_("column_wrong", "column " + said.name + " is not there or has another type");
        continue;
      }
      expect_count("values of " + said.name, count_valid(view), column.values);
      expect_codes(loaded.front(), said.name);
    }
  }

  const Segment& segment_;
  const SegmentEntry& entry_;
  const Manifest& manifest_;
  const std::optional<NameList>& event_names_;
  const OnBroken& broken_;
  LoadedColumn source_;
};

}  // namespace

void check_segment(const Segment& segment, const Manifest& manifest, const std::optional<NameList>& event_names,
                   const OnBroken& broken, std::vector<std::int64_t>& stored) {
  SegmentCheck(segment, manifest, event_names, broken).run(stored);
}

bool is_of_summary(std::string_view code) {
  return code == names_wrong || code == times_wrong;
}

}  // namespace peregrine::store
