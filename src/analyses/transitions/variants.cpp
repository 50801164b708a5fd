#include "analyses/transitions/variants.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "base/hash.hpp"

namespace peregrine::transitions {

std::uint32_t NameList::place(std::string_view name) {
  const auto [found, is_new] = places_.try_emplace(std::string(name), static_cast<std::uint32_t>(names_.size()));
  if (is_new) names_.emplace_back(name);
  return found->second;
}

std::uint32_t NameList::find(std::string_view name) const {
  const auto found = places_.find(std::string(name));
  return found == places_.end() ? none : found->second;
}

namespace {

std::uint64_t hash_of(std::span<const std::uint32_t> sequence) {
  return hash64({reinterpret_cast<const char*>(sequence.data()), sequence.size_bytes()});
}

}  // namespace

std::span<const std::uint32_t> Variants::sequence(std::size_t i) const {
  return {all_.data() + entries_[i].begin, entries_[i].length};
}

/// Where the sequence stands, or the free slot where it would.
std::size_t Variants::slot_of(std::span<const std::uint32_t> wanted, std::uint64_t hash) const {
  auto slot = hash & (slots_.size() - 1);
  for (; slots_[slot] != 0; slot = (slot + 1) & (slots_.size() - 1)) {
    const auto i = slots_[slot] - 1;
    const auto there = sequence(i);
    if (entries_[i].hash == hash && std::equal(there.begin(), there.end(), wanted.begin(), wanted.end())) break;
  }
  return slot;
}

std::optional<std::size_t> Variants::find(std::span<const std::uint32_t> wanted) const {
  if (slots_.empty()) return std::nullopt;
  const auto found = slots_[slot_of(wanted, hash_of(wanted))];
  return found == 0 ? std::nullopt : std::optional<std::size_t>(found - 1);
}

void Variants::add(std::span<const std::uint32_t> added, std::int64_t journeys) {
  if (added.size() > longest_) return;
  if (added.size() > room_) return keep_up_to(added.size() - 1);
  if (2 * (entries_.size() + 1) > slots_.size()) grow();
  const auto hash = hash_of(added);
  auto& slot = slots_[slot_of(added, hash)];
  if (slot != 0) {
    entries_[slot - 1].journeys += journeys;
    return;
  }
  entries_.push_back({.hash = hash,
                      .journeys = journeys,
                      .begin = static_cast<std::uint32_t>(all_.size()),
                      .length = static_cast<std::uint32_t>(added.size())});
  slot = static_cast<std::uint32_t>(entries_.size());
  all_.insert(all_.end(), added.begin(), added.end());
  if (all_.size() > 2 * room_) cut();
}

void Variants::grow() {
  slots_.assign(std::max<std::size_t>(16, 4 * slots_.size()), 0);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    slots_[slot_of(sequence(i), entries_[i].hash)] = static_cast<std::uint32_t>(i + 1);
  }
}

/// Drops the longest sequences until the others fit.
void Variants::cut() {
  std::map<std::size_t, std::size_t> names_of_length;
  for (const auto& entry : entries_) names_of_length[entry.length] += entry.length;
  std::size_t kept = 0;
  for (const auto& [length, names] : names_of_length) {
    kept += names;
    if (kept > room_) {
      keep_up_to(length - 1);
      return;
    }
  }
}

Variants Variants::trimmed() const {
  auto kept = *this;
  kept.cut();
  return kept;
}

void Variants::keep_up_to(std::size_t longest) {
  if (longest >= longest_) return;
  longest_ = longest;
  const auto entries = std::exchange(entries_, {});
  const auto all = std::exchange(all_, {});
  std::fill(slots_.begin(), slots_.end(), 0);
  for (const auto& entry : entries) add({all.data() + entry.begin, entry.length}, entry.journeys);
}

void Variants::merge(const Variants& other) {
  keep_up_to(other.longest_);
  std::vector<std::uint32_t> places;
  for (std::uint32_t i = 0; i < other.names_.size(); ++i) places.push_back(names_.place(other.names_[i]));
  std::vector<std::uint32_t> translated;
  for (std::size_t i = 0; i < other.size(); ++i) {
    if (other.entries_[i].length > longest_) continue;
    translated.clear();
    for (const auto name : other.sequence(i)) translated.push_back(places[name]);
    add(translated, other.journeys(i));
  }
}

std::vector<std::size_t> Variants::most_frequent(std::size_t count) const {
  std::vector<std::size_t> order(size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto comes_before = [&](std::size_t a, std::size_t b) {
    if (journeys(a) != journeys(b)) return journeys(a) > journeys(b);
    const auto left = sequence(a);
    const auto right = sequence(b);
    if (left.size() != right.size()) return left.size() < right.size();
    return std::lexicographical_compare(left.begin(), left.end(), right.begin(), right.end(),
                                        [&](std::uint32_t x, std::uint32_t y) { return names_[x] < names_[y]; });
  };
  const auto end = order.begin() + static_cast<std::ptrdiff_t>(std::min(count, order.size()));
  std::partial_sort(order.begin(), end, order.end(), comes_before);
  order.erase(end, order.end());
  return order;
}

Variants::Listed Variants::list() const {
  Listed listed;
  std::map<std::string_view, std::uint32_t> sorted;
  for (const auto name : all_) sorted.emplace(names_[name], 0);
  for (auto& [name, place] : sorted) {
    place = static_cast<std::uint32_t>(listed.names.size());
    listed.names.emplace_back(name);
  }
  std::vector<std::uint32_t> places(names_.size());
  for (const auto name : all_) places[name] = sorted.at(names_[name]);
  for (std::size_t i = 0; i < size(); ++i) {
    auto& [names, journeys_there] = listed.sequences.emplace_back();
    for (const auto name : sequence(i)) names.push_back(places[name]);
    journeys_there = journeys(i);
  }
  std::sort(listed.sequences.begin(), listed.sequences.end());
  return listed;
}

bool Variants::load(std::uint64_t longest, const Listed& listed) {
  if (!std::is_sorted(listed.names.begin(), listed.names.end())) return false;
  *this = Variants(room_);
  longest_ = longest;
  for (const auto& name : listed.names) names_.place(name);
  if (names_.size() != listed.names.size()) return false;
  std::size_t total = 0;
  for (const auto& [names, journeys] : listed.sequences) {
    total += names.size();
    const bool known =
        std::all_of(names.begin(), names.end(), [&](std::uint32_t name) { return name < names_.size(); });
    if (names.empty() || names.size() > longest_ || total > room_ || !known || journeys <= 0) return false;
    add(names, journeys);
  }
  return entries_.size() == listed.sequences.size();
}

}  // namespace peregrine::transitions
