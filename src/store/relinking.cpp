#include "store/relinking.hpp"

namespace peregrine::store {

namespace {

/// By name 1 when it is among the ids.
template <class Ids>
std::vector<std::uint8_t> among(NameList names, const Ids& ids) {
  std::vector<std::uint8_t> among(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) among[i] = ids.contains(names[i]) ? 1 : 0;
  return among;
}

}  // namespace

Relinking::Relinking(const Joined& before, const Joined& after, std::size_t partitions)
    : after_(after), partitions_(partitions) {
  for (const auto* joined : {&before, &after}) {
    for (const auto& [id, customer] : joined->customers()) {
      if (before.customer(id) != after.customer(id)) moved_.insert(id);
    }
  }
  for (const auto& id : moved_) {
    journeys_.emplace(before.customer(id));
    published_partitions_.insert(partition_of(hash64(before.customer(id)), partitions));
  }
  for (const auto& [id, customer] : after.customers()) {
    linked_.insert(id);
    new_partitions_.insert(partition_of(hash64(id), partitions));
  }
}

std::vector<std::uint8_t> Relinking::leaving(const Rows& rows, const Ids& ids) {
  std::vector<std::uint8_t> leaving;
  if (ids.empty()) return leaving;
  const auto customers = among(rows.customer.names, ids), origins = among(rows.came_as.names, ids);
  for (std::size_t row = 0; row < rows.size; ++row) {
    if (!rows.customer.has(row) || rows.without_customer(row)) continue;
    const bool leaves =
        rows.came_as.has(row) ? origins[rows.came_as.codes[row]] != 0 : customers[rows.customer.codes[row]] != 0;
    if (!leaves) continue;
    leaving.resize(rows.size);
    leaving[row] = 1;
  }
  return leaving;
}

void Relinking::take(const Rows& rows, const std::vector<std::uint8_t>& leaving, Run& linked) const {
  std::vector<std::string_view> origins(rows.customer.names.begin(), rows.customer.names.end());
  const auto came_as = static_cast<std::uint32_t>(origins.size());
  origins.insert(origins.end(), rows.came_as.names.begin(), rows.came_as.names.end());
  std::vector<std::string_view> customers;
  std::vector<std::uint32_t> partition;
  for (const auto origin : origins) {
    customers.push_back(after_.customer(origin));
    partition.push_back(partition_of(hash64(customers.back()), partitions_));
  }
  std::vector<std::uint32_t> customer_of(rows.size, no_text), origin_of(rows.size, no_text);
  std::vector<std::uint32_t> partition_of_row(rows.size, no_partition);
  for (std::size_t row = 0; row < rows.size; ++row) {
    if (leaving[row] == 0) continue;
    const auto origin = rows.came_as.has(row) ? came_as + rows.came_as.codes[row] : rows.customer.codes[row];
    customer_of[row] = origin;
    partition_of_row[row] = partition[origin];
    if (customers[origin] != origins[origin]) origin_of[row] = origin;
  }
  Rows taken = rows;
  taken.customer = {customers, customer_of.data()};
  taken.came_as = {origins, origin_of.data()};
  taken.came = nullptr;  // each came with a customer
  taken.came_anonymous = false;
  taken.skip = nullptr;
  linked.add(taken, partition_of_row);
}

void Relinking::reconsider_devices(const Rows& rows, Identity& identity) const {
  if (!rows.anonymous.exists()) return;
  const auto affected = among(rows.customer.names, journeys_);
  std::vector<std::uint8_t> said(rows.anonymous.names.size());
  for (std::size_t row = 0; row < rows.size; ++row) {
    if (!rows.without_customer(row) || !rows.customer.has(row) || affected[rows.customer.codes[row]] == 0) continue;
    auto& done = said[rows.anonymous.codes[row]];
    if (done == 0) identity.reconsider(rows.anonymous.names[rows.anonymous.codes[row]]);
    done = 1;
  }
}

}  // namespace peregrine::store
