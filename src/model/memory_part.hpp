// A MemoryPart is a Part made from a list of events in memory: for tests, golden cases and small questions.
// It owns all that its columns show, and never changes once made.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/event_batch.hpp"
#include "model/journey.hpp"
#include "model/known_names.hpp"
#include "model/vocabulary.hpp"

namespace peregrine {

struct MemoryEvent {
  std::string customer{};
  bool known = true;  // false: the customer was only ever anonymous (every event of them says so)
  Time time{};
  std::string event{};
  std::optional<std::int64_t> value{};                                          // millionths
  std::map<std::string, std::variant<std::string, double, bool>> properties{};  // each name of one type throughout
};

class MemoryPart final : public Part {
 public:
  struct Options {
    const Vocabulary* vocabulary = nullptr;  // must outlive the part; null: the one that ships
    bool wide_codes = false;                 // 32-bit codes even where 16 bits are enough
  };

  /// Journeys sorted by customer, events by time; events of one time stay in the order in which they were given.
  /// Throws `invalid` when a property is not of one type throughout.
  static MemoryPart of(std::vector<MemoryEvent> events, const Options& options);
  static MemoryPart of(std::vector<MemoryEvent> events) { return of(std::move(events), Options()); }

  MemoryPart(MemoryPart&&) noexcept = default;
  MemoryPart& operator=(MemoryPart&&) noexcept = default;

  ColumnView property(std::string_view name) const override;
  std::string_view customer(std::size_t journey) const override { return customers_[journey]; }
  bool known(std::size_t journey) const override { return known_[journey] != 0; }

  /// The columns that events have beside time, event and value, by name. The names live as long as the part.
  std::vector<KnownColumn> columns() const;

  /// All journeys, or `count` of them from `first_journey`, as one batch.
  JourneyBatch batch() const { return batch(0, journeys()); }
  JourneyBatch batch(std::size_t first_journey, std::size_t count) const;

  /// The latest event; nothing in a part without events.
  std::optional<Time> newest() const;

 private:
  struct Column {
    ColumnType type = ColumnType::text;
    TextColumn texts;
    std::vector<std::string_view> names;
    std::vector<std::uint32_t> codes;
    std::vector<double> numbers;
    std::vector<std::uint8_t> booleans;  // one bit a row
    std::vector<std::int64_t> integers;
    std::vector<std::uint8_t> validity;  // one bit a row
    ColumnView view(std::size_t rows) const;
  };
  MemoryPart() = default;
  void add_rows(const std::vector<MemoryEvent>& events);
  void add_codes(const std::vector<MemoryEvent>& events, const Options& options);
  void add_values(const std::vector<MemoryEvent>& events);
  void add_properties(const std::vector<MemoryEvent>& events);

  std::vector<std::uint64_t> offsets_;
  std::vector<std::string> customers_;
  std::vector<std::uint8_t> known_;
  std::vector<std::int64_t> times_;
  std::vector<std::uint16_t> narrow_;
  std::vector<std::uint32_t> wide_;
  std::unique_ptr<TextColumn> events_;  // on the heap: names keep their place when the part moves
  std::vector<std::string_view> event_names_;
  std::vector<Label> labels_;
  std::optional<Column> values_;
  std::map<std::string, Column, std::less<>> properties_;
};

}  // namespace peregrine
