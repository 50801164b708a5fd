#include "workspace/workspace.hpp"

#include <algorithm>
#include <chrono>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/program.hpp"
#include "engine/behind.hpp"
#include "engine/extent.hpp"
#include "store/layout.hpp"
#include "workspace/answer_cache.hpp"
#include "workspace/timeline.hpp"

namespace peregrine {

namespace {

constexpr std::string_view settings_file = "workspace.yaml";
constexpr std::string_view settings_lock = "workspace.yaml.lock";
constexpr std::string_view frameworks_folder = "frameworks";
constexpr std::string_view events_folder = "events";
constexpr std::string_view answers_folder = "answers";

/// Reads the workspace's frameworks; what their files say goes into `said` too.
std::vector<Framework> read_frameworks(Env& env, const std::string& directory, Hasher& said) {
  std::vector<Framework> frameworks;
  if (!env.exists(directory)) return frameworks;
  for (const auto& name : env.list(directory)) {
    if (!name.ends_with(".yaml")) continue;
    const auto path = join_path(directory, name);
    const auto text = read_file(env, path);
    said.add(name + "\n" + text);
    frameworks.push_back(parse_framework(text, path));
  }
  return frameworks;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// What a repair took out of the store is said with every answer.
void say_missing(const store::Snapshot& snapshot, Meta& meta) {
  std::int64_t events = 0;
  std::int64_t customers = 0;
  for (const auto& gone : snapshot.set_aside()) {
    events += gone.events;
    customers += gone.journeys;
  }
  if (events == 0) return;
  meta.policy.push_back({"missing", std::to_string(events) + " events of " + std::to_string(customers) +
                                        " customers lie in damaged segments that were set aside and are not counted "
                                        "(see: peregrine check)"});
}

/// Nobody is behind a figure that counts events, sessions or anything else but customers.
void expect_customers(const Question& question, std::string_view figure) {
  const auto counted = question.counted(figure.substr(figure.rfind('/') + 1));
  if (counted == "customers") return;
  throw Error(ErrorKind::invalid, "figure",
              "counts " + std::string(counted) + " and no customers: \"" + std::string(figure) + "\"",
              "the figure beside it that counts customers");
}

json::array policy_of(const Meta& meta) {
  json::array policy;
  for (const auto& rule : meta.policy) policy.push_back(to_json(rule));
  return policy;
}

}  // namespace

Workspace::Workspace(Env& env, std::string directory) : env_(&env), directory_(std::move(directory)) {}

void Workspace::init(Env& env, const std::string& directory, const Settings& settings) {
  Zone::find(settings.timezone, "timezone");
  const auto file = join_path(directory, settings_file);
  if (env.exists(file)) {
    throw Error(ErrorKind::conflict, directory, "is a workspace already", "name another directory");
  }
  env.make_directories(directory);
  const auto events = join_path(directory, events_folder);
  if (!env.exists(join_path(events, store::current_name))) {
    store::Store::create(env, events);
  } else if (!store::Store::open(env, events)->snapshot()->ledgers().empty()) {
    throw Error(ErrorKind::conflict, directory, "holds events but no workspace.yaml",
                "restore that file, or name another directory");
  }
  replace_file(env, file, format_settings(settings));
  env.sync_directory(parent_of(directory));
}

store::CheckReport Workspace::check(Env& env, const std::string& directory, bool repair) {
  const auto file = join_path(directory, settings_file);
  const auto events = join_path(directory, events_folder);
  if (!env.exists(file) && !env.exists(events)) {
    throw Error(ErrorKind::not_found, directory, "is no workspace", "make one with: peregrine init " + directory);
  }
  auto report = repair ? store::repair(env, events) : store::check(env, events);
  for (auto& finding : report.findings) finding.file = join_path(events_folder, finding.file);
  try {
    parse_settings(read_file(env, file), file);
    Hasher said;
    read_frameworks(env, join_path(directory, frameworks_folder), said);
  } catch (const Error& error) {
    store::Finding finding;
    finding.file = settings_file;
    finding.code = "settings_unreadable";
    finding.sentence = error.what();
    report.findings.push_back(std::move(finding));
  }
  return report;
}

bool Workspace::is_one(Env& env, const std::string& directory) {
  return env.exists(join_path(directory, settings_file));
}

Workspace Workspace::open(Env& env, const std::string& directory) {
  const auto file = join_path(directory, settings_file);
  if (!is_one(env, directory)) {
    const bool begun = env.exists(join_path(directory, events_folder));
    throw Error(ErrorKind::not_found, directory, begun ? "is a workspace without workspace.yaml" : "is no workspace",
                (begun ? "finish it with: peregrine init " : "make one with: peregrine init ") + directory);
  }
  Workspace workspace(env, directory);
  const auto text = read_file(env, file);
  Hasher said;
  said.add(text);
  workspace.settings_ = parse_settings(text, file);
  workspace.own_frameworks_ = read_frameworks(env, join_path(directory, frameworks_folder), said);
  workspace.said_ = format_hash(said.hash());
  workspace.vocabulary_ = std::make_unique<Vocabulary>(read_touchpoints(workspace.settings_.touchpoints, file));
  workspace.store_ = store::Store::open(env, join_path(directory, events_folder));
  workspace.framework(workspace.settings_.framework, join_place(file, "framework"));
  return workspace;
}

void Workspace::edit_settings(
    const std::function<std::string(const std::string& text, const std::string& path)>& edit) const {
  const auto file = join_path(directory_, settings_file);
  const auto lock = env_->lock(join_path(directory_, settings_lock));
  const auto text = edit(read_file(*env_, file), file);
  parse_settings(text, file);
  replace_file(*env_, file, text);
}

std::vector<const Framework*> Workspace::frameworks() const {
  std::vector<const Framework*> all;
  for (const auto& framework : own_frameworks_) all.push_back(&framework);
  for (const auto& framework : shipped_frameworks()) all.push_back(&framework);
  return all;
}

const Framework& Workspace::framework(std::string_view name, std::string_view where) const {
  const std::string_view wanted = name.empty() ? std::string_view(settings_.framework) : name;
  std::vector<std::string_view> names;
  for (const auto* framework : frameworks()) {
    if (framework->name == wanted) return *framework;
    names.push_back(framework->name);
  }
  throw Error(ErrorKind::not_found, std::string(where), "there is no framework \"" + std::string(wanted) + "\"",
              propose(wanted, names));
}

std::vector<Prepared> Workspace::prepare_all(const std::vector<Ask>& asks, const store::Snapshot& snapshot) const {
  std::vector<KnownColumn> columns;
  for (const auto& column : snapshot.properties()) columns.push_back({column.name, column.type});
  const Names names{.events = snapshot.event_names(),
                    .columns = columns,
                    .oldest = snapshot.oldest(),
                    .newest = snapshot.newest(),
                    .quarantined = snapshot.quarantined()};
  std::vector<Prepared> prepared;
  for (const auto& ask : asks) prepared.push_back(prepare(ask, *this, names, settings_.timezone));
  return prepared;
}

/// All that an answer depends on.
json::object Workspace::cache_key(const Prepared& question, const store::Snapshot& snapshot) const {
  return {{"program", build_id()},
          {"data", snapshot.fingerprint()},
          {"workspace", said_},
          {"analysis", question.analysis},
          {"params", question.params}};
}

std::vector<json::object> Workspace::run(const std::vector<Ask>& asks, const RunOptions& options) const {
  return run_on(*store_->snapshot(), asks, options);
}

std::vector<json::object> Workspace::run_on(const store::Snapshot& snapshot, const std::vector<Ask>& asks,
                                            const RunOptions& options) const {
  const auto prepared = prepare_all(asks, snapshot);
  const bool caches = options.cache && options.repeat == 0 && !build_id().empty();
  AnswerCache cache(*env_, join_path(directory_, answers_folder));

  std::vector<json::object> answers(prepared.size());
  std::vector<std::size_t> open;
  std::vector<const Prepared*> questions;
  for (std::size_t i = 0; i < prepared.size(); ++i) {
    const auto start = std::chrono::steady_clock::now();
    auto kept = caches ? cache.find(cache_key(prepared[i], snapshot)) : std::nullopt;
    if (!kept) {
      open.push_back(i);
      questions.push_back(&prepared[i]);
      continue;
    }
    answers[i] = std::move(*kept);
    auto& about = answers[i].at("meta").as_object();
    about["seconds"] = seconds_since(start);
    about["cached"] = true;
  }
  if (open.empty()) return answers;

  auto asked = scan(questions, snapshot, options);
  for (std::size_t i = 0; i < open.size(); ++i) {
    auto& answer = answers[open[i]] = std::move(asked[i]);
    if (!caches) continue;
    auto kept = answer;
    kept.at("meta").as_object().erase("seconds");
    cache.keep(cache_key(*questions[i], snapshot), kept);
  }
  return answers;
}

std::vector<json::object> Workspace::scan(const std::vector<const Prepared*>& questions,
                                          const store::Snapshot& snapshot, const RunOptions& options) const {
  const auto labels = vocabulary_->label(snapshot.event_names());
  const bool guesses = has_guesses(labels);
  // Two tasks a question, its fold and (when it is narrowed or there are guesses) its extent; the last repetition's are
  // kept.
  std::vector<engine::Task> tasks;
  std::vector<double> runs;
  for (std::size_t repetition = 0; repetition < std::max<std::size_t>(1, options.repeat); ++repetition) {
    tasks.clear();
    for (const auto* each : questions) tasks.push_back(each->task());
    for (const auto* each : questions) {
      if (guesses || each->narrowed()) tasks.push_back(each->extent(guesses));
    }
    const auto start = std::chrono::steady_clock::now();
    engine::scan(snapshot, labels, tasks,
                 {.threads = options.threads, .progress = options.progress, .cancelled = options.cancelled});
    runs.push_back(seconds_since(start));
  }
  std::vector<double> sorted = runs;
  std::sort(sorted.begin(), sorted.end());

  std::vector<json::object> answers;
  std::size_t extent = questions.size();
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const auto& each = *questions[i];
    Meta meta;
    auto result = tasks[i].fold->finish(meta);
    say_missing(snapshot, meta);
    std::int64_t events = snapshot.events();
    std::int64_t journeys = snapshot.journeys();
    std::int64_t guessed = 0;
    if (guesses || each.narrowed()) {
      const auto& seen = dynamic_cast<const engine::Extent&>(*tasks[extent++].fold);
      events = seen.events();
      journeys = seen.journeys();
      guessed = seen.guessed();
    }
    json::object about{{"events", events},
                       {"journeys", journeys},
                       {"guessed", guessed},
                       {"partitions_skipped", static_cast<std::int64_t>(tasks[i].skipped)},
                       {"from", each.scope.zone.format(std::max(each.scope.from, snapshot.oldest()))},
                       {"to", each.scope.zone.format(std::min(each.scope.to, snapshot.newest()))},
                       {"timezone", each.scope.zone.name()},
                       {"policy", policy_of(meta)},
                       {"undefined", to_json(meta.undefined)},
                       {"seconds", sorted[sorted.size() / 2]}};
    if (options.repeat > 1) about["runs"] = to_json(runs);
    answers.push_back({{"analysis", each.analysis},
                       {"params", each.params},
                       {"result", std::move(result)},
                       {"meta", std::move(about)}});
  }
  return answers;
}

Workspace::Behind Workspace::customers(const Ask& ask, std::string_view figure, const RunOptions& options) const {
  const auto snapshot = store_->snapshot();  // one for the figure and for those behind it
  Behind behind;
  behind.answer = run_on(*snapshot, {ask}, options).front();
  const Figure place(behind.answer.at("result").as_object(), figure);
  behind.figure = place.value();

  const auto labels = vocabulary_->label(snapshot->event_names());
  auto prepared = std::move(prepare_all({ask}, *snapshot).front());
  expect_customers(*prepared.question, figure);
  std::vector<engine::Task> tasks;
  tasks.push_back(prepared.task());
  engine::scan(*snapshot, labels, tasks,
               {.threads = options.threads});  // ends with the last pass, whose groups are known

  const auto& stages = framework({}, "framework");
  std::vector<json::array> rows(snapshot->partitions());
  engine::for_each_behind(*snapshot, labels, tasks.front(), Timeline::columns({}), place, options.threads,
                          [&](std::size_t partition, const Part& part, std::span<const std::size_t> journeys) {
                            const Timeline timeline(part, stages, prepared.scope, prepared.scope.zone, {});
                            for (const auto journey : journeys) rows[partition].push_back(timeline.row(journey));
                          });
  for (auto& own : rows) {
    for (auto& row : own) behind.customers.push_back(std::move(row));
  }
  return behind;
}

json::object Workspace::journey(std::string_view customer, std::string_view framework_name) const {
  const auto& stages = framework(framework_name, "--framework");
  const auto snapshot = store_->snapshot();
  const auto labels = vocabulary_->label(snapshot->event_names());
  std::vector<std::string> properties;
  for (const auto& column : snapshot->properties()) properties.push_back(column.name);
  const auto one = snapshot->partition_of(customer);
  for (auto partition = one.value_or(0); partition < (one ? *one + 1 : snapshot->partitions()); ++partition) {
    const auto ids = snapshot->part(partition, {.time = false, .event = false, .identities = true}, labels);
    for (std::size_t journey = 0; journey < ids->journeys(); ++journey) {
      if (ids->customer(journey) != customer) continue;
      const auto part = snapshot->part(partition, Timeline::columns(properties), labels);
      const auto zone = Zone::find(settings_.timezone, "timezone");
      auto found = Timeline(*part, stages, {.newest = snapshot->newest()}, zone, properties).journey(journey);
      snapshot->expect_intact();
      return found;
    }
  }
  snapshot->expect_intact();
  throw Error(ErrorKind::not_found, directory_, "has no customer \"" + std::string(customer) + "\"");
}

}  // namespace peregrine
