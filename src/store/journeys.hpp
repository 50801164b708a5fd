// Journeys says which journey each row of a partition belongs to: the pair of id and whether it is a known customer's.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "store/all_rows.hpp"
#include "store/room.hpp"
#include "store/text_numbers.hpp"

namespace peregrine::store {

/// A row that is not to be read has this journey.
constexpr std::uint32_t no_journey = 0xffffffff;

class Journeys {
 public:
  /// Finds the journeys of these rows and forgets those of others. The parts must live as long as the ids are asked
  /// for.
  void find(const AllRows& rows);

  std::size_t size() const { return order_.size(); }
  /// The number of each row's journey, in no order that means anything, or `no_journey`.
  std::span<const std::uint32_t> of_rows() const { return of_rows_; }
  /// The numbers in the order of (hash, id, known before unknown). A journey may have no rows.
  std::span<const std::uint32_t> order() const { return order_; }

  bool known(std::uint32_t number) const { return number < known_.texts().size(); }
  std::string_view id(std::uint32_t number) const { return of(number).texts()[place(number)]; }
  std::uint64_t hash(std::uint32_t number) const { return of(number).hashes()[place(number)]; }

 private:
  struct Ranked {
    std::uint64_t hash = 0;
    std::uint32_t number = 0;
  };

  const TextNumbers& of(std::uint32_t number) const { return known(number) ? known_ : unknown_; }
  std::size_t place(std::uint32_t number) const { return known(number) ? number : number - known_.texts().size(); }
  bool find_known(const Rows& part, std::uint32_t* of_row);
  void find_unknown(const Rows& part, std::uint32_t* of_row);
  void put_in_order();

  TextNumbers known_;
  TextNumbers unknown_;  // numbered after the known ones
  std::vector<std::uint32_t> of_code_;
  Room rows_room_;
  Room ranked_room_;
  std::span<std::uint32_t> of_rows_;
  std::vector<std::uint32_t> begins_;
  std::vector<std::uint32_t> order_;
};

}  // namespace peregrine::store
