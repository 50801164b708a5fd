// An Analysis is one entry of the catalog: a folder of src/analyses, its name, its page and how to ask it.
// The catalog is generated from the folders; a State's Params and Result say everything else.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "fold/resources.hpp"
#include "fold/running_fold.hpp"
#include "model/known_names.hpp"

namespace peregrine {

/// A question whose parameters were read, resolved and checked: ready to run over any part.
class Question {
 public:
  virtual ~Question() = default;

  virtual ColumnRequest columns() const = 0;
  /// The parameters as they were understood, defaults filled in.
  virtual json::object params() const = 0;
  virtual std::unique_ptr<RunningFold> fold(const Scope& scope) const = 0;
  /// Throws when a parameter names an event or a column that the data do not have.
  virtual void check(const KnownNames& known) const = 0;
  /// How many events of a journey a figure stands on at most, which groups can be read at (`by_at`); 0: none is named.
  virtual std::size_t anchors() const = 0;
  /// What the whole numbers of that name in the result count: `customers`, or else `events`, `sessions` …
  virtual std::string_view counted(std::string_view member) const = 0;
};

/// A fold whose result also has whole numbers that count no customers: it says what those of a name count.
template <class S>
concept CountsOthers = requires(const typename S::Params& params, std::string_view member) {
  { S::counted(params, member) } -> std::same_as<std::string_view>;
};

class Analysis {
 public:
  virtual ~Analysis() = default;

  virtual std::string_view name() const = 0;
  /// The page, Markdown.
  virtual std::string_view page() const = 0;
  /// The first sentence of the page: what the analysis answers.
  std::string summary() const;
  virtual json::object params_schema() const = 0;
  virtual json::object result_schema() const = 0;
  /// Reads `params` (an object) with errors that begin with the analysis's name.
  virtual std::unique_ptr<Question> ask(const json::value& params, const Resources& resources) const = 0;
};

/// All analyses, sorted by name. Defined by the generated catalog.
std::span<const Analysis* const> catalog();

/// Throws `not_found` with proposals.
const Analysis& find_analysis(std::string_view name);

template <Fold S>
class StateQuestion final : public Question {
 public:
  explicit StateQuestion(typename S::Params params)
      : params_(std::make_shared<const typename S::Params>(std::move(params))) {}

  ColumnRequest columns() const override { return S::columns(*params_); }
  json::object params() const override { return write_fields(*params_); }
  std::unique_ptr<RunningFold> fold(const Scope& scope) const override {
    return std::make_unique<StateFold<S>>(params_, scope);
  }
  void check(const KnownNames& known) const override {
    if constexpr (requires { &S::Params::check; }) params_->check(known);
  }
  std::size_t anchors() const override {
    if constexpr (Anchored<S>) return S::anchors(*params_);
    return 0;
  }
  std::string_view counted([[maybe_unused]] std::string_view member) const override {
    if constexpr (CountsOthers<S>) return S::counted(*params_, member);
    return "customers";
  }

 private:
  std::shared_ptr<const typename S::Params> params_;  // shared with the folds made from this question
};

template <Fold S>
class StateAnalysis final : public Analysis {
 public:
  StateAnalysis(std::string_view name, std::string_view page) : name_(name), page_(page) {}

  std::string_view name() const override { return name_; }
  std::string_view page() const override { return page_; }
  json::object params_schema() const override { return schema_of<typename S::Params>(); }
  json::object result_schema() const override { return schema_of<typename S::Result>(); }
  std::unique_ptr<Question> ask(const json::value& given, const Resources& resources) const override {
    auto whole = given;
    if constexpr (requires { S::Params::complete(given.get_object()); }) {
      if (given.is_object()) whole = S::Params::complete(given.get_object());
    }
    auto params = from_json<typename S::Params>(whole, name_);
    if constexpr (requires { params.resolve(resources); }) params.resolve(resources);
    return std::make_unique<StateQuestion<S>>(std::move(params));
  }

 private:
  std::string_view name_;
  std::string_view page_;
};

}  // namespace peregrine
