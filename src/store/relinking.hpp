// A Relinking brings rows to the customer that links give them to: rows of a new import, and those published rows whose
// customer is another one since links were added or taken back. Never changes; any thread.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "store/identity.hpp"
#include "store/links.hpp"
#include "store/run.hpp"

namespace peregrine::store {

class Relinking {
 public:
  /// `before` is how the published rows were joined. Both must outlive this.
  Relinking(const Joined& before, const Joined& after, std::size_t partitions);

  /// Partitions of which published rows move, and partitions where new rows wait that belong elsewhere.
  const std::set<std::size_t>& published_partitions() const { return published_partitions_; }
  const std::set<std::size_t>& new_partitions() const { return new_partitions_; }

  /// By row 1 for those that belong to another customer than that of their journey; empty when there is none.
  std::vector<std::uint8_t> leaving_published(const Rows& rows) const { return leaving(rows, moved_); }
  /// The same of rows that were just brought, and still have the customer they came with.
  std::vector<std::uint8_t> leaving_new(const Rows& rows) const { return leaving(rows, linked_); }
  /// Adds those rows to `linked`, each under its customer.
  void take(const Rows& rows, const std::vector<std::uint8_t>& leaving, Run& linked) const;

  /// Has the anonymous events decided anew that belong to a customer who is another one now.
  void reconsider_devices(const Rows& rows, Identity& identity) const;

 private:
  using Ids = std::set<std::string, std::less<>>;
  static std::vector<std::uint8_t> leaving(const Rows& rows, const Ids& ids);

  const Joined& after_;
  std::size_t partitions_;
  Ids moved_;     // ids that stand for another customer than before
  Ids linked_;    // ids that stand for another
  Ids journeys_;  // customers for whom one of `moved_` stood before
  std::set<std::size_t> published_partitions_;
  std::set<std::size_t> new_partitions_;
};

}  // namespace peregrine::store
