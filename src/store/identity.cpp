#include "store/identity.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "store/text_numbers.hpp"

namespace peregrine::store {

std::optional<std::uint32_t> owner_of(SharedDevice policy, std::span<const Login> logins, std::int64_t time) {
  if (logins.empty()) return std::nullopt;
  switch (policy) {
    case SharedDevice::first_known: return logins.front().customer;
    case SharedDevice::last_login: return logins.back().customer;
    case SharedDevice::split:
      if (time > logins.front().time) return std::nullopt;
      return logins.front().customer;
    case SharedDevice::last_known: break;
  }
  const auto after = std::upper_bound(logins.begin(), logins.end(), time,
                                      [](std::int64_t at, const Login& login) { return at < login.time; });
  return after == logins.begin() ? logins.front().customer : std::prev(after)->customer;
}

Identity::Identity(Env& env, std::string path, std::size_t partitions, std::size_t memory_bytes)
    : partitions_(partitions), pending_(env, std::move(path), partitions, memory_bytes) {}

namespace {

std::vector<std::uint64_t> hashes_of(NameList names) {
  std::vector<std::uint64_t> hashes;
  hashes.reserve(names.size());
  for (const auto name : names) hashes.push_back(hash64(name));
  return hashes;
}

/// Rows as logins: no more than device, time and the customer id that each came with.
class LoginRows {
 public:
  explicit LoginRows(const Rows& from) {
    rows.size = from.size;
    rows.time = from.time;
    rows.customer = from.customer;
    rows.anonymous = from.anonymous;
    if (!from.came_as.exists()) return;
    names_.assign(from.customer.names.begin(), from.customer.names.end());
    names_.insert(names_.end(), from.came_as.names.begin(), from.came_as.names.end());
    codes_.assign(from.customer.codes, from.customer.codes + from.size);
    const auto first = static_cast<std::uint32_t>(from.customer.names.size());
    for (std::size_t row = 0; row < from.size; ++row) {
      if (from.came_as.has(row)) codes_[row] = first + from.came_as.codes[row];
    }
    rows.customer = {names_, codes_.data()};
  }

  Rows rows;

 private:
  std::vector<std::string_view> names_;
  std::vector<std::uint32_t> codes_;
};

bool is_login_extent(const Rows& rows) {
  return rows.event.narrow == nullptr && rows.event.wide == nullptr;
}

}  // namespace

void Identity::observe(const Rows& rows) {
  if (!rows.anonymous.exists()) return;
  const auto hashes = hashes_of(rows.anonymous.names);
  std::vector<std::uint32_t> pending(rows.size, no_partition), logins(rows.size, no_partition);
  bool any_pending = false, any_login = false;
  for (std::size_t row = 0; row < rows.size; ++row) {
    const auto code = rows.anonymous.codes[row];
    if (code == no_text) continue;
    has_anonymous_ = true;
    seen_.add(hashes[code]);
    const auto share = partition_of(hashes[code], partitions_);
    if (rows.customer.has(row)) {
      logins[row] = share;
      logged_in_.add(hashes[code]);
      any_login = true;
    } else {
      pending[row] = share;
      any_pending = true;
    }
  }
  if (any_pending) {
    if (numbered_.size() <= rows.source) numbered_.resize(rows.source + 1);
    numbered_[rows.source] = 1;
    pending_.add(rows, pending);
  }
  if (any_login) take_logins(rows, logins);
}

void Identity::take_logins(const Rows& rows, std::span<const std::uint32_t> share_of_row) {
  pending_.add(LoginRows(rows).rows, share_of_row);
}

void Identity::reconsider(std::string_view device) {
  const auto hash = hash64(device);
  has_anonymous_ = true;
  seen_.add(hash);
  logged_in_.add(hash);
}

void Identity::reconsider_all() {
  has_anonymous_ = all_ = true;
}

std::vector<std::uint8_t> Identity::moved(const Rows& rows) const {
  std::vector<std::uint8_t> moved;
  if (!rows.anonymous.exists()) return moved;
  const auto hashes = hashes_of(rows.anonymous.names);
  for (std::size_t row = 0; row < rows.size; ++row) {
    if (!rows.without_customer(row)) continue;
    if (!all_ && !logged_in_.may_hold(hashes[rows.anonymous.codes[row]])) continue;
    moved.resize(rows.size);
    moved[row] = 1;
  }
  return moved;
}

void Identity::observe_published(const Rows& rows) {
  if (!rows.anonymous.exists()) return;
  const auto hashes = hashes_of(rows.anonymous.names);
  std::vector<std::uint32_t> logins(rows.size, no_partition), pending(rows.size, no_partition);
  for (std::size_t row = 0; row < rows.size; ++row) {
    const auto code = rows.anonymous.codes[row];
    if (code == no_text || rows.without_customer(row)) continue;
    if (!all_ && !seen_.may_hold(hashes[code])) continue;
    logins[row] = partition_of(hashes[code], partitions_);
  }
  take_logins(rows, logins);
  const auto leaving = moved(rows);
  if (leaving.empty()) return;
  for (std::size_t row = 0; row < rows.size; ++row) {
    if (leaving[row] != 0) pending[row] = partition_of(hashes[rows.anonymous.codes[row]], partitions_);
  }
  Rows taken = rows;
  taken.customer = {};
  taken.came = nullptr;
  pending_.add(taken, pending);
}

namespace {

/// What is known of some devices: all logins, by device, time and customer id, and what people said.
class Devices {
 public:
  Devices(const std::vector<Rows>& extents, const Ownership& ownership) : ownership_(ownership) {
    for (const auto& extent : extents) {
      if (is_login_extent(extent)) add_logins(extent);
    }
    if (!ownership.links.empty()) {
      for (const auto& extent : extents) {
        if (!is_login_extent(extent)) add_links(extent);
      }
    }
    sort_logins();
    find_storms();
  }

  /// The place among the devices, or one beyond them all when nobody ever logged in there.
  std::size_t find(std::string_view device) const { return devices_.find(device); }

  /// A place in customers(), or nothing when an event of this device at this time stays the device's.
  std::optional<std::uint32_t> owner(std::size_t device, std::int64_t time) const {
    if (device >= devices_.texts().size()) return std::nullopt;
    if (said_[device] != no_text) return said_[device];
    if (storm_[device] != 0) return std::nullopt;
    return owner_of(ownership_.rules.shared_device, logins(device), time);
  }
  /// How many customers a device has if those are too many, else 0.
  std::int64_t storm(std::size_t device) const {
    return device < storm_.size() && said_[device] == no_text ? storm_[device] : 0;
  }
  const std::vector<std::string_view>& customers() const { return customers_.texts(); }
  const std::vector<std::uint64_t>& hashes() const { return customers_.hashes(); }

 private:
  struct Entry {
    std::uint32_t device = 0;
    Login login;
    std::string_view came_as;  // the id that logged in: links must not change which login counts
  };

  std::span<const Login> logins(std::size_t device) const {
    return std::span(logins_).subspan(begins_[device], begins_[device + 1] - begins_[device]);
  }

  void add_logins(const Rows& extent) {
    std::vector<std::uint32_t> devices, customers;
    for (const auto name : extent.anonymous.names) devices.push_back(devices_.number(name));
    for (const auto name : extent.customer.names) {
      customers.push_back(customers_.number(ownership_.joined.customer(name)));
    }
    for (std::size_t row = 0; row < extent.size; ++row) {
      const auto device = extent.anonymous.codes[row], customer = extent.customer.codes[row];
      if (ownership_.links.is_undone(extent.anonymous.names[device], extent.customer.names[customer])) continue;
      all_.push_back({devices[device], {extent.time[row], customers[customer]}, extent.customer.names[customer]});
    }
  }

  /// A link from a device is a login there, or decides by itself when a person made it.
  void add_links(const Rows& extent) {
    for (const auto name : extent.anonymous.names) {
      Time said{};
      ownership_.links.for_each_of(name, [&](const Link& link) {
        if (link.undone) return;
        const auto device = devices_.number(name);
        const auto customer = customers_.number(ownership_.joined.customer(link.customer));
        said_.resize(devices_.texts().size(), no_text);
        if (!link.by_person) {
          all_.push_back({device, {link.time.micros, customer}, link.customer});
        } else if (said_[device] == no_text || said <= link.time) {
          said_[device] = customer;
          said = link.time;
        }
      });
    }
  }

  void sort_logins() {
    std::sort(all_.begin(), all_.end(), [](const Entry& a, const Entry& b) {
      return std::tie(a.device, a.login.time, a.came_as) < std::tie(b.device, b.login.time, b.came_as);
    });
    const auto devices = devices_.texts().size();
    begins_.assign(devices + 1, all_.size());
    for (std::size_t i = all_.size(); i-- > 0;) begins_[all_[i].device] = i;
    for (std::size_t device = devices; device-- > 0;) begins_[device] = std::min(begins_[device], begins_[device + 1]);
    said_.resize(devices, no_text);
    logins_.reserve(all_.size());
    for (const auto& entry : all_) logins_.push_back(entry.login);
  }

  void find_storms() {
    storm_.assign(devices_.texts().size(), 0);
    std::vector<std::uint32_t> customers;
    for (std::size_t device = 0; device < storm_.size(); ++device) {
      const auto of_device = logins(device);
      if (static_cast<std::int64_t>(of_device.size()) <= ownership_.rules.most_joined) continue;
      customers.clear();
      for (const auto& login : of_device) customers.push_back(login.customer);
      std::sort(customers.begin(), customers.end());
      const auto count = std::unique(customers.begin(), customers.end()) - customers.begin();
      if (count > ownership_.rules.most_joined) storm_[device] = count;
    }
  }

  const Ownership& ownership_;
  TextNumbers devices_;
  TextNumbers customers_;
  std::vector<Entry> all_;
  std::vector<std::size_t> begins_;
  std::vector<Login> logins_;
  std::vector<std::uint32_t> said_;  // by device: the customer a person gave it to
  std::vector<std::int64_t> storm_;
};

}  // namespace

std::vector<Storm> Identity::resolve(std::size_t share, const Ownership& ownership, Run& resolved) const {
  LoadedRows loaded;
  pending_.load(share, loaded);
  const Devices devices(loaded.extents, ownership);
  std::map<std::string, std::int64_t> storms;
  std::vector<std::uint32_t> customers, partitions;
  for (const auto& extent : loaded.extents) {
    if (is_login_extent(extent)) continue;
    std::vector<std::size_t> device_of;
    for (const auto name : extent.anonymous.names) {
      device_of.push_back(devices.find(name));
      if (const auto count = devices.storm(device_of.back()); count > 0) storms.emplace(name, count);
    }
    const auto hashes = hashes_of(extent.anonymous.names);
    customers.assign(extent.size, no_text);
    partitions.resize(extent.size);
    for (std::size_t row = 0; row < extent.size; ++row) {
      const auto device = extent.anonymous.codes[row];
      auto hash = hashes[device];
      if (const auto owner = devices.owner(device_of[device], extent.time[row])) {
        customers[row] = *owner;
        hash = devices.hashes()[*owner];
      }
      partitions[row] = partition_of(hash, partitions_);
    }
    Rows rows = extent;
    rows.customer = {devices.customers(), customers.data()};
    rows.came_anonymous = true;
    resolved.add(rows, partitions);
  }
  std::vector<Storm> found;
  for (const auto& [device, count] : storms) found.push_back({device, count});
  return found;
}

}  // namespace peregrine::store
