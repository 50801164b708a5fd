// Runs the golden cases of every analysis under several configurations; with --update writes what came out into the
// files, for a person to review.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "base/env.hpp"
#include "base/error.hpp"
#include "fold/described.hpp"
#include "fold/saved_state.hpp"
#include "golden/case_file.hpp"
#include "support/questions.hpp"

namespace peregrine::golden {
namespace {

using Configuration = json::object (*)(const Case& test, const std::string& analysis);

json::object in_memory(const Case& test, const std::string& analysis) {
  return ask_part(MemoryPart::of(test.events), {.analysis = analysis, .params = test.params},
                  {.quarantined = test.quarantined});
}

json::object with_wide_codes(const Case& test, const std::string& analysis) {
  return ask_part(MemoryPart::of(test.events, {.wide_codes = true}), {.analysis = analysis, .params = test.params},
                  {.quarantined = test.quarantined});
}

json::object one_journey_a_batch(const Case& test, const std::string& analysis) {
  return ask_part(MemoryPart::of(test.events), {.analysis = analysis, .params = test.params},
                  {.batch_journeys = 1, .quarantined = test.quarantined});
}

/// Each customer in a part of his own, each part's State saved and loaded, merged in reverse order.
json::object saved_and_merged(const Case& test, const std::string& analysis) {
  return ask_parts_saved(parts_by_customer(test.events), {.analysis = analysis, .params = test.params},
                         test.quarantined);
}

json::object stored(const Case& test, const std::string& analysis, std::size_t partitions, std::size_t threads) {
  const StoredEvents events(test.events, partitions, test.quarantined);
  return events.ask({.analysis = analysis, .params = test.params}, threads);
}
json::object one_partition(const Case& test, const std::string& analysis) {
  return stored(test, analysis, 1, 1);
}
json::object two_threads(const Case& test, const std::string& analysis) {
  return stored(test, analysis, 64, 2);
}
json::object many_partitions(const Case& test, const std::string& analysis) {
  return stored(test, analysis, 256, 16);
}

struct Named {
  const char* name;
  Configuration run;
};
constexpr Named configurations[] = {{"in_memory", in_memory},
                                    {"with_wide_codes", with_wide_codes},
                                    {"one_journey_a_batch", one_journey_a_batch},
                                    {"saved_and_merged", saved_and_merged},
                                    {"one_partition", one_partition},
                                    {"two_threads", two_threads},
                                    {"many_partitions", many_partitions}};

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return text;
}

json::object schema_for(const Case& test, const std::string& analysis) {
  return schema_of_answer(find_analysis(analysis).result_schema(), test.params.contains("by"),
                          test.params.contains("over"));
}

void check(const Expectation& expectation, const json::object& result, const json::object& schema) {
  if (expectation.kind == Expectation::Kind::value) {
    const auto value = value_at(result, schema, expectation.target);
    EXPECT_TRUE(agrees(value, expectation.text))
        << expectation.target << " is " << format_expected(value) << ", expected " << expectation.text;
    return;
  }
  const auto rows = rows_at(result, schema, expectation);
  bool same = rows.size() == expectation.rows.size();
  for (std::size_t row = 0; same && row < rows.size(); ++row) {
    for (std::size_t column = 0; column < expectation.columns.size(); ++column) {
      const auto value = find_value(rows[row].as_object(), expectation.columns[column]);
      same &= agrees(value.value_or(nullptr), expectation.rows[row][column]);
    }
  }
  EXPECT_TRUE(same) << "got\n" << joined(format_expectation(expectation, result, schema));
}

void run_case(const Case& test, const std::string& analysis, Configuration configuration) {
  const bool fails = test.expectations.front().kind == Expectation::Kind::error;
  if (fails) {
    try {
      configuration(test, analysis);
      FAIL() << "expected the error " << test.expectations.front().text;
    } catch (const Error& error) {
      EXPECT_EQ(test.expectations.front().text, error.what());
    }
    return;
  }
  const auto result = configuration(test, analysis);
  const auto schema = schema_for(test, analysis);
  for (const auto& expectation : test.expectations) check(expectation, result, schema);
}

class GoldenTest final : public testing::Test {
 public:
  GoldenTest(const Case& test, std::string analysis, Configuration configuration)
      : case_(test), analysis_(std::move(analysis)), configuration_(configuration) {}
  void TestBody() override { run_case(case_, analysis_, configuration_); }

 private:
  Case case_;
  std::string analysis_;
  Configuration configuration_;
};

std::string test_name(const Case& test, const char* configuration) {
  std::string name;
  for (const char letter : test.name) name += std::isalnum(static_cast<unsigned char>(letter)) != 0 ? letter : '_';
  return name + "_line_" + std::to_string(test.line) + "__" + configuration;
}

/// Rewrites the expectations of a file to what comes out in memory. Errors and the rest of the file stay as they are.
void update(const std::filesystem::path& path, const std::string& analysis) {
  const auto text = read_file(Env::real(), path);
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  auto cases = parse_cases(text, path);
  std::reverse(cases.begin(), cases.end());  // from the end, so that line numbers stay true
  for (auto& test : cases) {
    if (test.expectations.front().kind == Expectation::Kind::error) continue;
    const auto result = in_memory(test, analysis);
    std::reverse(test.expectations.begin(), test.expectations.end());
    for (const auto& expectation : test.expectations) {
      const auto replacement = format_expectation(expectation, result, schema_for(test, analysis));
      const auto begin = lines.begin() + static_cast<std::ptrdiff_t>(expectation.first_line);
      const auto end = lines.begin() + static_cast<std::ptrdiff_t>(expectation.last_line) + 1;
      lines.insert(lines.erase(begin, end), replacement.begin(), replacement.end());
    }
  }
  std::ofstream(path) << joined(lines);
  std::cout << "updated " << path.string() << ": review it with git diff\n";
}

}  // namespace
}  // namespace peregrine::golden

int main(int argc, char** argv) {
  using namespace peregrine;
  using namespace peregrine::golden;
  testing::InitGoogleTest(&argc, argv);
  const bool updates = argc > 1 && std::string_view(argv[1]) == "--update";
  for (const auto* analysis : catalog()) {
    const std::string name(analysis->name());
    const auto path = std::filesystem::path(PEREGRINE_SOURCE) / "src/analyses" / name / (name + ".test");
    if (updates) {
      update(path, name);
      continue;
    }
    const auto cases = parse_cases(read_file(Env::real(), path), path);
    for (const auto& test : cases) {
      for (const auto& configuration : configurations) {
        testing::RegisterTest(name.c_str(), test_name(test, configuration.name).c_str(), nullptr, nullptr, path.c_str(),
                              static_cast<int>(test.line), [test, name, run = configuration.run]() -> testing::Test* {
                                return new GoldenTest(test, name, run);
                              });
      }
    }
  }
  return updates ? 0 : RUN_ALL_TESTS();
}
