// The analysis `overview`: what is in the data. How many events and customers, which touchpoints with which roles, and
// what looks wrong (quality.hpp).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "analyses/overview/quality.hpp"
#include "base/hash.hpp"
#include "fold/archive.hpp"
#include "fold/fold.hpp"
#include "fold/resources.hpp"
#include "model/session.hpp"
#include "statistics/time_histogram.hpp"

namespace peregrine::overview {

struct Params {
  std::int64_t names = 1'000;
  std::optional<SessionRule> session;

  /// Where there are more names than may have a row, the first pass chooses those that do. Sorted; null in the first
  /// pass. Shared by the States of the second: it never changes.
  std::shared_ptr<const std::vector<std::string>> chosen{};

  static constexpr auto fields() {
    return std::make_tuple(
        field<&Params::names>(
            "Names of events that get a row at most, those with most events; the others are counted together.",
            {.min = 1, .max = 1'000'000}),
        field<&Params::session>("What ends a session; the workspace's rule by default."));
  }
  void resolve(const Resources& resources) {
    if (!session) session = resources.session();
  }
};

struct TouchpointRow {
  std::string touchpoint;
  std::string event;
  Role role = Role::none;
  Kind kind = Kind::none;
  std::int64_t events = 0;
  std::int64_t customers = 0;
  bool guessed = false;

  static constexpr auto fields() {
    return std::make_tuple(field<&TouchpointRow::touchpoint>("Touchpoint; the event's own name where none is known."),
                           field<&TouchpointRow::event>("Name of the event."),
                           field<&TouchpointRow::role>("What the customer does; none: it says nothing of the journey."),
                           field<&TouchpointRow::kind>("Where the customer meets the brand."),
                           field<&TouchpointRow::events>("Events of that name."),
                           field<&TouchpointRow::customers>("Customers who had one."),
                           field<&TouchpointRow::guessed>("The role and kind are guesses that no person confirmed."));
  }
};

/// Names without a row of their own.
struct Others {
  std::int64_t names = 0;
  std::int64_t events = 0;

  static constexpr auto fields() {
    return std::make_tuple(field<&Others::names>("Names of events that have no row."),
                           field<&Others::events>("Events of those names."));
  }
};

struct Identities {
  std::int64_t known = 0;
  std::int64_t anonymous = 0;

  static constexpr auto fields() {
    return std::make_tuple(field<&Identities::known>("Customers who said who they are at some time."),
                           field<&Identities::anonymous>("Customers who never did."));
  }
};

struct SessionCount {
  std::int64_t count = 0;
  std::optional<double> median_events;
  std::optional<double> median_seconds;

  static constexpr auto fields() {
    return std::make_tuple(
        field<&SessionCount::count>("Sessions that begin in the range."),
        field<&SessionCount::median_events>("Half have at most so many events."),
        field<&SessionCount::median_seconds>("Half last at most so long, from first to last event."));
  }
};

struct Result {
  std::int64_t events = 0;
  std::int64_t customers = 0;
  std::int64_t known_customers = 0;
  std::optional<Time> from;
  std::optional<Time> to;
  std::vector<TouchpointRow> touchpoints;
  Others others;
  std::optional<double> unlabelled;
  std::optional<double> unknown;
  std::optional<double> guessed;
  Identities identities;
  SessionCount sessions;
  std::int64_t quarantined = 0;
  std::vector<Note> notes;

  static constexpr auto fields() {
    return std::make_tuple(
        field<&Result::events>("Events in the range."),
        field<&Result::customers>("Customers with an event in the range."),
        field<&Result::known_customers>("Of those, customers who are not only anonymous."),
        field<&Result::from>("The first event in the range."), field<&Result::to>("The last event in the range."),
        field<&Result::touchpoints>("Events by name, those with most events first, then by name."),
        field<&Result::others>("Names beyond those rows."),
        field<&Result::unlabelled>("Share of events without a role: they say nothing of the journey."),
        field<&Result::unknown>("Share of events that no vocabulary knows."),
        field<&Result::guessed>("Share of events whose role and kind are guesses that no person confirmed."),
        field<&Result::identities>("Customers by what is known of them."),
        field<&Result::sessions>("What happened without a long silence between."),
        field<&Result::quarantined>("Rows that wait in quarantine, of the whole workspace."),
        field<&Result::notes>("What looks wrong in the data."));
  }
};

class State {
 public:
  using Params = overview::Params;
  using Result = overview::Result;
  static ColumnRequest columns(const Params& params);
  static std::string_view counted(const Params& params, std::string_view member);

  struct Binding {
    Binding(const Params& params, const Scope&, const Part& seen)
        : part(seen), sessions(params.session.value_or(SessionRule()), seen) {}
    const Part& part;
    Sessions sessions;
  };

  State(const Params& params, const Scope& scope)
      : params_(params), session_(params.session.value_or(SessionRule())), scope_(scope) {}
  void observe(const Binding& binding, const JourneyBatch& batch) noexcept;
  void settle(const Binding& binding);
  void merge(const State& other);
  /// Where not all names fit: the parameters of a second pass, with those that have rows. So a customer alone, or a
  /// group, has the same rows as all together.
  std::optional<Params> next() const;
  Result finish() const;
  void describe(Meta& meta) const;

  template <class Archive>
  void archive(Archive& archive) {
    auto chosen = chosen_hash();
    archive(chosen.low, chosen.high);
    if constexpr (Archive::loading) archive.require(chosen == chosen_hash(), "belongs to another pass");
    archive(events_, customers_, known_, first_, last_);
    auto names = sorted_names();
    archive(names, quality_, session_events_, session_times_);
    if constexpr (Archive::loading) names_ = {names.begin(), names.end()};
  }

 private:
  /// Events of one name.
  struct Name {
    std::string touchpoint;
    Role role = Role::none;
    Kind kind = Kind::none;
    bool labelled = false;
    bool guessed = false;
    std::int64_t events = 0;
    std::int64_t customers = 0;

    template <class Archive>
    void archive(Archive& archive) {
      archive(touchpoint, role, kind, labelled, guessed, events, customers);
      if constexpr (Archive::loading) {
        archive.require(static_cast<std::size_t>(role) < role_count && static_cast<std::size_t>(kind) < kind_count,
                        "has an unknown role or kind");
      }
    }
  };
  /// Events of one code of the present part. A journey is counted when it differs from the last one seen.
  struct Count {
    std::int64_t events = 0;
    std::uint32_t customers = 0;
    std::uint32_t last = 0;
  };

  /// Counts by code, in pages that are there once an event has one of their codes: with many names and many groups,
  /// most groups have few of the names.
  static constexpr std::size_t page_codes = 256;
  using Page = std::vector<Count>;

  /// Of the names chosen; nothing in the first pass.
  Hash128 chosen_hash() const;
  bool has_row(const std::string& event) const;
  std::map<std::string, Name> sorted_names() const { return {names_.begin(), names_.end()}; }
  template <class Code>
  void count(const Code* codes, const std::int64_t* time, std::uint64_t begin, std::uint64_t end);
  void count_sessions(const Binding& binding, std::uint64_t begin, std::uint64_t end);
  std::int64_t events_where(bool (*holds)(const Name&)) const;

  Params params_;
  SessionRule session_;
  Scope scope_;
  std::int64_t events_ = 0;
  std::int64_t customers_ = 0;
  std::int64_t known_ = 0;
  std::int64_t first_ = Time::latest().micros;
  std::int64_t last_ = Time::earliest().micros;
  std::unordered_map<std::string, Name> names_;  // by event
  Quality quality_;
  statistics::TimeHistogram session_events_;  // a second stands for an event
  statistics::TimeHistogram session_times_;

  std::vector<Page> counts_;   // by code; empty between parts
  std::uint32_t journey_ = 0;  // number of the journey being counted in this part, from 1
};

static_assert(Fold<State>);

}  // namespace peregrine::overview
