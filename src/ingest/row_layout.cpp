#include "ingest/row_layout.hpp"

#include <algorithm>
#include <utility>

#include "ingest/column_names.hpp"
#include "ingest/late_names.hpp"

namespace peregrine::ingest {

namespace {

bool needs_reading(std::string_view role) {
  constexpr auto roles = std::to_array<std::string_view>(
      {"customer", "anonymous", "account", "time", "event", "value", "currency", "score", "survey", "sequence"});
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

}  // namespace

int RowLayout::add(Shape shape, std::string_view path, const Placement& placement) {
  auto found = places_.find(placement.column);
  if (found == places_.end()) {
    if (columns_.size() == max_names || placement.column.size() > max_name_bytes) return nowhere;
    const auto by_shape = !placement.becomes.empty() || !placement.left_out.empty();
    columns_.push_back({std::string(by_shape ? path : std::string_view(placement.column)), placement.becomes,
                        placement.left_out, false});
    found = places_.emplace(placement.column, static_cast<int>(columns_.size()) - 1).first;
  }
  if (shape == Shape::plain) columns_[static_cast<std::size_t>(found->second)].plain = true;
  return found->second;
}

void RowLayout::add_roles(Shape shape) {
  if (std::exchange(has_roles_[static_cast<std::size_t>(shape)], true)) return;
  for (const auto path : keys_of_roles(shape)) add(shape, path, place(shape, path));
}

Sample RowLayout::columns() const {
  Sample sample;
  for (const auto& column : columns_) {
    sample.push_back({.name = column.name,
                      .unusable = std::string(column.left_out),
                      .becomes = std::string(column.becomes),
                      .plain = column.plain,
                      .typed = true});
  }
  return sample;
}

void RowLayout::settle(const FilePlan& file) {
  for (const auto& column : file.plan.columns) {
    taken_.insert(column.becomes);
    taken_.insert(column.becomes_text);
  }
  taken_.emplace(rest_property);
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const auto here = static_cast<int>(i);
    if (file.derived != nullptr) {
      holds_.push_back(here);
      only_plain_.push_back(false);
      continue;
    }
    const auto& column = file.plan.columns[i];
    holds_.push_back(column.becomes.empty() ? here : becoming_.emplace(column.becomes, here).first->second);
    only_plain_.push_back(columns_[i].becomes.empty() && columns_[i].plain && column.target != Target::property &&
                          column.target != Target::ignored);
  }
}

int RowLayout::find(Shape shape, const Placement& placement) const {
  const auto found = places_.find(placement.column);
  if (found == places_.end()) {
    const auto same = placement.becomes.empty() ? becoming_.end() : becoming_.find(placement.becomes);
    return same == becoming_.end() ? nowhere : same->second;
  }
  const auto column = static_cast<std::size_t>(found->second);
  return only_plain_[column] && shape != Shape::plain ? nowhere : holds_[column];
}

std::string RowLayout::late_name(const Placement& placement) const {
  // A text that the shape knows, such as the source, needs no column of the plan; an id or an amount does.
  const bool is_text = !placement.becomes.empty() && !needs_reading(placement.becomes);
  auto name = is_text ? std::string(placement.becomes)
                      : property_name(placement.column.substr(placement.becomes.empty() ? 0 : 1));
  while (taken_.contains(name) || name.ends_with(":text")) name += "_";
  return name;
}

}  // namespace peregrine::ingest
