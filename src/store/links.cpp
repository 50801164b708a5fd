// The file identity/links-n:
//
//   links := count (uint64) link*                                 by previous id, then by customer
//   link  := previous customer time (int64, µs UTC) said (uint8)  1: by a person, 2: undone
//   ids are: length (uint64) UTF-8
//
// Its checksums are in the manifest.
#include "store/links.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>

#include "base/bytes.hpp"
#include "store/checksum.hpp"
#include "store/layout.hpp"

namespace peregrine::store {

namespace {

constexpr std::uint8_t said_by_person = 1;
constexpr std::uint8_t said_undone = 2;

/// What of two links of the same ids counts.
auto weight(const Link& link) {
  return std::tuple(link.by_person, link.time.micros, link.undone);
}

}  // namespace

bool Links::add(Link link) {
  const auto [at, added] = links_[link.previous].try_emplace(link.customer, link);
  const bool replaces = !added && weight(at->second) < weight(link);
  if (replaces) at->second = std::move(link);
  return added || replaces;
}

std::vector<Link> Links::all() const {
  std::vector<Link> all;
  for_each([&](const Link& link) { all.push_back(link); });
  return all;
}

const Link* Links::find(std::string_view previous, std::string_view customer) const {
  const auto links = links_.find(previous);
  if (links == links_.end()) return nullptr;
  const auto found = links->second.find(customer);
  return found == links->second.end() ? nullptr : &found->second;
}

bool Links::has(const Link& link) const {
  const auto* found = find(link.previous, link.customer);
  return found != nullptr && *found == link;
}

bool Links::is_undone(std::string_view previous, std::string_view customer) const {
  const auto* found = find(previous, customer);
  return found != nullptr && found->undone;
}

Links Links::read(Env& env, const std::string& directory, const FileEntry& entry) {
  const std::string path = join_path(join_path(directory, identity_name), entry.name);
  const ChecksummedFile file(env, path, entry);
  file.verify(0, file.bytes().size());
  Reader in(file.bytes(), path);
  Links links;
  const auto count = in.size(2 * sizeof(std::uint64_t) + sizeof(std::int64_t) + sizeof(std::uint8_t));
  for (std::size_t i = 0; i < count; ++i) {
    Link link;
    link.previous = in.text();
    link.customer = in.text();
    link.time.micros = in.get<std::int64_t>();
    const auto said = in.get<std::uint8_t>();
    link.by_person = (said & said_by_person) != 0;
    link.undone = (said & said_undone) != 0;
    links.add(std::move(link));
  }
  in.expect_end();
  return links;
}

FileEntry Links::write(Env& env, const std::string& directory, std::int64_t version) const {
  Writer out;
  std::uint64_t count = 0;
  for (const auto& [previous, links] : links_) count += links.size();
  out.put(count);
  for_each([&](const Link& link) {
    out.put(std::string_view(link.previous));
    out.put(std::string_view(link.customer));
    out.put<std::int64_t>(link.time.micros);
    out.put(static_cast<std::uint8_t>((link.by_person ? said_by_person : 0) | (link.undone ? said_undone : 0)));
  });
  const std::string name = "links-" + std::to_string(version);
  const std::string folder = join_path(directory, identity_name);
  env.make_directories(folder);
  ChecksummedWriter file(env, join_path(folder, name));
  file.append(out.bytes());
  auto entry = file.finish(name);
  env.sync_directory(folder);
  return entry;
}

namespace {

/// Ids that links join, in groups.
class Groups {
 public:
  explicit Groups(const std::vector<const Link*>& links) {
    for (const auto* link : links) {
      const auto previous = number(link->previous), customer = number(link->customer);
      is_previous_[previous] = 1;
      auto& last = linked_to_[customer];
      last = std::max(last, link->time.micros);
      join(previous, customer);
    }
    find_customers();
  }

  /// Calls `visit(id, customer)` for every id that stands for another.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      const auto customer = customer_[group_of(i)];
      if (customer != i) visit(ids_[i], ids_[customer]);
    }
  }

 private:
  static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::min();

  std::size_t number(std::string_view id) {
    const auto [at, added] = numbers_.try_emplace(id, ids_.size());
    if (added) {
      ids_.push_back(id);
      group_.push_back(at->second);
      is_previous_.push_back(0);
      linked_to_.push_back(never);
    }
    return at->second;
  }
  std::size_t group_of(std::size_t i) const {
    while (group_[i] != i) i = group_[i];
    return i;
  }
  void join(std::size_t a, std::size_t b) {
    const auto left = shortened(a), right = shortened(b);
    group_[std::max(left, right)] = std::min(left, right);
  }
  /// The same as group_of, and halves the way there for the next time.
  std::size_t shortened(std::size_t i) {
    for (; group_[i] != i; i = group_[i]) group_[i] = group_[group_[i]];
    return i;
  }

  /// What makes an id the customer of its group.
  auto claim(std::size_t i) const { return std::tuple(is_previous_[i] == 0, linked_to_[i], ids_[i]); }

  void find_customers() {
    customer_.resize(ids_.size());
    std::iota(customer_.begin(), customer_.end(), std::size_t{0});
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      auto& customer = customer_[group_of(i)];
      if (claim(customer) < claim(i)) customer = i;
    }
  }

  std::map<std::string_view, std::size_t> numbers_;
  std::vector<std::string_view> ids_;
  std::vector<std::size_t> group_;  // another id of the same group, or itself
  std::vector<std::uint8_t> is_previous_;
  std::vector<std::int64_t> linked_to_;  // the last time
  std::vector<std::size_t> customer_;    // by group
};

}  // namespace

Joined::Joined(const Links& links, std::int64_t most_joined) {
  std::vector<const Link*> followed;
  std::map<std::string_view, std::int64_t> others;
  links.for_each([&](const Link& link) {
    if (link.undone || link.previous == link.customer) return;
    followed.push_back(&link);
    ++others[link.previous];
    ++others[link.customer];
  });
  for (const auto& [id, count] : others) {
    if (count > most_joined) storms_.emplace(id, count);
  }
  std::erase_if(followed,
                [&](const Link* link) { return storms_.contains(link->previous) || storms_.contains(link->customer); });
  Groups(followed).for_each([&](std::string_view id, std::string_view customer) { customers_.emplace(id, customer); });
}

}  // namespace peregrine::store
