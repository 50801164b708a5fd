// Variants are distinct sequences of names with how many journeys went that way, counted exactly in bounded memory.
//
// At most `room` names are kept in all sequences together. When there would be more, the longest sequences go: those of
// `longest() + 1` names and more, where longest() is the largest length for which all sequences up to it fit. Which
// those are depends only on the sequences themselves, so that Variants merge exactly and in any order. Frequent
// sequences are short ones, so that what goes is what happened once.
//
// Going is costly, so that up to twice as many names wait for it: `trimmed()` is what the rule says.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fold/archive.hpp"

namespace peregrine::transitions {

/// Distinct names, each with a place. One thread at a time owns it.
class NameList {
 public:
  static constexpr std::uint32_t none = 0xffff'ffff;

  /// The place of a name, which is added when it is new.
  std::uint32_t place(std::string_view name);
  std::uint32_t find(std::string_view name) const;
  const std::string& operator[](std::uint32_t place) const { return names_[place]; }
  std::size_t size() const { return names_.size(); }

 private:
  std::vector<std::string> names_;
  std::unordered_map<std::string, std::uint32_t> places_;
};

class Variants {
 public:
  static constexpr std::size_t usual_room = std::size_t{1} << 20;
  static constexpr std::size_t any_length = std::numeric_limits<std::size_t>::max();

  explicit Variants(std::size_t room = usual_room) : room_(room) {}

  NameList& names() { return names_; }
  const NameList& names() const { return names_; }

  /// `sequence` are places in names(). One that is longer than longest() is not kept.
  void add(std::span<const std::uint32_t> sequence, std::int64_t journeys);
  void merge(const Variants& other);

  std::size_t size() const { return entries_.size(); }
  std::span<const std::uint32_t> sequence(std::size_t i) const;
  std::int64_t journeys(std::size_t i) const { return entries_[i].journeys; }
  std::optional<std::size_t> find(std::span<const std::uint32_t> sequence) const;
  std::size_t longest() const { return longest_; }
  /// Without what there is no room for.
  Variants trimmed() const;
  bool is_cut() const { return longest_ != any_length; }
  /// Drops the sequences of more than `longest` names, and keeps none from then on.
  void keep_up_to(std::size_t longest);

  /// The `count` with most journeys, then the shorter ones, then by their names.
  std::vector<std::size_t> most_frequent(std::size_t count) const;

  template <class Archive>
  void archive(Archive& archive) {
    Listed listed;
    std::uint64_t longest = 0;
    if constexpr (!Archive::loading) {
      const auto kept = trimmed();
      listed = kept.list();
      longest = kept.longest_;
    }
    archive(longest, listed.names, listed.sequences);
    if constexpr (Archive::loading) archive.require(load(longest, listed), "holds variants that cannot be");
  }

 private:
  struct Entry {
    std::uint64_t hash = 0;
    std::int64_t journeys = 0;
    std::uint32_t begin = 0;  // in all_
    std::uint32_t length = 0;
  };
  /// In the one order of the sequences' names: how Variants are saved.
  struct Listed {
    std::vector<std::string> names;
    std::vector<std::pair<std::vector<std::uint32_t>, std::int64_t>> sequences;
  };

  std::size_t slot_of(std::span<const std::uint32_t> sequence, std::uint64_t hash) const;
  void grow();
  void cut();
  Listed list() const;
  bool load(std::uint64_t longest, const Listed& listed);

  std::size_t room_;
  std::size_t longest_ = any_length;
  NameList names_;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> all_;    // the sequences, one after the other
  std::vector<std::uint32_t> slots_;  // place in entries_ and 1, by hash; 0: free. At most half full
};

}  // namespace peregrine::transitions
