// StageMoney is the sum of the values met in each stage, for each currency by itself: currencies are never added up.
// Within a part it counts by the codes of the part's currency column; settling says them by name.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/money.hpp"
#include "model/column.hpp"

namespace peregrine::stages {

class StageMoney {
 public:
  /// Beyond so many currencies only that there are too many is remembered.
  static constexpr std::size_t most_currencies = 64;

  explicit StageMoney(std::size_t stages) : stages_(stages) {}

  /// Adds the values of rows `first` up to `end`.
  void add(std::size_t stage, const ColumnView& value, const ColumnView& currency, std::uint64_t first,
           std::uint64_t end);
  void settle(const ColumnView& currency);
  void merge(const StageMoney& other);

  /// True when no value was met at all.
  bool is_empty() const { return !too_many_ && by_name_.empty(); }
  /// The one currency that all values are in, empty when none of them says one; nothing when there is no such.
  std::optional<std::string> currency() const;
  /// In units of that currency.
  std::optional<double> value(std::size_t stage) const;
  /// Why there is no value.
  std::string why_not() const;

  template <class Archive>
  void archive(Archive& archive) {
    archive(too_many_, by_name_);
    if constexpr (Archive::loading) {
      bool fits = by_name_.size() <= most_currencies;
      for (const auto& [name, sums] : by_name_) fits = fits && sums.size() == stages_;
      archive.require(fits, "holds sums of money for other stages");
    }
  }

 private:
  using Sums = std::vector<MoneySum>;  // by stage
  static constexpr std::uint32_t unnamed = 0xffff'ffff;
  struct OfCode {
    std::uint32_t code = unnamed;
    Sums sums;
  };
  Sums& sums_of(std::uint32_t code);
  void forget_too_many();

  std::size_t stages_ = 0;
  bool too_many_ = false;
  std::map<std::string, Sums> by_name_;  // "" are values without a currency
  std::vector<OfCode> by_code_;          // of the present part
  std::size_t last_ = 0;                 // place in by_code_ that was used last
};

}  // namespace peregrine::stages
