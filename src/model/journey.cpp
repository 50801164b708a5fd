#include "model/journey.hpp"

#include <algorithm>

namespace peregrine {

namespace {

void add_names(std::vector<std::string>& into, const std::vector<std::string>& names) {
  for (const auto& name : names) {
    if (std::find(into.begin(), into.end(), name) == into.end()) into.push_back(name);
  }
}

}  // namespace

bool has_guesses(Labels labels) {
  return std::any_of(labels.begin(), labels.end(), [](const Label& label) { return label.guessed; });
}

void ColumnRequest::add(const ColumnRequest& other) {
  time |= other.time;
  event |= other.event;
  value |= other.value;
  identities |= other.identities;
  add_names(properties, other.properties);
}

}  // namespace peregrine
