#include "engine/behind.hpp"

#include <charconv>

#include "base/error.hpp"
#include "fold/filtered_part.hpp"

namespace peregrine::engine {

namespace {

/// The parts of a JSON pointer (RFC 6901).
std::vector<std::string> split_pointer(std::string_view pointer) {
  std::vector<std::string> parts;
  if (!pointer.starts_with('/')) return parts;
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

json::object texts_of(const json::object& row) {
  json::object texts;
  for (const auto& member : row) {
    if (member.value().is_string()) texts[member.key()] = member.value();
  }
  return texts;
}

bool has_texts(const json::object& row, const json::object& texts) {
  for (const auto& text : texts) {
    const auto* same = row.if_contains(text.key());
    if (same == nullptr || *same != text.value()) return false;
  }
  return true;
}

}  // namespace

Figure::Figure(const json::object& result, std::string_view pointer) {
  const auto lost = [&](std::string expected) {
    return Error(ErrorKind::invalid, "figure", "leads nowhere: \"" + std::string(pointer) + "\"", std::move(expected));
  };
  const json::value whole = result;
  const json::value* at = &whole;
  for (const auto& part : split_pointer(pointer)) {
    if (const auto* object = at->if_object()) {
      at = object->if_contains(part);
      if (at == nullptr) {
        std::vector<std::string_view> names;
        for (const auto& member : *object) names.push_back(member.key());
        throw lost(propose(part, names));
      }
      steps_.push_back({.member = part, .row = {}, .is_row = false});
    } else if (const auto* list = at->if_array()) {
      std::size_t index = 0;
      const auto read = std::from_chars(part.data(), part.data() + part.size(), index);
      if (read.ec != std::errc() || index >= list->size() || !(*list)[index].is_object()) {
        throw lost("a row from 0 to " + std::to_string(list->size() - (list->empty() ? 0 : 1)));
      }
      at = &(*list)[index];
      steps_.push_back({.member = {}, .row = texts_of(at->get_object()), .is_row = true});
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
  const json::object* object = &result;
  const json::value* at = nullptr;
  for (const auto& step : steps_) {
    if (!step.is_row) {
      at = object->if_contains(step.member);
    } else {
      const json::value* found = nullptr;
      for (const auto& row : at->get_array()) {
        if (row.is_object() && has_texts(row.get_object(), step.row)) {
          found = &row;
          break;
        }
      }
      at = found;
    }
    if (at == nullptr) return false;
    if (at->is_object()) object = &at->get_object();
  }
  return at != nullptr && at->is_int64() && at->get_int64() != 0;
}

void for_each_behind(const store::Snapshot& snapshot, Labels labels, const Task& task, const ColumnRequest& also,
                     const Figure& figure, const std::function<void(const Part&, std::span<const std::size_t> journeys)>& found) {
  ColumnRequest columns = task.columns;
  columns.add(also);
  if (task.where) columns.add(task.where->columns());
  for (std::size_t partition = 0; partition < snapshot.partitions(); ++partition) {
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
}

}  // namespace peregrine::engine
