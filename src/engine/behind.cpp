#include "engine/behind.hpp"

#include <charconv>

#include "base/error.hpp"
#include "fold/filtered_part.hpp"

namespace peregrine::engine {

namespace {

/// The parts of a JSON pointer (RFC 6901).
std::vector<std::string> split_pointer(std::string_view pointer) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < pointer.size();) {
    const auto end = std::min(pointer.find('/', at + 1), pointer.size());
    std::string part;
    for (auto i = at + 1; i < end; ++i) {
      if (pointer[i] == '~' && i + 1 < end) {
        part += pointer[++i] == '1' ? '/' : '~';
      } else {
        part += pointer[i];
      }
    }
    parts.push_back(std::move(part));
    at = end;
  }
  return parts;
}

/// What a row is known by: its first texts, up to a figure, and the whole numbers before them (the step of a node).
/// Texts after a figure belong to it (the currency of a value) and may be missing where one journey is alone.
json::object key_of(const json::object& row) {
  json::object key;
  json::object numbers;
  for (const auto& member : row) {
    if (member.value().is_string()) {
      if (key.empty()) key = numbers;
      key[member.key()] = member.value();
    } else if (key.empty() && member.value().is_int64()) {
      numbers[member.key()] = member.value();
    } else if (!key.empty() && !member.value().is_null()) {
      break;
    }
  }
  return key;
}

bool has_key(const json::value& value, const json::object& key) {
  const auto* row = value.if_object();
  if (row == nullptr) return false;
  for (const auto& text : key) {
    const auto* same = row->if_contains(text.key());
    if (same == nullptr || *same != text.value()) return false;
  }
  return true;
}

/// The row of that key with `before` others of the same key before it (two steps may be the same event); or null.
const json::value* find_row(const json::array& rows, const json::object& key, std::size_t before) {
  for (const auto& row : rows) {
    if (has_key(row, key) && before-- == 0) return &row;
  }
  return nullptr;
}

}  // namespace

Figure::Figure(const json::object& result, std::string_view pointer) {
  const auto lost = [&](std::string expected) {
    return Error(ErrorKind::invalid, "figure", "leads nowhere: \"" + std::string(pointer) + "\"", std::move(expected));
  };
  const json::value whole = result;
  const json::value* at = &whole;
  if (!pointer.starts_with('/')) throw lost("such as /steps/1/journeys");
  for (const auto& part : split_pointer(pointer)) {
    if (const auto* object = at->if_object()) {
      at = object->if_contains(part);
      if (at == nullptr) {
        std::vector<std::string_view> names;
        for (const auto& member : *object) names.push_back(member.key());
        throw lost(propose(part, names));
      }
      steps_.push_back({.member = part});
    } else if (const auto* list = at->if_array()) {
      std::size_t index = 0;
      const auto read = std::from_chars(part.data(), part.data() + part.size(), index);
      const bool whole_number = read.ec == std::errc() && read.ptr == part.data() + part.size();
      if (!whole_number || index >= list->size() || !(*list)[index].is_object()) {
        throw lost(list->empty() ? "the list is empty" : "a row from 0 to " + std::to_string(list->size() - 1));
      }
      at = &(*list)[index];
      Step step{.row = key_of(at->get_object()), .is_row = true};
      for (std::size_t i = 0; i < index; ++i) step.before += has_key((*list)[i], step.row) ? 1 : 0;
      steps_.push_back(std::move(step));
    } else {
      throw lost("it goes on behind a value");
    }
  }
  if (!at->is_int64()) {
    throw Error(ErrorKind::invalid, "figure", "counts no customers: \"" + std::string(pointer) + "\"",
                "a whole number such as /steps/1/journeys");
  }
  value_ = at->get_int64();
}

bool Figure::counts_in(const json::object& result) const {
  const json::value whole = result;
  const json::value* at = &whole;
  for (const auto& step : steps_) {
    if (const auto* object = at->if_object(); object != nullptr && !step.is_row) {
      at = object->if_contains(step.member);
    } else if (const auto* rows = at->if_array(); rows != nullptr && step.is_row) {
      at = find_row(*rows, step.row, step.before);
    } else {
      return false;
    }
    if (at == nullptr) return false;
  }
  return at->is_int64() && at->get_int64() != 0;
}

void for_each_behind(const store::Snapshot& snapshot, Labels labels, const Task& task, const ColumnRequest& also,
                     const Figure& figure,
                     const std::function<void(const Part&, std::span<const std::size_t> journeys)>& found) {
  ColumnRequest columns = task.columns;
  columns.add(also);
  if (task.where) columns.add(task.where->columns());
  for (std::size_t partition = 0; partition < snapshot.partitions(); ++partition) {
    const auto summary = snapshot.summary(partition, labels);
    if (summary && !may_concern(*summary, task.where ? &*task.where : nullptr, task.to)) continue;
    const auto whole = snapshot.part(partition, columns, labels);
    std::unique_ptr<FilteredPart> filtered;
    if (task.where) filtered = std::make_unique<FilteredPart>(*whole, *task.where, columns);
    const Part& part = filtered ? static_cast<const Part&>(*filtered) : *whole;
    const auto leader = task.fold->empty();  // holds what the folds of single journeys share of the part
    leader->enter(part);
    std::vector<std::size_t> journeys;
    for (std::size_t journey = 0; journey < part.journeys(); ++journey) {
      if (part.first[journey] == part.first[journey + 1]) continue;
      const auto alone = task.fold->empty();
      alone->enter_beside(*leader);
      alone->observe({.size = 1,
                      .begin = part.first.data() + journey,
                      .end = part.first.data() + journey + 1,
                      .journeys = nullptr,
                      .first_journey = journey});
      alone->leave();
      Meta ignored;
      if (figure.counts_in(alone->finish(ignored))) journeys.push_back(journey);
    }
    if (!journeys.empty()) found(part, journeys);
  }
  snapshot.expect_intact();
}

}  // namespace peregrine::engine
