#include "fold/figure.hpp"

#include <charconv>

#include "base/error.hpp"

namespace peregrine {

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

/// What a row is known by: its first texts, up to a figure, and the whole numbers before them (the step of a node), also
/// where there is none (the length of all other variants together).
/// Texts after a figure belong to it (the currency of a value) and may be missing where one journey is alone.
json::object key_of(const json::object& row) {
  json::object key;
  json::object numbers;
  for (const auto& member : row) {
    if (member.value().is_string()) {
      if (key.empty()) key = numbers;
      key[member.key()] = member.value();
    } else if (key.empty() && (member.value().is_int64() || member.value().is_null())) {
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
      way_.push_back({.member = part});
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
      way_.push_back(std::move(step));
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

}  // namespace peregrine
