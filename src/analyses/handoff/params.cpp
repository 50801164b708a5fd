#include "analyses/handoff/params.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "fold/archive.hpp"

namespace peregrine::handoff {

Choice Choice::of(const std::map<std::string, std::int64_t>& buyers, std::size_t most) {
  std::vector<std::pair<std::string, std::int64_t>> ranked(buyers.begin(), buyers.end());
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  Choice choice;
  for (const auto& [touchpoint, many] : ranked) {
    if (choice.touchpoints.size() < most) {
      choice.touchpoints.push_back(touchpoint);
    } else {
      ++choice.left_out;
    }
  }
  return choice;
}

Hash128 Choice::hash() const {
  Writer out;
  Saver saver(out);
  for (const auto& touchpoint : touchpoints) saver(touchpoint);
  saver(left_out);
  return hash128(out.bytes());
}

void Params::resolve(const Resources& resources) {
  definition = std::make_shared<const Framework>(resources.framework(framework, "handoff.framework"));
  framework = definition->name;
  const auto first = definition->stages.front().phase;
  if (first != definition->stages.back().phase) return;
  throw Error(ErrorKind::invalid, "handoff.framework",
              "\"" + framework + "\" has the " + std::string(name_of(first)) + " phase only, so that nobody crosses",
              "one with a buyer and a customer phase, such as " + std::string(default_framework));
}

void Params::check(const KnownNames& known) const {
  if (value_event.empty()) return;
  if (std::find(known.events.begin(), known.events.end(), value_event) != known.events.end()) return;
  throw Error(ErrorKind::invalid, "handoff.value_event", "there is no event \"" + value_event + "\"",
              propose(value_event, known.events));
}

}  // namespace peregrine::handoff
