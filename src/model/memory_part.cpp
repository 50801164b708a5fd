#include "model/memory_part.hpp"

#include <algorithm>
#include <limits>

#include "base/error.hpp"

namespace peregrine {

namespace {

const Vocabulary& shipped_vocabulary() {
  static const Vocabulary vocabulary;
  return vocabulary;
}

void set_bit(std::vector<std::uint8_t>& bits, std::size_t row) {
  bits[row >> 3] = static_cast<std::uint8_t>(bits[row >> 3] | (1u << (row & 7)));
}

}  // namespace

MemoryPart MemoryPart::of(std::vector<MemoryEvent> events, const Options& options) {
  std::stable_sort(events.begin(), events.end(), [](const MemoryEvent& a, const MemoryEvent& b) {
    return a.customer != b.customer ? a.customer < b.customer : a.time < b.time;
  });
  MemoryPart part;
  part.add_rows(events);
  part.add_codes(events, options);
  part.add_values(events);
  part.add_properties(events);
  return part;
}

void MemoryPart::add_rows(const std::vector<MemoryEvent>& events) {
  for (const auto& each : events) {
    if (customers_.empty() || customers_.back() != each.customer) {
      offsets_.push_back(times_.size());
      customers_.push_back(each.customer);
      known_.push_back(0);
    }
    if (each.known) known_.back() = 1;
    times_.push_back(each.time.micros);
  }
  offsets_.push_back(times_.size());
  first = offsets_;
  time = times_.data();
}

void MemoryPart::add_codes(const std::vector<MemoryEvent>& events, const Options& options) {
  events_ = std::make_unique<TextColumn>();
  for (const auto& each : events) events_->add(each.event);
  event_names_.assign(events_->names().begin(), events_->names().end());
  const auto& vocabulary = options.vocabulary != nullptr ? *options.vocabulary : shipped_vocabulary();
  labels_ = vocabulary.label(event_names_);
  labels = labels_;
  if (options.wide_codes || event_names_.size() > std::numeric_limits<std::uint16_t>::max()) {
    wide_ = events_->codes();
    event.wide = wide_.data();
  } else {
    for (const auto code : events_->codes()) narrow_.push_back(static_cast<std::uint16_t>(code));
    event.narrow = narrow_.data();
  }
}

void MemoryPart::add_values(const std::vector<MemoryEvent>& events) {
  for (std::size_t row = 0; row < events.size(); ++row) {
    if (!events[row].value) continue;
    if (!values_) {
      values_.emplace();
      values_->type = ColumnType::money;
      values_->integers.resize(events.size());
      values_->validity.resize((events.size() + 7) / 8);
    }
    values_->integers[row] = *events[row].value;
    set_bit(values_->validity, row);
  }
  if (values_) value = values_->view(events.size());
}

void MemoryPart::add_properties(const std::vector<MemoryEvent>& events) {
  static constexpr ColumnType types[] = {ColumnType::text, ColumnType::number, ColumnType::boolean};
  for (std::size_t row = 0; row < events.size(); ++row) {
    for (const auto& [name, said] : events[row].properties) {
      const auto type = types[said.index()];
      const auto [place, added] = properties_.try_emplace(name);
      auto& column = place->second;
      if (added) {
        column.type = type;
        column.validity.resize((events.size() + 7) / 8);
        column.codes.resize(type == ColumnType::text ? events.size() : 0);
        column.numbers.resize(type == ColumnType::number ? events.size() : 0);
        column.booleans.resize(type == ColumnType::boolean ? (events.size() + 7) / 8 : 0);
      } else if (column.type != type) {
        throw Error(ErrorKind::invalid, name, "must be of one type throughout",
                    std::string(name_of(column.type)) + " and " + std::string(name_of(type)));
      }
      set_bit(column.validity, row);
      if (const auto* text = std::get_if<std::string>(&said)) {
        column.texts.add(*text);
        column.codes[row] = column.texts.codes().back();
      } else if (const auto* number = std::get_if<double>(&said)) {
        column.numbers[row] = *number;
      } else if (std::get<bool>(said)) {
        set_bit(column.booleans, row);
      }
    }
  }
  for (auto& [name, column] : properties_)
    column.names.assign(column.texts.names().begin(), column.texts.names().end());
}

ColumnView MemoryPart::Column::view(std::size_t rows) const {
  ColumnView out;
  out.type = type;
  out.rows = rows;
  out.validity = validity.data();
  out.codes = codes.data();
  out.names = names;
  out.numbers = numbers.data();
  out.booleans = booleans.data();
  out.integers = integers.data();
  return out;
}

ColumnView MemoryPart::property(std::string_view name) const {
  const auto found = properties_.find(name);
  return found == properties_.end() ? ColumnView() : found->second.view(times_.size());
}

std::vector<KnownColumn> MemoryPart::columns() const {
  std::vector<KnownColumn> columns;
  for (const auto& [name, column] : properties_) columns.push_back({name, column.type});
  return columns;
}

JourneyBatch MemoryPart::batch(std::size_t first_journey, std::size_t count) const {
  JourneyBatch out;
  out.size = count;
  out.begin = offsets_.data() + first_journey;
  out.end = offsets_.data() + first_journey + 1;
  out.first_journey = first_journey;
  return out;
}

std::optional<Time> MemoryPart::newest() const {
  if (times_.empty()) return std::nullopt;
  return Time{*std::max_element(times_.begin(), times_.end())};
}

}  // namespace peregrine
