// Links say which ids are one customer, beyond what a login says: an alias in a file, or the word of a person. Each
// event keeps the id it came with, so a link can be taken back. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hpp"
#include "base/fields.hpp"

namespace peregrine::store {

struct FileEntry;

/// Whose the anonymous events of a device are on which several customers logged in.
enum class SharedDevice : std::uint8_t { last_known, first_known, last_login, split };
constexpr auto enum_names(SharedDevice) {
  return std::to_array<std::string_view>({"last_known", "first_known", "last_login", "split"});
}

struct IdentityRules {
  SharedDevice shared_device = SharedDevice::last_known;
  std::int64_t most_joined = 50;

  static constexpr auto fields() {
    return std::make_tuple(
        field<&IdentityRules::shared_device>(
            "Whose the anonymous events of a device are that several customers use: `last_known` (who logged in last "
            "before them), `first_known`, `last_login` (of all), or `split` (nobody's after the first login)."),
        field<&IdentityRules::most_joined>(
            "An id that would be joined to more others than this is joined to none: a merge storm.", {.min = 1}));
  }
  bool operator==(const IdentityRules&) const = default;
};

/// What came with the id `previous`, a customer's or a device's, is the customer's.
struct Link {
  std::string previous;
  std::string customer;
  Time time{};  // when it was said
  bool by_person = false;
  bool undone = false;  // a person took it back: it joins nothing, and neither do logins of the customer on this device

  static constexpr auto fields() {
    return std::make_tuple(field<&Link::previous>("The id that was used before: a customer's or a device's."),
                           field<&Link::customer>("The customer it belongs to."),
                           field<&Link::time>("When it was said."),
                           field<&Link::by_person>("True when a person said it, false when a file did."),
                           field<&Link::undone>("True when a person took it back."));
  }
  bool operator==(const Link&) const = default;
};

class Links {
 public:
  /// Of two links of the same ids a person's counts before a file's, then the later one: so any order of adding will
  /// do. False when that changes nothing.
  bool add(Link link);

  bool empty() const { return links_.empty(); }
  /// True when it is here, as it is.
  bool has(const Link& link) const;
  bool operator==(const Links&) const = default;
  /// By previous id, then by customer.
  std::vector<Link> all() const;
  /// Calls `visit(link)` in that order; the links stay where they are.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (const auto& [previous, links] : links_) {
      for (const auto& [customer, link] : links) visit(link);
    }
  }
  /// Calls `visit(link)` for those of one previous id.
  template <class Visit>
  void for_each_of(std::string_view previous, Visit&& visit) const {
    const auto found = links_.find(previous);
    if (found == links_.end()) return;
    for (const auto& [customer, link] : found->second) visit(link);
  }
  /// True when a person took back that this device, or customer, is the customer's.
  bool is_undone(std::string_view previous, std::string_view customer) const;

  /// The file identity/links-n, n the manifest that brought it. `read` throws `corrupt`; `write` returns when the file
  /// is on stable storage.
  static Links read(Env& env, const std::string& directory, const FileEntry& entry);
  FileEntry write(Env& env, const std::string& directory, std::int64_t version) const;

 private:
  const Link* find(std::string_view previous, std::string_view customer) const;

  std::map<std::string, std::map<std::string, Link, std::less<>>, std::less<>> links_;  // by previous id, by customer
};

/// Which customer each id stands for when links are followed. Links that are undone, and those of ids joined to more
/// than `most_joined` others, are not followed. Never changes; the Links need not outlive it.
class Joined {
 public:
  Joined() = default;
  Joined(const Links& links, std::int64_t most_joined);

  /// The id itself when nothing joins it. Of ids that are one customer it is the one that is nobody's previous; of
  /// several, or none, the one that was linked to last. The view lives as long as the id and this.
  std::string_view customer(std::string_view id) const {
    const auto found = customers_.find(id);
    return found == customers_.end() ? id : std::string_view(found->second);
  }
  /// Ids that stand for another, with the customer they stand for.
  const std::map<std::string, std::string, std::less<>>& customers() const { return customers_; }
  /// Merge storms: ids that would be joined to too many others, with how many those are.
  const std::map<std::string, std::int64_t>& storms() const { return storms_; }

 private:
  std::map<std::string, std::string, std::less<>> customers_;
  std::map<std::string, std::int64_t> storms_;
};

}  // namespace peregrine::store
