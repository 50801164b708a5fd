#include "store/row_order.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <tuple>

#include "store/store_fixture.hpp"

namespace peregrine::store {

namespace {

/// Rows of known and unknown customers in several parts, and the order in which they ought to come.
struct Example {
  struct Row {
    std::string customer;  // known when it begins with k
    std::int64_t time = 0;
    std::uint32_t place = 0;
    bool skip = false;
  };
  std::vector<std::vector<Row>> parts;

  auto sorted() const {
    using Line = std::tuple<std::uint64_t, std::string, std::int64_t, std::uint32_t>;
    std::vector<Line> lines;
    for (const auto& part : parts) {
      for (const auto& row : part) {
        if (!row.skip) lines.emplace_back(hash64(row.customer), row.customer, row.time, row.place);
      }
    }
    std::stable_sort(lines.begin(), lines.end());
    return lines;
  }

  /// The same by the units that are tested.
  auto ordered() const {
    std::vector<Columns> columns(parts.size());
    std::vector<Rows> rows;
    for (std::size_t i = 0; i < parts.size(); ++i) rows.push_back(columns[i].rows_of(parts[i]));
    std::vector<const Rows*> pointers;
    for (const auto& part : rows) pointers.push_back(&part);
    const AllRows all(pointers);
    Journeys journeys;
    RowOrder order;
    MergeRules rules;
    rules.source_rank = {0};
    rules.numbered = {1};
    const std::vector<std::string_view> names{"Visit"};
    rules.event_names = names;
    for (int twice = 0; twice < 2; ++twice) {  // the second time with memory that was used before
      journeys.find(all);
      order.sort(all, journeys, rules);
    }
    std::vector<std::int64_t> times;
    order.take_times(times);
    decltype(sorted()) lines;
    for (std::size_t journey = 0; journey < journeys.size(); ++journey) {
      const auto number = journeys.order()[journey];
      const std::string id(journeys.id(number));
      EXPECT_EQ(journeys.known(number), id.starts_with("k"));
      for (auto i = order.first()[journey]; i < order.first()[journey + 1]; ++i) {
        const auto at = all.at(order.rows()[i]);
        EXPECT_EQ(at.part->time[at.row], times[i]);
        lines.emplace_back(journeys.hash(number), id, times[i], at.part->row[at.row]);
      }
    }
    return lines;
  }

 private:
  struct Columns {
    std::vector<std::int64_t> time;
    std::vector<std::uint32_t> row;
    std::vector<std::uint16_t> event;
    std::vector<std::uint8_t> skip;
    TextColumn customer, anonymous;
    std::vector<std::string_view> customers, anonymouses;

    Rows rows_of(const std::vector<Row>& from) {
      for (const auto& one : from) {
        time.push_back(one.time);
        row.push_back(one.place);
        event.push_back(0);
        skip.push_back(one.skip ? 1 : 0);
        const bool known = one.customer.starts_with("k");
        known ? customer.add(one.customer) : customer.add_none();
        known ? anonymous.add_none() : anonymous.add(one.customer);
      }
      customers.assign(customer.names().begin(), customer.names().end());
      anonymouses.assign(anonymous.names().begin(), anonymous.names().end());
      Rows rows;
      rows.size = from.size();
      rows.time = time.data();
      rows.row = row.data();
      rows.event.narrow = event.data();
      rows.skip = skip.data();
      rows.customer = {customers, customer.codes().data()};
      rows.anonymous = {anonymouses, anonymous.codes().data()};
      return rows;
    }
  };
};

Example random_example(std::mt19937_64& random, std::size_t rows, std::size_t customers, std::int64_t least,
                       std::uint64_t range) {
  Example example;
  example.parts.resize(1 + random() % 4);
  std::vector<std::uint32_t> places(rows);
  std::iota(places.begin(), places.end(), 0U);
  std::shuffle(places.begin(), places.end(), random);
  for (const auto place : places) {
    Example::Row row;
    row.customer = (random() % 4 == 0 ? "u" : "k") + std::to_string(random() % customers);
    const auto since = range == 0 ? random() : random() % range;
    row.time = static_cast<std::int64_t>(static_cast<std::uint64_t>(least) + since);
    row.place = place;
    row.skip = random() % 10 == 0;
    example.parts[random() % example.parts.size()].push_back(row);
  }
  return example;
}

TEST(RowOrder, is_that_of_a_stable_sort) {
  std::mt19937_64 random(test_seed());
  for (const std::size_t rows : {0, 1, 2, 50, 3000}) {
    for (const std::size_t customers : {1, 7, 1000}) {
      for (const std::uint64_t range : {std::uint64_t{1}, std::uint64_t{5}, std::uint64_t{1'000'000'000'000}}) {
        for (const std::int64_t least : {std::int64_t{0}, std::int64_t{-500'000'000'000}}) {
          const auto example = random_example(random, rows, customers, least, range);
          EXPECT_EQ(example.ordered(), example.sorted());
        }
      }
    }
  }
}

TEST(RowOrder, takes_times_of_the_widest_range) {
  std::mt19937_64 random(test_seed());
  constexpr auto earliest = std::numeric_limits<std::int64_t>::min();
  auto example = random_example(random, 2000, 5, earliest, 0);  // 0: all of 64 bits
  // Neighbours that differ in a bit for which a key has no room.
  for (std::uint32_t i = 0; i < 100; ++i) {
    const auto since = static_cast<std::int64_t>(random() % 3);
    example.parts[0].push_back({"k1", earliest + since, 2000 + i, false});
    example.parts[0].push_back({"k1", std::numeric_limits<std::int64_t>::max() - since, 2200 + i, false});
  }
  EXPECT_EQ(example.ordered(), example.sorted());
}

}  // namespace

}  // namespace peregrine::store
