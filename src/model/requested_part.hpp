// A RequestedPart shows of another part what was asked for and nothing else, as a store does: for tests, so that a fold
// which reads what it did not ask for gives another answer there.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "model/journey.hpp"

namespace peregrine {

class RequestedPart : public Part {
 public:
  /// `all` must outlive this.
  RequestedPart(const Part& all, const ColumnRequest& request)
      : all_(all), properties_(request.properties), identities_(request.identities) {
    labels = all.labels;
    first = all.first;
    if (request.time) time = all.time;
    if (request.event) event = all.event;
    if (request.value) value = all.value;
  }

  ColumnView property(std::string_view name) const override {
    const bool asked = std::find(properties_.begin(), properties_.end(), name) != properties_.end();
    return asked ? all_.property(name) : ColumnView{};
  }
  std::string_view customer(std::size_t journey) const override {
    return identities_ ? all_.customer(journey) : std::string_view();
  }
  bool known(std::size_t journey) const override { return all_.known(journey); }

 private:
  const Part& all_;
  std::vector<std::string> properties_;
  bool identities_;
};

}  // namespace peregrine
