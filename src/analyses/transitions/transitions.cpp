#include "analyses/transitions/transitions.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace peregrine::transitions {

namespace {

constexpr const char* between_names = " → ";
constexpr const char* rest = "other";

}  // namespace

void Params::resolve(const Resources& resources) {
  if (level == Level::stage) {
    definition = std::make_shared<const Framework>(resources.framework(framework, "transitions.framework"));
    framework = definition->name;
  } else if (!framework.empty()) {
    throw Error(ErrorKind::invalid, "transitions.framework", "is of no use at this level", "level: stage");
  }
}

std::string_view State::counted(const Params&, std::string_view member) {
  if (member == "count" || member == "transitions") return "transitions";
  if (member == "names" || member == "other_names" || member == "length" || member == "longest_variant") return "names";
  if (member == "distinct_variants") return "variants";
  if (member == "step") return "steps";
  return "customers";
}

State::Binding::Binding(const Params& params, const Scope& scope, const Part& part) : sequences(params, scope, part) {
  if (params.choice != nullptr) places.emplace(*params.choice, sequences.names());
}

State::State(const Params& params, const Scope&) : params_(params) {
  PEREGRINE_CHECK(params.level != Level::stage || params.definition != nullptr);
  if (params.choice == nullptr) {
    choosing_.emplace(params);
  } else {
    counting_.emplace(params, *params_.choice);
  }
}

void State::observe(const Binding& binding, const JourneyBatch& batch) noexcept {
  if (choosing_) {
    choosing_->observe(binding.sequences, batch);
  } else {
    counting_->observe(binding.sequences, *binding.places, batch);
  }
}

void State::settle(const Binding& binding) {
  if (choosing_) {
    choosing_->settle(binding.sequences);
  } else {
    counting_->settle();
  }
}

void State::merge(const State& other) {
  PEREGRINE_CHECK(choosing_.has_value() == other.choosing_.has_value());
  if (choosing_) {
    choosing_->merge(*other.choosing_);
  } else {
    counting_->merge(*other.counting_);
  }
}

void State::share(Shared& shared) {
  if (choosing_) choosing_->share(shared.longest_variant);
}

Params State::for_few(Params params) {
  if (params.choice == nullptr) return params;
  auto choice = *params.choice;
  choice.many_times.assign(choice.many_times.size(), 0);
  params.choice = std::make_shared<const Choice>(std::move(choice));
  return params;
}

std::optional<Params> State::next() const {
  if (!choosing_) return std::nullopt;
  auto params = params_;
  params.choice = std::make_shared<const Choice>(choosing_->choose());
  return params;
}

Result State::finish() const {
  PEREGRINE_CHECK(counting_.has_value());
  const auto& choice = *params_.choice;
  Result result{.level = params_.level};
  if (params_.level == Level::stage) result.framework = params_.framework;
  result.journeys = counting_->journeys();
  result.edges = edge_rows();
  for (const auto& edge : result.edges) result.transitions += edge.count;
  result.other_names = choice.names.left_out;
  result.names = static_cast<std::int64_t>(choice.names.names.size()) - (choice.names.left_out > 0 ? 1 : 0);
  if (params_.variants > 0) {
    result.distinct_variants = choice.distinct_variants;
    if (choice.longest_variant > 0) result.longest_variant = choice.longest_variant;
  }
  result.starts = name_rows(counting_->starts());
  result.ends = name_rows(counting_->ends());
  result.variants = variant_rows();
  result.steps = step_rows();
  return result;
}

std::vector<EdgeRow> State::edge_rows() const {
  const auto& names = params_.choice->names.names;
  std::vector<EdgeRow> rows;
  counting_->edges().for_each([&](std::uint32_t number, const EdgeTable::Edge& edge) {
    rows.push_back({.source = names[number / names.size()],
                    .target = names[number % names.size()],
                    .count = edge.times.count(),
                    .journeys = edge.journeys,
                    .median_seconds = edge.times.quantile_seconds(0.5),
                    .p90_seconds = edge.times.quantile_seconds(0.9)});
  });
  std::sort(rows.begin(), rows.end(), [](const EdgeRow& a, const EdgeRow& b) {
    return std::tuple(-a.count, std::string_view(a.source), std::string_view(a.target)) <
           std::tuple(-b.count, std::string_view(b.source), std::string_view(b.target));
  });
  return rows;
}

std::vector<NameRow> State::name_rows(const std::vector<std::int64_t>& journeys) const {
  std::vector<NameRow> rows;
  for (std::size_t i = 0; i < journeys.size(); ++i) {
    if (journeys[i] > 0) rows.push_back({params_.choice->names.names[i], journeys[i]});
  }
  std::sort(rows.begin(), rows.end(), [](const NameRow& a, const NameRow& b) {
    return a.journeys != b.journeys ? a.journeys > b.journeys : a.name < b.name;
  });
  return rows;
}

std::vector<VariantRow> State::variant_rows() const {
  const auto& chosen = params_.choice->variants;
  const auto& journeys = counting_->variants();
  std::vector<VariantRow> rows;
  for (std::size_t i = 0; i < journeys.size(); ++i) {
    if (journeys[i] == 0) continue;
    VariantRow row{.variant = {}, .length = {}, .journeys = journeys[i], .share = {journeys[i], counting_->journeys()}};
    if (i < chosen.size()) {
      const auto names = chosen.sequence(i);
      row.length = static_cast<std::int64_t>(names.size());
      for (const auto name : names) row.variant += (row.variant.empty() ? "" : between_names) + chosen.names()[name];
    } else {
      row.variant = rest;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

Steps State::step_rows() const {
  Steps rows;
  const auto& steps = counting_->steps();
  std::vector<std::int64_t> ended(steps.size() + 1);  // by step, of journeys that ended before it
  std::size_t step = 0;
  counting_->passages().for_each([&](std::uint32_t number, const EdgeTable::Edge& passage) {
    while (number >= steps[step + 1].first_passage) ++step;
    const auto within = number - steps[step].first_passage;
    const auto& targets = params_.choice->steps[step + 1].names;
    const auto target = within % steps[step].targets;
    const bool ends = target == targets.size();
    if (ends) ended[step + 1] += passage.journeys;
    rows.edges.push_back({.step = static_cast<std::int64_t>(step) + 1,
                          .source = params_.choice->steps[step].names[within / steps[step].targets],
                          .target = ends ? std::string(end_of_journey) : targets[target],
                          .journeys = passage.journeys,
                          .median_seconds = ends ? std::nullopt : passage.times.quantile_seconds(0.5)});
  });
  for (step = 0; step < steps.size(); ++step) {
    const auto number = static_cast<std::int64_t>(step) + 1;
    const auto& names = params_.choice->steps[step].names;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (steps[step].nodes[i] > 0) rows.nodes.push_back({number, names[i], steps[step].nodes[i]});
    }
    if (ended[step] > 0) rows.nodes.push_back({number, std::string(end_of_journey), ended[step]});
  }
  return rows;
}

}  // namespace peregrine::transitions
