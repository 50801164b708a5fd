// A Walk is the way of one group through the stages: a single customer, or the buying group of an account. A group is a
// state machine: it stays at a stage for a while, its people do things there, then chance says which stage comes next.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "demo/person.hpp"
#include "demo/tally.hpp"

namespace peregrine::demo {

/// Who walks: the customers `first` to `first + size - 1`, and their account's number.
struct Group {
  std::int64_t number = 0;
  std::int64_t first = 0;
  std::size_t size = 1;
};

class Walk {
 public:
  Walk(const Script& script, const Params& params, Tally& tally);

  /// Simulates a group from its first event to the end of the time. What `people` gave before is gone.
  void run(const Group& group);
  /// The people of the group with their rows.
  std::span<const Person> people() const { return {people_.data(), size_}; }

 private:
  /// One stay of the group at a stage: events of the stage lie in [begin, exit), the next stage opens at `exit`.
  struct Stay {
    Stage stage;
    std::int64_t begin;
    std::int64_t exit;
    Person* lead;
    bool finished;  // ends before the time does
    bool saw_key_point = false;
    bool trouble = false;  // a ticket was opened in it or before

    std::int64_t at(double part) const {
      return begin + static_cast<std::int64_t>(static_cast<double>(exit - begin) * part);
    }
  };
  /// Where a stay leads, and what was the true chance that it would be onwards.
  struct Leave {
    std::optional<Stage> to;
    double onwards = 0;
  };
  using Place = std::optional<Stage>;

  void meet(const Group& group);
  Stay arrive(Stage stage, std::int64_t time);
  const Scene& scene(Stage stage) const;
  Person& choose_lead(Stage stage);

  void open(const Stay& stay);
  void open_onboarding(const Stay& stay);
  void live(Stay& stay);
  void visit(Person& person, const Stay& stay, std::int64_t time);
  void order(Person& person, Stage stage, std::int64_t time, std::uint8_t channel);

  void open_ticket(Stay& stay);
  void ask_scale(const Stay& stay, SurveyKind kind, const ScaleScript& script, std::int64_t time);
  std::optional<std::uint8_t> ask_nps(const Stay& stay);

  Leave leave(const Stay& stay);
  Leave leave_decision(const Stay& stay);
  std::int64_t gate_time(const Stay& stay) const;
  bool meets_friction(const Stay& stay) const;
  void try_gate(const Stay& stay, bool met, bool passes, double chance);
  double first_exit_chance(const Stay& stay) const;
  void prepare_decision(const Stay& stay);
  void count(const Stay& stay, const Leave& decided);
  void count_plants(const Stay& stay, const Leave& decided, double chance);

  Row row_of(Person& person, const Cue& cue, std::int64_t time) const;
  Place place(const Cue& cue, Stage stage) const { return cue.act.aside ? Place() : Place(stage); }
  bool put(Person& person, const Cue& cue, const Row& row, Place place);
  bool put(Person& person, const Cue& cue, std::int64_t time, Place place) {
    return put(person, cue, row_of(person, cue, time), place);
  }
  /// What it is when it follows a purchase; nothing for what says nothing of the customer.
  std::optional<Sequel> sequel_of(const Cue& cue) const;
  void add_noise(Person& person, const Row& row);
  std::uint8_t upgrade();
  std::int64_t price(Person& person, double times) const;
  void reach(Person& person, std::size_t depth, std::int64_t time);

  const Script& script_;
  const Story& story_;
  const Params& params_;
  Tally& tally_;
  const std::int64_t start_, end_;

  std::vector<Person> people_;  // the first size_ of them are in use
  std::size_t size_ = 0;
  Chance chance_;
  Tracker account_;
  std::uint8_t channel_ = 0;  // that brought the group
  std::uint8_t product_ = 0;  // in mind
  std::uint8_t plan_ = 0;
  bool first_event_ = true;
  bool in_store_ = false;  // the present way to decide
  bool trouble_ = false;
  bool mail_ = false;
  bool promoter_ = false;  // the next stay opens with an NPS answer that was already given
  bool bought_ = false;
  Person* lead_ = nullptr;
};

}  // namespace peregrine::demo
