// Identity says whose the events of a device are that came without a customer id: the customer whom the device belongs
// to. A login is an event with both ids. Logins reach back over all files and all earlier imports, in any order.
//
// Used by the one thread of an import, but for `moved`, which any thread may ask once everything has been observed.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/env.hpp"
#include "store/links.hpp"
#include "store/run.hpp"
#include "store/segment_reader.hpp"

namespace peregrine::store {

/// A device was used by a customer (a place in a list of ids).
struct Login {
  std::int64_t time = 0;
  std::uint32_t customer = 0;
};

/// Whose an anonymous event of a device is, or nothing when it stays the device's. `logins` are those of this device,
/// by time, then by customer id.
///   last_known   the customer of the latest login at or before `time`; before the first login, the first one's
///   first_known  the first one's
///   last_login   the last one's
///   split        the first one's up to the first login, nobody's after it
std::optional<std::uint32_t> owner_of(SharedDevice policy, std::span<const Login> logins, std::int64_t time);

/// What decides whose events are, beside the logins.
struct Ownership {
  const Links& links;
  const Joined& joined;
  const IdentityRules& rules;
};

/// A device on which more customers logged in than one person can be.
struct Storm {
  std::string device;
  std::int64_t customers = 0;
};

/// A set of hashes that may also claim some it does not hold: who is in for nothing is only looked at for nothing.
class HashFilter {
 public:
  HashFilter() : bits_(std::size_t{1} << (log_bits - 6)) {}
  void add(std::uint64_t hash) { bits_[word(hash)] |= bit(hash); }
  bool may_hold(std::uint64_t hash) const { return (bits_[word(hash)] & bit(hash)) != 0; }

 private:
  static constexpr unsigned log_bits = 26;  // 8 MiB
  static std::size_t word(std::uint64_t hash) { return (hash >> (64 - log_bits)) >> 6; }
  static std::uint64_t bit(std::uint64_t hash) { return std::uint64_t{1} << ((hash >> (64 - log_bits)) & 63); }
  std::vector<std::uint64_t> bits_;
};

class Identity {
 public:
  /// `path` begins the names of temporary files.
  Identity(Env& env, std::string path, std::size_t partitions, std::size_t memory_bytes);

  /// Takes from new rows those without a customer id, and the logins of the others.
  void observe(const Rows& rows);
  /// Does the same with rows of an earlier import, as far as this one makes a difference to them: those that `moved`
  /// claims, and logins of devices seen now.
  void observe_published(const Rows& rows);

  /// Has the events of a device, or of all, decided anew: what they follow from has changed.
  void reconsider(std::string_view device);
  void reconsider_all();

  /// True when the events of some device are to be decided.
  bool has_anonymous() const { return has_anonymous_; }
  /// By row 1 for what `observe_published` takes out of a segment, as a new login may have changed whose it is. Empty
  /// when there is none.
  std::vector<std::uint8_t> moved(const Rows& rows) const;

  /// Sources of which some new row came without a customer id: all their rows keep their places, since two rows of one
  /// time may become neighbours by a later login.
  const std::vector<std::uint8_t>& numbered() const { return numbered_; }

  /// Gives the rows of one share of the devices to their customers: adds them to `resolved` by partition of owner.
  /// Shares are 0 to partitions - 1; different threads may take different ones into different runs. Returns the devices
  /// whose rows stay theirs because of a storm.
  std::vector<Storm> resolve(std::size_t share, const Ownership& ownership, Run& resolved) const;

 private:
  void take_logins(const Rows& rows, std::span<const std::uint32_t> share_of_row);

  std::size_t partitions_;
  Run pending_;  // by share: rows without customer, and logins (rows without event)
  HashFilter seen_;
  HashFilter logged_in_;
  bool has_anonymous_ = false;
  bool all_ = false;  // every device is decided anew
  std::vector<std::uint8_t> numbered_;
};

}  // namespace peregrine::store
