#include "store/identity.hpp"

#include <algorithm>

#include "store/text_numbers.hpp"

namespace peregrine::store {

std::uint32_t owner_last_known(std::span<const Login> logins, std::int64_t time) {
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

/// The rows as logins: no more than device, customer and time.
Rows logins_of(const Rows& rows) {
  Rows logins;
  logins.size = rows.size;
  logins.time = rows.time;
  logins.customer = rows.customer;
  logins.anonymous = rows.anonymous;
  return logins;
}

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
  pending_.add(logins_of(rows), share_of_row);
}

std::vector<std::uint8_t> Identity::moved(const Rows& rows) const {
  std::vector<std::uint8_t> moved;
  if (!rows.anonymous.exists()) return moved;
  const auto hashes = hashes_of(rows.anonymous.names);
  for (std::size_t row = 0; row < rows.size; ++row) {
    if (!rows.without_customer(row) || !logged_in_.may_hold(hashes[rows.anonymous.codes[row]])) continue;
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
    if (code == no_text || rows.without_customer(row) || !seen_.may_hold(hashes[code])) continue;
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

/// All logins of some devices, by device, time and customer id.
class Logins {
 public:
  explicit Logins(const std::vector<Rows>& extents) {
    for (const auto& extent : extents) {
      if (is_login_extent(extent)) add(extent);
    }
    std::sort(all_.begin(), all_.end(), [&](const Entry& a, const Entry& b) {
      if (a.device != b.device) return a.device < b.device;
      if (a.login.time != b.login.time) return a.login.time < b.login.time;
      return a.login.customer != b.login.customer && customer(a.login.customer) < customer(b.login.customer);
    });
    begins_.assign(devices_.texts().size() + 1, all_.size());
    for (std::size_t i = all_.size(); i-- > 0;) begins_[all_[i].device] = i;
    logins_.reserve(all_.size());
    for (const auto& entry : all_) logins_.push_back(entry.login);
  }

  /// Empty when nobody ever logged in there.
  std::span<const Login> of(std::string_view device) const {
    const auto number = devices_.find(device);
    if (number >= devices_.texts().size()) return {};
    return std::span(logins_).subspan(begins_[number], begins_[number + 1] - begins_[number]);
  }
  const std::vector<std::string_view>& customers() const { return customers_.texts(); }
  const std::vector<std::uint64_t>& hashes() const { return customers_.hashes(); }

 private:
  struct Entry {
    std::uint32_t device = 0;
    Login login;
  };

  std::string_view customer(std::uint32_t number) const { return customers_.texts()[number]; }

  void add(const Rows& extent) {
    std::vector<std::uint32_t> devices, customers;
    for (const auto name : extent.anonymous.names) devices.push_back(devices_.number(name));
    for (const auto name : extent.customer.names) customers.push_back(customers_.number(name));
    for (std::size_t row = 0; row < extent.size; ++row) {
      all_.push_back({devices[extent.anonymous.codes[row]], {extent.time[row], customers[extent.customer.codes[row]]}});
    }
  }

  TextNumbers devices_;
  TextNumbers customers_;
  std::vector<Entry> all_;
  std::vector<std::size_t> begins_;
  std::vector<Login> logins_;
};

}  // namespace

void Identity::resolve(std::size_t share, Run& resolved) const {
  LoadedRows loaded;
  pending_.load(share, loaded);
  const Logins logins(loaded.extents);
  std::vector<std::uint32_t> customers, partitions;
  for (const auto& extent : loaded.extents) {
    if (is_login_extent(extent)) continue;
    std::vector<std::span<const Login>> of_device;
    for (const auto name : extent.anonymous.names) of_device.push_back(logins.of(name));
    const auto hashes = hashes_of(extent.anonymous.names);
    customers.assign(extent.size, no_text);
    partitions.resize(extent.size);
    for (std::size_t row = 0; row < extent.size; ++row) {
      const auto device = extent.anonymous.codes[row];
      auto owner = hashes[device];
      if (!of_device[device].empty()) {
        customers[row] = owner_last_known(of_device[device], extent.time[row]);
        owner = logins.hashes()[customers[row]];
      }
      partitions[row] = partition_of(owner, partitions_);
    }
    Rows rows = extent;
    rows.customer = {logins.customers(), customers.data()};
    rows.came_anonymous = true;
    resolved.add(rows, partitions);
  }
}

}  // namespace peregrine::store
