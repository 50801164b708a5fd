// A FilteredPart is a Part with only the events that a `where` keeps: the combinator that makes any fold a filtered
// one. Journeys keep their numbers; one left without events is empty, and folds pass over empty journeys.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/journey.hpp"
#include "model/selection.hpp"

namespace peregrine {

class FilteredPart final : public Part {
 public:
  /// Copies the columns of `request` for the rows kept; `unfiltered` must outlive this.
  FilteredPart(const Part& unfiltered, const Selection& selection, const ColumnRequest& request);

  ColumnView property(std::string_view name) const override;
  std::string_view customer(std::size_t journey) const override { return whole->customer(journey); }
  bool known(std::size_t journey) const override { return whole->known(journey); }

 private:
  struct Gathered {
    ColumnView view;
    std::vector<std::uint8_t> validity;
    std::vector<std::uint32_t> codes;
    std::vector<double> numbers;
    std::vector<std::uint8_t> booleans;
    std::vector<std::int64_t> integers;
  };
  static Gathered gather(const ColumnView& column, const std::vector<std::uint32_t>& rows);

  std::vector<std::uint32_t> rows_;
  std::vector<std::uint64_t> first_;
  std::vector<std::int64_t> time_;
  std::vector<std::uint16_t> narrow_;
  std::vector<std::uint32_t> wide_;
  Gathered value_;
  std::map<std::string, Gathered, std::less<>> properties_;
};

}  // namespace peregrine
