// What expressions of mapping files say of a row, and what is said of expressions that make no sense.
#include "ingest/expression.hpp"

#include <gtest/gtest.h>

#include <map>

#include "base/error.hpp"
#include "ingest/cell_text.hpp"

namespace peregrine::ingest {
namespace {

const std::map<std::string, std::string> row = {
    {"Quantity", "6"},      {"UnitPrice", "2.55"},   {"InvoiceNo", "C536379"}, {"Country", "Great Bay"},
    {"empty", ""},          {"word", "six"},         {"zip", "01234"},         {"huge", "9000000000000"},
    {"tiny", "0.00000025"}, {"Customer ID", "17850"}};

/// An expression over the row, and the row's cells.
struct Asked {
  explicit Asked(const std::string& text) : expression(Expression::parse({text, "m.yaml", 3, 10})) {
    expression.bind([&](const std::string& name, const std::string& place) {
      const auto found = row.find(name);
      if (found == row.end()) throw Error(ErrorKind::invalid, place, "has no column " + name);
      names.push_back(name);
      styles.push_back(AmountStyle::point);
      Cell cell;
      cell.kind = found->second.empty() ? Cell::Kind::none : Cell::Kind::text;
      cell.text = found->second;
      cells.push_back(cell);
      return cells.size() - 1;
    });
  }
  bool holds() { return expression.holds({cells, styles, names}, fault); }
  std::string value() {
    CellText text;
    const auto cell = expression.value({cells, styles, names}, fault);
    return fault ? std::string(name_of(fault->reason)) + ": " + fault->sentence : std::string(text.of(cell));
  }

  Expression expression;
  std::vector<Cell> cells;
  std::vector<AmountStyle> styles;
  std::vector<std::string> names;
  std::optional<Finding> fault;
};

bool holds(const std::string& text) {
  return Asked(text).holds();
}
std::string value(const std::string& text) {
  return Asked(text).value();
}
std::string error(const std::string& text) {
  try {
    Asked(text).expression.require_condition();
  } catch (const Error& failure) {
    return failure.what();
  }
  return "no error";
}

TEST(Expression, arithmetic_is_exact_in_millionths) {
  EXPECT_EQ(value("Quantity * UnitPrice"), "15.3");
  EXPECT_EQ(value("0.1 + 0.2"), "0.3");
  EXPECT_EQ(value("-Quantity * (UnitPrice - 0.05) / 2"), "-7.5");
  EXPECT_EQ(value("1 / 3"), "0.333333");
  EXPECT_EQ(value("2 / 3"), "0.666667");
  EXPECT_EQ(value("-2 / 3"), "-0.666667");
  EXPECT_EQ(value("1 - 2 - 3"), "-4");
  EXPECT_EQ(value("8 / 2 / 2"), "2");
}

TEST(Expression, numbers_with_more_decimals_are_floating) {
  EXPECT_EQ(value("tiny * 2"), "5e-07");
}

TEST(Expression, arithmetic_with_nothing_is_nothing) {
  EXPECT_EQ(value("Quantity * empty"), "");
  EXPECT_EQ(value("empty - 1"), "");
}

TEST(Expression, what_cannot_be_calculated_is_said) {
  EXPECT_EQ(value("Quantity * word"), "number_unreadable: word is not a number: \"six\"");
  EXPECT_EQ(value("huge * huge"), "number_out_of_range: huge * huge is out of range or divides by zero");
  EXPECT_EQ(value("Quantity / 0"), "number_out_of_range: Quantity / 0 is out of range or divides by zero");
}

TEST(Expression, conditions_hold_as_in_where) {
  EXPECT_TRUE(holds("Quantity = 6 and UnitPrice > 2.5"));
  EXPECT_TRUE(holds("Quantity > 10 or Country = \"Great Bay\""));
  EXPECT_FALSE(holds("not Quantity = 6"));
  EXPECT_TRUE(holds("Quantity * UnitPrice >= 15.3"));
  EXPECT_TRUE(holds("Country in (\"NL\", \"Great Bay\")"));
  EXPECT_TRUE(holds("Country not in (\"NL\")"));
  EXPECT_TRUE(holds("Quantity in (5, 6)"));
  EXPECT_TRUE(holds("`Customer ID` = 17850"));
  EXPECT_TRUE(holds("zip = \"01234\""));
  EXPECT_FALSE(holds("zip = \"1234\""));
  EXPECT_TRUE(holds("Quantity < 10"));
  EXPECT_TRUE(holds("Quantity > -1"));
  EXPECT_TRUE(holds("NOT (Quantity > 6 OR empty IS NOT NULL)"));
}

TEST(Expression, a_comparison_with_what_is_not_there_is_false) {
  EXPECT_FALSE(holds("empty = 1"));
  EXPECT_FALSE(holds("empty != 1"));
  EXPECT_FALSE(holds("empty like \"%\""));
  EXPECT_FALSE(holds("word < 3"));
  EXPECT_TRUE(holds("empty is null"));
  EXPECT_TRUE(holds("word is not null"));
}

TEST(Expression, like_takes_runs_and_single_letters) {
  EXPECT_TRUE(holds("InvoiceNo like \"C%\""));
  EXPECT_FALSE(holds("InvoiceNo like \"c%\""));
  EXPECT_TRUE(holds("InvoiceNo not like \"A%\""));
  EXPECT_TRUE(holds("InvoiceNo like \"C_3%9\""));
  EXPECT_FALSE(holds("InvoiceNo like \"_536379_\""));
  EXPECT_FALSE(holds("InvoiceNo like \"C5363\\%\""));
}

TEST(Expression, errors_point_at_the_letter) {
  EXPECT_EQ(error("Quantity < UnitPrise"), "m.yaml:3:21: has no column UnitPrise");
  EXPECT_EQ(error("Quantity * 2"), "m.yaml:3:10: \"Quantity * 2\" is no condition (like Quantity < 0)");
  EXPECT_EQ(error("Quantity > 1 and UnitPrice"), "m.yaml:3:27: \"UnitPrice\" is no condition (like Quantity < 0)");
  EXPECT_EQ(error("Quantity * \"two\" > 1"),
            "m.yaml:3:21: \"\"two\"\" is no number (a column or a number such as 1.5)");
  EXPECT_EQ(error("(Quantity > 1) + 1 > 2"),
            "m.yaml:3:11: \"Quantity > 1\" is no number (a column or a number such as 1.5)");
  EXPECT_EQ(error("Quantity >"), "m.yaml:3:20: ends too early (like Quantity * UnitPrice or Country = \"NL\")");
  EXPECT_EQ(error("Quantity > 1 Country"),
            "m.yaml:3:23: cannot be read from \"Country\" on (like Quantity * UnitPrice or Country = \"NL\")");
  EXPECT_EQ(error("Country = \"NL"), "m.yaml:3:20: is a text without an end (a second \")");
  EXPECT_EQ(error("Country like 5"), "m.yaml:3:23: is no pattern (a text such as \"C%\")");
  EXPECT_NE(error(std::string(200, '(') + "1").find("is nested too deep"), std::string::npos);
  EXPECT_NE(error(std::string(20000, '-')).find("is too long"), std::string::npos);
  EXPECT_NE(error(std::string(200, '-') + "1").find("is nested too deep"), std::string::npos);
}

}  // namespace
}  // namespace peregrine::ingest
