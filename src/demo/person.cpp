#include "demo/person.hpp"

#include <algorithm>

namespace peregrine::demo {

void Person::begin(std::int64_t seed, std::int64_t customer, std::size_t role, const Story& story) {
  number = customer;
  chance = Chance(seed, Purpose::person, customer);
  traits = {.role = static_cast<std::uint8_t>(role)};
  device = static_cast<std::uint8_t>(chance.pick(story.device_weights));
  other_device = static_cast<std::uint8_t>((device + 1) % story.devices.size());
  stays_anonymous = chance.happens(story.stays_anonymous);
  rows.clear();
  tracker = {};
  funnel_depth = 0;
  funnel_start = no_attempt;
}

void Person::identify(Tally& tally) {
  bool known = false;
  for (auto& row : rows) {
    if (!known && row.identifies && !stays_anonymous) {
      known = true;
      row.identity = Identity::both;
      row.says_traits = true;
      if (row.plan == unset) row.plan = row.plan_now;
    } else {
      row.identity = known ? Identity::customer : Identity::anonymous;
      if (row.plan != unset && !known) row.plan = unset;  // plans are for those who have an account
    }
  }
  tally.known += known ? 1 : 0;
  tally.devices_linked += known ? 1 : 0;
  ++tally.devices;
}

// A visit on another device begins without a name; then the customer signs in there, so that both ids occur in one
// event.
void Person::use_other_device(const Script& script, Tally& tally, std::int64_t end) {
  for (std::size_t i = 1; i < rows.size(); ++i) {
    auto& row = rows[i];
    if (row.identity != Identity::customer || row.channel == unset || row.plan != unset || row.mail != unset) continue;
    if (!chance.happens(script.story.second_device)) continue;
    std::int64_t time = row.time + 5'000'000;
    if (i + 1 < rows.size()) time = std::min(time, rows[i + 1].time);
    if (time >= end) return;
    row.identity = Identity::other_device;
    row.device = other_device;
    const Row signed_in{
        .time = time, .event = script.signed_in.event, .device = other_device, .identity = Identity::other_device_both};
    rows.insert(rows.begin() + static_cast<std::ptrdiff_t>(i) + 1, signed_in);
    ++tally.devices;
    ++tally.devices_linked;
    return;
  }
}

void Person::delay_some(Tally& tally) {
  const auto on_time = rows.size();
  std::size_t kept = 0;
  std::vector<Row> late;
  for (std::size_t i = 0; i < on_time; ++i) {
    const bool alone =
        (i == 0 || rows[i - 1].time != rows[i].time) && i + 1 < on_time && rows[i + 1].time != rows[i].time;
    if (alone && chance.happens(late_share)) {
      late.push_back(rows[i]);
    } else {
      rows[kept++] = rows[i];
    }
  }
  std::copy(late.begin(), late.end(), rows.begin() + static_cast<std::ptrdiff_t>(kept));
  tally.late += static_cast<std::int64_t>(late.size());
}

void Person::finish(const Script& script, Tally& tally, std::int64_t end) {
  if (rows.empty()) return;
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.time < b.time; });
  identify(tally);
  use_other_device(script, tally, end);
  delay_some(tally);
  ++tally.people;
  tally.events += static_cast<std::int64_t>(rows.size());
  for (std::size_t depth = 0; depth < funnel_depth; ++depth) ++tally.funnel[depth];
  tracker.settle(tally, 0, end);
}

}  // namespace peregrine::demo
