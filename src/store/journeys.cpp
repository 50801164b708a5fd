#include "store/journeys.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <tuple>

#include "base/check.hpp"

namespace peregrine::store {

namespace {

constexpr std::uint32_t not_yet_known = 0xfffffffe;

}  // namespace

void Journeys::find(const AllRows& rows) {
  known_.clear();
  unknown_.clear();
  of_rows_ = rows_room_.take<std::uint32_t>(rows.size());
  std::vector<std::size_t> with_unknown;
  for (std::size_t part = 0; part < rows.parts().size(); ++part) {
    if (find_known(*rows.parts()[part], of_rows_.data() + rows.begin(part))) with_unknown.push_back(part);
  }
  for (const auto part : with_unknown) find_unknown(*rows.parts()[part], of_rows_.data() + rows.begin(part));
  put_in_order();
}

/// Returns whether there are rows without a customer.
bool Journeys::find_known(const Rows& part, std::uint32_t* of_row) {
  known_.number(part.customer.names, of_code_);
  bool unknown = false;
  for (std::size_t row = 0; row < part.size; ++row) {
    if (part.skip != nullptr && part.skip[row] != 0) {
      of_row[row] = no_journey;
    } else if (part.customer.has(row)) {
      of_row[row] = of_code_[part.customer.codes[row]];
    } else {
      of_row[row] = not_yet_known;
      unknown = true;
    }
  }
  return unknown;
}

void Journeys::find_unknown(const Rows& part, std::uint32_t* of_row) {
  const auto first = static_cast<std::uint32_t>(known_.texts().size());
  of_code_.assign(part.anonymous.names.size(), no_journey);
  for (std::size_t row = 0; row < part.size; ++row) {
    if (of_row[row] != not_yet_known) continue;
    PEREGRINE_CHECK(part.anonymous.has(row));
    auto& number = of_code_[part.anonymous.codes[row]];
    if (number == no_journey) number = first + unknown_.number(part.anonymous.text(row));
    of_row[row] = number;
  }
}

/// Hashes are spread evenly, so as many buckets as journeys, by the highest bits in which they differ, leave nearly
/// nothing to compare.
void Journeys::put_in_order() {
  const std::size_t count = known_.texts().size() + unknown_.texts().size();
  order_.resize(count);
  if (count == 0) return;
  std::uint64_t least = ~std::uint64_t{0}, most = 0;
  for (const auto* numbers : {&known_, &unknown_}) {
    for (const auto hash : numbers->hashes()) {
      least = std::min(least, hash);
      most = std::max(most, hash);
    }
  }
  const int excess = static_cast<int>(std::bit_width(most - least)) - static_cast<int>(std::bit_width(count));
  const int shift = std::max(0, excess);
  begins_.assign(((most - least) >> shift) + 2, 0);
  const auto bucket = [&](std::uint64_t hash) { return (hash - least) >> shift; };
  for (std::uint32_t number = 0; number < count; ++number) ++begins_[bucket(hash(number)) + 1];
  std::partial_sum(begins_.begin(), begins_.end(), begins_.begin());
  const auto ranked = ranked_room_.take<Ranked>(count);
  for (std::uint32_t number = 0; number < count; ++number) {
    ranked[begins_[bucket(hash(number))]++] = {hash(number), number};
  }
  // Each bucket now begins where the one before it ends.
  std::size_t begin = 0;
  for (const auto end : begins_) {
    if (end <= begin + 1) {
      begin = end;
      continue;
    }
    std::sort(ranked.begin() + static_cast<std::ptrdiff_t>(begin), ranked.begin() + static_cast<std::ptrdiff_t>(end),
              [&](const Ranked& a, const Ranked& b) {
                if (a.hash != b.hash) return a.hash < b.hash;
                const auto left = id(a.number), right = id(b.number);
                return left != right ? left < right : a.number < b.number;  // a known customer comes first
              });
    begin = end;
  }
  std::transform(ranked.begin(), ranked.end(), order_.begin(), [](const Ranked& one) { return one.number; });
}

}  // namespace peregrine::store
