// Quality is what is kept of events to notice that something is wrong with them, and the notes that come of it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyses/overview/day_counts.hpp"
#include "base/fields.hpp"

namespace peregrine::overview {

struct Note {
  std::string code;
  std::string text;

  static constexpr auto fields() {
    return std::make_tuple(field<&Note::code>("gap, spike, heavy_customer, clock, ids, unlabelled or unknown."),
                           field<&Note::text>("The sentence."));
  }
};

class Quality {
 public:
  static constexpr std::int64_t spike_times = 5;        // more than so many times the median day
  static constexpr std::size_t spike_days = 7;          // a median of fewer days says nothing
  static constexpr std::int64_t heavy_events = 10'000;  // a heavy customer has more, and more than a hundredth of all
  static constexpr std::int64_t crowded_events = 100'000;  // or more on one day

  /// One event, of any customer.
  void add(std::int64_t time) {
    days_.add(day_of(time));
    if (time % quarter == 0) add_quarter(time);
  }
  /// The events of one customer, in order of time.
  void add_customer(const std::int64_t* times, std::size_t events);
  void merge(const Quality& other);

  std::vector<Note> notes(std::int64_t events) const;

  template <class Archive>
  void archive(Archive& archive) {
    archive(days_, quarters_, heaviest_, crowded_);
    if constexpr (Archive::loading) archive.require(heaviest_.size() <= most_heavy, "lists too many customers");
  }

 private:
  static constexpr std::int64_t quarter = 15 * 60 * std::int64_t{1'000'000};
  static constexpr std::size_t quarters_a_day = 96;
  static constexpr std::size_t most_heavy = 100;  // fewer than so many can have more than a hundredth of all

  void add_quarter(std::int64_t time);
  void keep_heaviest();
  void note_gaps(std::vector<Note>& notes) const;
  void note_spikes(std::vector<Note>& notes) const;
  void note_heavy(std::vector<Note>& notes, std::int64_t events) const;
  void note_clock(std::vector<Note>& notes, std::int64_t events) const;

  DayCounts days_;
  std::array<std::int64_t, quarters_a_day>
      quarters_{};                      // events exactly on a quarter of an hour, by time of day in UTC
  std::vector<std::int64_t> heaviest_;  // numbers of events of the heaviest customers, most first
  std::int64_t crowded_ = 0;            // customers with very many events on one day
};

/// When many names of events differ only in an id: how many, and the pattern that names them all.
std::optional<Note> note_ids(std::span<const std::string_view> names);

/// `12.5 %` with at most one decimal; never 0 or 100 % for what is neither.
std::string format_share(std::int64_t part, std::int64_t whole);

}  // namespace peregrine::overview
