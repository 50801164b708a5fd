// The laws of folds, for every analysis of the catalog, on its golden journeys and on random ones.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <random>
#include <set>

#include "base/error.hpp"
#include "engine/behind.hpp"
#include "engine/memory_snapshot.hpp"
#include "fold/filtered_part.hpp"
#include "fold/saved_state.hpp"
#include "golden/case_file.hpp"
#include "support/questions.hpp"

namespace peregrine {
namespace {

/// A question with journeys to ask it of.
struct Sample {
  std::string name;
  Ask ask;
  std::vector<MemoryEvent> events;
};

/// Journeys of events like the golden ones, with their names and properties, of other customers at other times: every
/// third at that of another event, a third with an amount, half of those below 0, and now and then a refund.
std::vector<MemoryEvent> random_journeys(std::mt19937_64& random, const std::vector<MemoryEvent>& like) {
  const auto below = [&](std::uint64_t limit) { return random() % limit; };
  std::vector<MemoryEvent> events = like;
  const auto customers = 1 + below(40);
  for (std::size_t customer = 0; customer < customers; ++customer) {
    const auto count = below(30);
    for (std::size_t i = 0; i < count; ++i) {
      MemoryEvent event = like[below(like.size())];
      event.customer = "random " + std::to_string(customer);
      event.known = customer % 5 != 0;
      event.time = {1'767'225'600'000'000 + static_cast<std::int64_t>(below(200 * 24 * 4)) * 900'000'000};
      if (i > 0 && below(3) == 0) event.time = events[events.size() - 1 - below(i)].time;
      if (below(3) == 0) event.value = static_cast<std::int64_t>(below(200'000'000)) - 100'000'000;
      if (below(10) == 0) {
        event.event = "Order Refunded";
        event.value = -static_cast<std::int64_t>(below(100'000'000));
      }
      events.push_back(std::move(event));
    }
  }
  return events;
}

/// Each golden case that gives a result, on its own journeys and on random ones with its event names.
std::vector<Sample> samples(const std::string& analysis, std::mt19937_64& random) {
  const auto path = std::filesystem::path(PEREGRINE_SOURCE) / "src/analyses" / analysis / (analysis + ".test");
  std::vector<Sample> all;
  for (auto& test : golden::parse_cases(read_file(Env::real(), path), path)) {
    if (test.expectations.front().kind == golden::Expectation::Kind::error) continue;
    const Ask ask{.analysis = analysis, .params = test.params};
    if (!test.events.empty()) {
      all.push_back({test.name + " on random journeys", ask, random_journeys(random, test.events)});
    }
    all.push_back({test.name, ask, std::move(test.events)});
  }
  return all;
}

/// One question with all its parts, folded apart, in the last of its passes.
class Folded {
 public:
  Folded(const Sample& sample, std::size_t parts, std::mt19937_64& random) {
    std::vector<std::vector<MemoryEvent>> events(parts);
    std::map<std::string, std::size_t> part_of;
    for (const auto& event : sample.events) {
      const auto [place, is_new] = part_of.try_emplace(event.customer, 0);
      if (is_new) place->second = random() % parts;
      events[place->second].push_back(event);
    }
    const auto whole = MemoryPart::of(sample.events);
    prepared_ = prepare_for(whole, sample.ask, whole.newest().value_or(Time{}));
    neutral_ = prepared_.task().fold;
    order_.resize(parts);
    for (std::size_t i = 0; i < parts; ++i) order_[i] = i;
    for (bool again = true; again;) {
      std::shuffle(order_.begin(), order_.end(), random);
      folds_.clear();
      for (const auto& own : events) {
        auto task = prepared_.task();
        task.fold = neutral_->empty();
        observe_part(MemoryPart::of(own), task);
        folds_.push_back(std::move(task.fold));
      }
      const auto merged = neutral_->empty();
      for (const auto i : order_) merged->merge(*folds_[i]);
      auto next = merged->next();
      again = next != nullptr;
      if (again) neutral_ = std::move(next);
    }
  }

  /// Merges in a random order, perhaps through saving and loading, and with empty folds between.
  std::string result(bool saved, bool with_empty) const {
    auto merged = neutral_->empty();
    for (const auto i : order_) {
      if (with_empty) merged->merge(*neutral_->empty());
      if (!saved) {
        merged->merge(*folds_[i]);
        continue;
      }
      const auto loaded = neutral_->empty();
      load_state(save(*folds_[i]), prepared_.analysis, prepared_.params, *loaded);
      merged->merge(*loaded);
    }
    Meta meta;
    return json::format(merged->finish(meta));
  }
  std::string save(RunningFold& fold) const { return save_state(prepared_.analysis, prepared_.params, fold); }
  const std::vector<std::unique_ptr<RunningFold>>& folds() const { return folds_; }
  const Prepared& prepared() const { return prepared_; }

 private:
  Prepared prepared_;
  std::unique_ptr<RunningFold> neutral_;
  std::vector<std::unique_ptr<RunningFold>> folds_;
  std::vector<std::size_t> order_;
};

/// The pointers to all whole numbers of a result.
void list_figures(const json::value& value, const std::string& pointer, std::vector<std::string>& figures) {
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object) {
      list_figures(member.value(), pointer + "/" + std::string(member.key()), figures);
    }
  } else if (const auto* list = value.if_array()) {
    for (std::size_t i = 0; i < list->size(); ++i) {
      list_figures((*list)[i], pointer + "/" + std::to_string(i), figures);
    }
  } else if (value.is_int64()) {
    figures.push_back(pointer);
  }
}

/// Whether the figure is other than 0 in a result that is written out: what "contributes" means.
bool counts_in(const json::value& result, Figure::Way way) {
  const auto is_row = [&](const json::value& value, const json::object& key) {
    return std::all_of(key.begin(), key.end(), [&](const auto& said) {
      const auto* same = value.as_object().if_contains(said.key());
      return same != nullptr && *same == said.value();
    });
  };
  const json::value* at = &result;
  for (const auto& step : way) {
    const json::value* next = nullptr;
    if (const auto* object = at->if_object()) next = object->if_contains(step.member);
    if (const auto* rows = at->if_array()) {
      auto left = step.before;
      for (const auto& row : *rows) {
        if (next == nullptr && is_row(row, step.row) && left-- == 0) next = &row;
      }
    }
    if (next == nullptr) return false;
    at = next;
  }
  return at->is_int64() && at->get_int64() != 0;
}

/// A question that has run over a sample in partitions, and the result of each customer alone.
class Asked {
 public:
  explicit Asked(const Sample& sample) : snapshot_(sample.events, 3) {
    const auto whole = MemoryPart::of(sample.events);
    tasks_.push_back(prepare_for(whole, sample.ask, whole.newest().value_or(Time{})).task());
    engine::scan(snapshot_, snapshot_.labels(), tasks_, {.threads = 1});
    Meta meta;
    result_ = tasks_.front().fold->finish(meta);
    for (const auto& part : parts_by_customer(sample.events)) {
      if (part.journeys() == 0) continue;
      auto alone = task();
      observe_part(part, alone);
      if (is_seen(part)) alone_[std::string(part.customer(0))] = alone.fold->finish(meta);
    }
  }

  const json::object& result() const { return result_; }
  /// Customers who contribute to the figure when they are asked alone.
  std::set<std::string> contribute(const Figure& figure) const {
    std::set<std::string> customers;
    for (const auto& [customer, result] : alone_) {
      if (counts_in(result, figure.way())) customers.insert(customer);
    }
    return customers;
  }
  std::set<std::string> behind(const Figure& figure) const {
    std::set<std::string> customers;
    engine::for_each_behind(snapshot_, snapshot_.labels(), tasks_.front(), {.event = false, .identities = true}, figure,
                            1, [&](std::size_t, const Part& part, std::span<const std::size_t> journeys) {
                              for (const auto journey : journeys) customers.emplace(part.customer(journey));
                            });
    return customers;
  }

 private:
  engine::Task task() const {
    const auto& asked = tasks_.front();
    return {.fold = asked.fold->empty(), .columns = asked.columns, .where = asked.where};
  }
  /// Has the customer events that the question sees?
  bool is_seen(const MemoryPart& part) const {
    const auto& where = tasks_.front().where;
    return !where || FilteredPart(part, *where, {}).events() > 0;
  }

  engine::MemorySnapshot snapshot_;
  std::vector<engine::Task> tasks_;
  json::object result_;
  std::map<std::string, json::value> alone_;
};

class Laws : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    seed_ = testing::UnitTest::GetInstance()->random_seed() != 0
                ? static_cast<std::uint64_t>(testing::UnitTest::GetInstance()->random_seed())
                : std::random_device{}();
    random_.seed(seed_);
  }
  template <class Check>
  void for_each_sample(Check&& check) {
    for (const auto& sample : samples(GetParam(), random_)) {
      SCOPED_TRACE(sample.name + ", seed " + std::to_string(seed_));
      check(sample);
    }
  }
  std::uint64_t seed_ = 0;
  std::mt19937_64 random_;
};

TEST_P(Laws, any_split_merged_in_any_order_equals_the_whole) {
  for_each_sample([&](const Sample& sample) {
    const auto whole = Folded(sample, 1, random_).result(false, false);
    for (const std::size_t parts : {2, 3, 7}) EXPECT_EQ(whole, Folded(sample, parts, random_).result(false, false));
  });
}

TEST_P(Laws, a_saved_state_is_the_state) {
  for_each_sample([&](const Sample& sample) {
    const Folded folded(sample, 3, random_);
    EXPECT_EQ(folded.result(false, false), folded.result(true, false));
    const auto bytes = folded.save(*folded.folds().front());
    const auto loaded = folded.folds().front()->empty();
    load_state(bytes, folded.prepared().analysis, folded.prepared().params, *loaded);
    EXPECT_EQ(bytes, folded.save(*loaded));
  });
}

TEST_P(Laws, the_empty_state_is_neutral) {
  for_each_sample([&](const Sample& sample) {
    const Folded folded(sample, 3, random_);
    EXPECT_EQ(folded.result(false, false), folded.result(false, true));
  });
}

TEST_P(Laws, a_changed_or_cut_state_is_refused) {
  for_each_sample([&](const Sample& sample) {
    const Folded folded(sample, 1, random_);
    const auto bytes = folded.save(*folded.folds().front());
    const auto load = [&](std::string_view changed) {
      load_state(changed, folded.prepared().analysis, folded.prepared().params, *folded.folds().front()->empty());
    };
    auto flipped = bytes;
    flipped[random_() % flipped.size()] ^= 4;
    EXPECT_THROW(load(flipped), Error);
    EXPECT_THROW(load(std::string_view(bytes).substr(0, random_() % bytes.size())), Error);
    auto other = folded.prepared().params;
    other["from"] = "2020-01-01";
    EXPECT_THROW(load_state(bytes, folded.prepared().analysis, other, *folded.folds().front()->empty()), Error);
  });
}

TEST_P(Laws, behind_a_figure_are_those_who_contribute_to_it_alone) {
  constexpr std::size_t most_figures = 25;  // of a sample
  for_each_sample([&](const Sample& sample) {
    const Asked asked(sample);
    std::vector<std::string> figures;
    list_figures(asked.result(), "", figures);
    std::shuffle(figures.begin(), figures.end(), random_);
    if (figures.size() > most_figures) figures.resize(most_figures);
    for (const auto& pointer : figures) {
      const Figure figure(asked.result(), pointer);
      const auto contribute = asked.contribute(figure);
      EXPECT_EQ(asked.behind(figure), contribute) << pointer;
      EXPECT_TRUE(figure.value() != 0 || contribute.empty()) << pointer;
    }
  });
}

TEST_P(Laws, parameters_say_themselves_again) {
  for_each_sample([&](const Sample& sample) {
    const auto part = MemoryPart::of(sample.events);
    const auto first = prepare_for(part, sample.ask, {});
    const auto again = prepare_for(part, {.analysis = sample.ask.analysis, .params = first.params}, {});
    EXPECT_EQ(json::format(first.params), json::format(again.params));
  });
}

/// What lets a scan pass over partitions that begin after the end of the range: a day later, since times may be
/// rounded.
TEST_P(Laws, customers_who_begin_after_the_range_change_nothing) {
  for_each_sample([&](const Sample& sample) {
    if (sample.events.empty() || sample.ask.params.contains("from")) return;
    auto ask = sample.ask;
    const auto& some = sample.events[random_() % sample.events.size()];
    if (!ask.params.contains("to")) ask.params["to"] = format_time({some.time.micros + 1'000'000});
    const auto to = prepare_for(MemoryPart::of(sample.events), ask, {}).task().to;
    auto with_late = sample.events;
    for (auto event : sample.events) {
      event.customer = "late " + event.customer;
      event.time.micros = to.micros + static_cast<std::int64_t>(random_() % 9) * 86'400'000'000;
      with_late.push_back(std::move(event));
    }
    const auto newest = MemoryPart::of(with_late).newest().value();
    const auto answer = [&](const std::vector<MemoryEvent>& events) {
      const auto part = MemoryPart::of(events);
      auto task = prepare_for(part, ask, newest).task();
      observe_part(part, task);
      while (auto next = task.fold->next()) {
        task.fold = std::move(next);
        observe_part(part, task);
      }
      Meta meta;
      return json::format(task.fold->finish(meta));
    };
    EXPECT_EQ(answer(sample.events), answer(with_late));
  });
}

TEST_P(Laws, an_unknown_parameter_is_refused_by_name) {
  for_each_sample([&](const Sample& sample) {
    auto params = sample.ask.params;
    params["no_such_parameter"] = 1;
    try {
      prepare_for(MemoryPart::of(sample.events), {.analysis = sample.ask.analysis, .params = params}, {});
      ADD_FAILURE() << "taken";
    } catch (const Error& error) {
      EXPECT_TRUE(std::string_view(error.what()).starts_with(GetParam() + ": has no parameter \"no_such_parameter\""))
          << error.what();
    }
  });
}

/// The pointers to all whole numbers of a result that count customers.
void list_counts(const json::value& value, const Question& question, const std::string& pointer,
                 std::vector<std::string>& pointers) {
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object) {
      const auto below = pointer + "/" + std::string(member.key());
      if (member.value().is_int64() && question.counted(member.key()) == "customers") pointers.push_back(below);
      list_counts(member.value(), question, below, pointers);
    }
  } else if (const auto* list = value.if_array()) {
    for (std::size_t i = 0; i < list->size(); ++i) {
      list_counts((*list)[i], question, pointer + "/" + std::to_string(i), pointers);
    }
  }
}

TEST_P(Laws, the_list_behind_a_figure_that_counts_customers_is_as_long_as_the_figure) {
  constexpr std::size_t most_pointers = 25;  // of a sample
  for_each_sample([&](const Sample& sample) {
    const auto whole = MemoryPart::of(sample.events);
    const auto prepared = prepare_for(whole, sample.ask, whole.newest().value_or(Time{}));
    const engine::MemorySnapshot snapshot(sample.events, 3);
    std::vector<engine::Task> tasks;
    tasks.push_back(prepared.task());
    engine::scan(snapshot, snapshot.labels(), tasks, {.threads = 1});
    Meta meta;
    const auto result = tasks.front().fold->finish(meta);
    std::vector<std::string> pointers;
    list_counts(result, *prepared.question, "", pointers);
    std::shuffle(pointers.begin(), pointers.end(), random_);
    if (pointers.size() > most_pointers) pointers.resize(most_pointers);
    for (const auto& pointer : pointers) {
      const Figure figure(result, pointer);
      std::size_t listed = 0;
      engine::for_each_behind(
          snapshot, snapshot.labels(), tasks.front(), {.event = false}, figure, 1,
          [&](std::size_t, const Part&, std::span<const std::size_t> journeys) { listed += journeys.size(); });
      EXPECT_EQ(static_cast<std::int64_t>(listed), std::abs(figure.value())) << pointer;  // customers lost are negative
    }
  });
}

std::vector<std::string> analyses() {
  std::vector<std::string> names;
  for (const auto* analysis : catalog()) names.emplace_back(analysis->name());
  return names;
}

INSTANTIATE_TEST_SUITE_P(catalog, Laws, testing::ValuesIn(analyses()),
                         [](const testing::TestParamInfo<std::string>& each) { return each.param; });

}  // namespace
}  // namespace peregrine
