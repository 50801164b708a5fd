// DerivedColumns are the columns that a mapping file makes of a file's own: each row of cells becomes another row of
// cells, is left out, or is rejected. They stand between every reader and the Plan. Made once a file, then only read,
// by all threads.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ingest/expression.hpp"
#include "ingest/mapping_file.hpp"
#include "ingest/plan.hpp"

namespace peregrine::ingest {

class DerivedColumns {
 public:
  /// `sample` has the file's own columns. Throws `invalid`, at the letter of the mapping file, for columns that are not
  /// there, definitions that need themselves, and conditions that are none.
  DerivedColumns(MappingFile mapping, const Sample& sample);
  DerivedColumns(const DerivedColumns&) = delete;
  DerivedColumns& operator=(const DerivedColumns&) = delete;

  /// The columns that come out, with the values that come out of the rows of `sample`; texts live as long as both.
  Sample derive_sample(const Sample& sample) const;
  /// Columns of the file that come out nowhere, and why.
  std::vector<MappedColumn> unused() const;

  const MappingFile& mapping() const { return mapping_; }

  /// For a mapping that joins rows, once it is known what the columns become. Throws `invalid` for rules that do not
  /// fit.
  void choose_rules(const Plan& plan);
  /// How the cells of joined rows become one, by column; empty when rows are not joined.
  const std::vector<JoinRule>& rules() const { return rules_; }

  enum class Fate : std::uint8_t { kept, left_out, rejected };
  /// What one thread needs to derive row after row.
  struct Row {
    std::vector<Cell> cells;       // kept: those that come out
    std::string key;               // kept: what joins rows, when they are joined
    std::string_view because;      // left out
    std::optional<Finding> fault;  // rejected
    std::vector<Cell> slots;       // of the file, then of the definitions
  };
  /// Texts of the cells that come out live as long as those of `cells` and this.
  Fate derive(std::span<const Cell> cells, Row& row) const;

 private:
  struct Option {
    std::optional<Expression> when;
    std::optional<Expression> take;
    Cell constant;
  };
  struct Defined {
    std::vector<Option> options;
    std::size_t slot = 0;
    bool renames = false;  // it is a column of the file under another name
  };
  struct Condition {
    Expression when;
    std::string_view because;
  };
  struct Result {
    std::optional<std::size_t> slot;  // nothing: it counts rows
    SampleColumn facts;               // without values
  };

  void define_all();
  void order_definitions();
  void visit(std::size_t definition, std::vector<int>& states, std::vector<std::size_t>& way);
  Option option(const Choice& choice);
  Expression bound(const Written& written);
  std::size_t slot_of(const std::string& name, const std::string& place) const;
  [[noreturn]] void refuse_column(const Written& name, std::string_view what, bool results) const;
  void choose_results(const Sample& sample);
  void add_result(std::size_t definition);
  void force_types();
  bool is_joined(const SampleColumn& column) const;
  void add_count(const Written& column);
  std::optional<std::size_t> result_named(std::string_view name) const;
  std::optional<std::size_t> result_for(std::string_view name, const Plan& plan) const;
  static void expect_rule_fits(const JoinedColumn& joined, Target target);
  std::string words_of(const Definition& definition) const;
  static bool reads(const Defined& defined, std::size_t slot);
  std::string columns_read_by(const Defined& defined) const;
  bool read_number(std::size_t result, Row& row) const;
  Cell value_of(std::size_t definition, const Slots& slots, std::optional<Finding>& fault) const;

  MappingFile mapping_;
  std::size_t own_ = 0;                // columns of the file
  bool plain_ = true;                  // the file has rows of no known shape
  bool typed_ = false;                 // its texts are texts
  std::vector<std::string> names_;     // by slot
  std::vector<std::string> unusable_;  // by column of the file
  std::vector<AmountStyle> styles_;    // by slot
  std::vector<Defined> defined_;       // as in the mapping file
  std::vector<std::size_t> order_;     // of definitions: what another one needs comes first
  std::vector<Condition> leave_out_;
  std::vector<Expression> keys_;
  std::vector<Result> results_;
  std::vector<JoinRule> rules_;
  std::vector<bool> reads_number_;  // by column, for joins
  std::vector<MappedColumn> unused_;
};

}  // namespace peregrine::ingest
