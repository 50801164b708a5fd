// A Segment is one published partition opened for reading: mapped once, checked block by block as it is touched.
// Any number of threads may read it; the store's Snapshots and the Parts made of it own it together.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hpp"
#include "base/hash.hpp"
#include "model/journey.hpp"
#include "store/manifest.hpp"

namespace peregrine::store {

/// A column of a cold file, decompressed. The view lives as long as this.
struct LoadedColumn {
  LoadedColumn() = default;
  LoadedColumn(LoadedColumn&&) = default;  // a copy's view would look into the original
  LoadedColumn& operator=(LoadedColumn&&) = default;

  ColumnView view;                                  // text, number, boolean, time, money
  const std::uint64_t* unsigned_numbers = nullptr;  // `:row`
  const Hash128* hashes = nullptr;                  // `:message_id`; validity is in `view`
  std::vector<std::string_view> names;
  std::vector<std::uint32_t> codes;   // `:source`
  std::shared_ptr<const void> owner;  // shared with Arrow: the memory the view points into
};

class Segment {
 public:
  /// Maps every file, so that the segment stays readable when a later import replaces it. A file that is missing or
  /// has another size is remembered and thrown as `corrupt` when the segment is first read.
  static std::shared_ptr<const Segment> open(Env& env, const std::string& directory, const SegmentEntry& entry);
  virtual ~Segment() = default;

  const SegmentEntry& entry() const { return entry_; }

  virtual std::span<const std::uint64_t> first() const = 0;
  virtual std::string_view id(std::size_t journey) const = 0;
  virtual std::uint64_t hash(std::size_t journey) const = 0;
  virtual bool known(std::size_t journey) const = 0;
  virtual const std::int64_t* time() const = 0;
  /// Places in `event_names()`.
  virtual EventCodes event() const = 0;
  /// Does not exist when no event of the segment has a value.
  virtual ColumnView value() const = 0;

  /// Columns by their names in the files, of cold file `file`; one that is not there comes back without rows.
  virtual std::vector<LoadedColumn> load(std::size_t file, std::span<const std::string> names) const = 0;
  /// One of the store's own columns, wherever it is.
  virtual LoadedColumn load_kept(std::string_view name) const = 0;
  /// By the segment's own codes: those that occur, or, before format 3, the store's as they were when this was written.
  virtual std::vector<std::string_view> event_names() const = 0;
  /// Throws `corrupt` when bytes of a file were lost since it was opened.
  virtual void expect_intact() const = 0;

 protected:
  explicit Segment(SegmentEntry entry) : entry_(std::move(entry)) {}
  SegmentEntry entry_;
};

}  // namespace peregrine::store
