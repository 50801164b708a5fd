#include "base/error.hpp"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <vector>

namespace peregrine {

std::string_view name_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid: return "invalid";
    case ErrorKind::not_found: return "not_found";
    case ErrorKind::conflict: return "conflict";
    case ErrorKind::unavailable: return "unavailable";
    case ErrorKind::corrupt: return "corrupt";
    case ErrorKind::bug: return "bug";
  }
  return "bug";
}

Error::Error(ErrorKind kind, std::string where, std::string what, std::string expected)
    : kind_(kind), where_(std::move(where)) {
  text_ = where_.empty() ? std::move(what) : where_ + ": " + what;
  if (!expected.empty()) text_ += " (" + expected + ")";
}

namespace {

bool same_letter(char a, char b) {
  return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

/// Letters to insert, drop or replace, and neighbours to swap, to make `b` of `a` (optimal string alignment).
std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::size_t> two_before(b.size() + 1);
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    two_before.swap(before);
    before.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = before[j - 1] + (same_letter(a[i - 1], b[j - 1]) ? 0 : 1);
      row[j] = std::min({replaced, before[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) && same_letter(a[i - 2], b[j - 1])) {
        row[j] = std::min(row[j], two_before[j - 2] + 1);
      }
    }
  }
  return row[b.size()];
}

}  // namespace

std::string_view nearest(std::string_view name, std::span<const std::string_view> candidates) {
  std::string_view best;
  std::size_t best_edits = std::max<std::size_t>(1, name.size() / 3) + 1;
  for (const auto candidate : candidates) {
    const std::size_t distance = edits(name, candidate);
    if (distance < best_edits) {
      best = candidate;
      best_edits = distance;
    }
  }
  return best;
}

std::string propose(std::string_view name, std::span<const std::string_view> candidates) {
  constexpr std::size_t short_list = 12;
  if (const auto near = nearest(name, candidates); !near.empty()) {
    return "did you mean \"" + std::string(near) + "\"?";
  }
  if (candidates.empty() || candidates.size() > short_list) return {};
  std::string list = "one of ";
  for (const auto candidate : candidates) {
    if (list.size() > 7) list += ", ";
    list += candidate;
  }
  return list;
}

}  // namespace peregrine
