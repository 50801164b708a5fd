// An extent is some rows of one partition as bytes, in a spill file or in memory. Written and read by one process.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "store/rows.hpp"

namespace peregrine::store {

/// Memory for extents, one behind the other. It is kept when they are forgotten.
class ExtentMemory {
 public:
  /// Begins the next extent.
  void begin() { begin_ = end_; }
  /// Room for more bytes of this extent, behind those it has. It may move, so pointers into it end here.
  char* room(std::size_t bytes);
  char* data() { return blocks_[block_].bytes.get() + begin_; }
  std::size_t size() const { return end_ - begin_; }
  void forget() { block_ = begin_ = end_ = 0; }

 private:
  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t size = 0;
  };
  std::vector<Block> blocks_;
  std::size_t block_ = 0;
  std::size_t begin_ = 0;  // in the block
  std::size_t end_ = 0;
};

/// Numbers of the names that one extent uses, in the order in which it uses them.
class LocalNames {
 public:
  std::uint32_t local(std::uint32_t code) {
    auto& stamp = stamps_[code];
    if (stamp.round != round_) {
      stamp = {round_, static_cast<std::uint32_t>(used_.size())};
      used_.push_back(code);
    }
    return stamp.local;
  }
  const std::vector<std::uint32_t>& used() const { return used_; }
  void begin(std::size_t names) {
    if (names > stamps_.size()) stamps_.resize(names);
    ++round_;
    used_.clear();
  }

 private:
  struct Stamp {
    std::uint32_t round = 0;
    std::uint32_t local = 0;
  };
  std::vector<Stamp> stamps_;
  std::vector<std::uint32_t> used_;
  std::uint32_t round_ = 0;
};

class ExtentWriter {
 public:
  explicit ExtentWriter(ExtentMemory& out) : out_(out) {}

  /// Writes the rows `chosen` of `rows`, without the columns that none of them has a value in. The bytes lie in the
  /// memory until it forgets.
  std::string_view write(const Rows& rows, std::span<const std::uint32_t> chosen);

 private:
  template <class Claim>
  bool any(Claim&& claim) const;
  std::uint64_t flags();
  void put_number(std::uint64_t number);
  template <class T>
  T* room_for(std::size_t count);
  template <class T>
  void put_values(const T* values);
  void put_money();
  bool find_one_each(const TextRows& texts);
  bool find_names(const TextRows& texts, LocalNames& names);
  void put_texts(const TextRows& texts, LocalNames& names);
  void put_properties();
  bool has_values(const PropertyRows& property) const;

  ExtentMemory& out_;
  const Rows* rows_ = nullptr;
  std::span<const std::uint32_t> chosen_;
  LocalNames customers_;
  LocalNames anonymous_;
  LocalNames came_as_;
  std::vector<LocalNames> properties_;
  std::vector<std::uint32_t> codes_;       // of `chosen_`, in a text column that is being written
  std::vector<std::string_view> names_;    // of those codes
  std::vector<std::uint32_t> with_value_;  // places in `chosen_`
};

/// What the Rows of extents look into beside the extents' own bytes. Memory is kept from one use to the next.
class ExtentViews {
 public:
  void forget();
  std::span<std::string_view> names(std::size_t count);
  /// 0, 1, 2 … for up to `largest_extent` rows; to be said before the first extent is read.
  void expect(std::size_t largest_extent);
  const std::uint32_t* places() const { return places_.data(); }

 private:
  struct Chunk {
    std::unique_ptr<std::string_view[]> names;
    std::size_t size = 0;
  };
  std::vector<Chunk> chunks_;
  std::size_t chunk_ = 0;
  std::size_t used_ = 0;
  std::vector<std::uint32_t> places_;
};

/// The rows of an extent, in place. Its bytes were written by this process, so they are trusted.
Rows read_extent(const char* bytes, ExtentViews& views);

}  // namespace peregrine::store
