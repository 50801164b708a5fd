// The SoleCurrency of amounts that were added up: there is none while none was seen, and none any more once there were
// two, for amounts of several currencies are not added without rates. An amount that says no currency has the currency
// "". Merges exactly.
#pragma once

#include <cstdint>
#include <string>

#include "model/column.hpp"

namespace peregrine::retention {

class SoleCurrency {
 public:
  /// Of an amount at a row of the present part.
  void see(const ColumnView& currency, std::uint64_t row) {
    const auto code = currency.has(row) ? std::int64_t{currency.codes[row]} : unnamed;
    mixed_ = mixed_ || (code_ != unseen && code_ != code);
    code_ = code;
  }
  /// The currency seen by code becomes the currency by name.
  void settle(const ColumnView& currency) {
    if (code_ != unseen) take(code_ == unnamed ? std::string() : std::string(currency.names[code_]));
    code_ = unseen;
  }
  void merge(const SoleCurrency& other) {
    mixed_ = mixed_ || other.mixed_;
    if (other.seen_) take(other.name_);
    if (mixed_) name_.clear();
  }

  bool is_mixed() const { return mixed_; }
  bool is_empty() const { return !seen_; }
  const std::string& name() const { return name_; }

  template <class Archive>
  void archive(Archive& archive) {
    archive(seen_, mixed_, name_);
    if constexpr (Archive::loading) {
      archive.require((seen_ || !mixed_) && ((seen_ && !mixed_) || name_.empty()), "has an impossible currency");
    }
  }

 private:
  static constexpr std::int64_t unseen = -2;
  static constexpr std::int64_t unnamed = -1;

  void take(const std::string& name) {
    mixed_ = mixed_ || (seen_ && name != name_);
    seen_ = true;
    name_ = mixed_ ? std::string() : name;
  }

  bool seen_ = false;
  bool mixed_ = false;
  std::string name_;
  std::int64_t code_ = unseen;  // in the part being observed
};

}  // namespace peregrine::retention
