// Parquet files of every kind of column, and damaged ones.
#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <arrow/json/from_string.h>
#include <arrow/util/decimal.h>
#include <parquet/arrow/writer.h>

#include <cmath>
#include <random>

#include "ingest/import_fixture.hpp"
#include "ingest/quarantined_rows.hpp"

namespace peregrine::ingest {
namespace {

using Array = std::shared_ptr<arrow::Array>;

template <class Builder, class Value>
Array array(const std::shared_ptr<arrow::DataType>& type, const std::vector<std::optional<Value>>& values) {
  Builder builder(type, arrow::default_memory_pool());
  for (const auto& value : values) {
    if (!(value ? builder.Append(*value) : builder.AppendNull()).ok()) throw std::bad_alloc();
  }
  return *builder.Finish();
}
Array texts(const std::vector<std::optional<std::string>>& values) {
  return array<arrow::StringBuilder>(arrow::utf8(), values);
}
Array micros(const std::vector<std::optional<std::int64_t>>& values) {
  return array<arrow::TimestampBuilder>(arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"), values);
}

constexpr std::int64_t noon = 1767618000;  // 2026-01-05T13:00:00Z

class ParquetTest : public ImportFixture {
 protected:
  struct Column {
    std::string name;
    Array values;
  };

  std::string write_parquet(const std::vector<Column>& columns) {
    arrow::FieldVector fields;
    arrow::ArrayVector arrays;
    for (const auto& column : columns) {
      fields.push_back(arrow::field(column.name, column.values->type()));
      arrays.push_back(column.values);
    }
    const auto table = arrow::Table::Make(arrow::schema(fields), arrays);
    const auto out = *arrow::io::BufferOutputStream::Create();
    const auto types = parquet::ArrowWriterProperties::Builder().store_schema()->build();
    const auto written = parquet::arrow::WriteTable(*table, arrow::default_memory_pool(), out, 1000,
                                                    parquet::default_writer_properties(), types);
    if (!written.ok()) throw std::runtime_error(written.ToString());
    bytes_ = (*out->Finish())->ToString();
    return write("file.parquet", bytes_);
  }

  std::vector<Column> events(std::int64_t rows) {
    std::vector<std::optional<std::string>> who, what;
    std::vector<std::optional<std::int64_t>> when;
    for (std::int64_t i = 0; i < rows; ++i) {
      who.push_back("c" + std::to_string(i % 7));
      what.push_back(i % 3 == 0 ? "A" : "B");
      when.push_back((noon + i) * 1'000'000);
    }
    return {{"customer", texts(who)}, {"time", micros(when)}, {"event", texts(what)}};
  }

  Imported import_columns(std::vector<Column> extra, std::int64_t rows = 2) {
    auto columns = events(rows);
    for (auto& column : extra) columns.push_back(std::move(column));
    return import_file(write_parquet(columns));
  }
  const std::map<std::string, std::string>& values(std::size_t row) { return rows().at(row).values; }

  std::string bytes_;
};

TEST_F(ParquetTest, rows_of_many_groups_come_in_order_on_any_number_of_threads) {
  const auto file = write_parquet(events(5500));
  request.threads = 1;
  import_file(file);
  ASSERT_EQ(rows().size(), 5500u);
  EXPECT_EQ(rows()[5499].row, 5499u);
  EXPECT_EQ(rows()[5499].time, (noon + 5499) * 1'000'000);
  MemoryStore other;
  request.threads = 4;
  import_files(Env::real(), other, request, {}, cancelled);
  EXPECT_EQ(other.state().rows, rows());
}

TEST_F(ParquetTest, zero_rows_are_fine) {
  const auto done = import_file(write_parquet(events(0)));
  EXPECT_EQ(done.ledgers[0].received, 0);
  EXPECT_EQ(done.mappings[0].format, "Parquet");
}

TEST_F(ParquetTest, columns_keep_their_types) {
  using Whole = std::optional<std::int32_t>;
  using Real = std::optional<double>;
  import_columns(
      {{"size", array<arrow::Int32Builder>(arrow::int32(), std::vector<Whole>{7, {}})},
       {"weight", array<arrow::DoubleBuilder>(arrow::float64(), std::vector<Real>{1.5, {}})},
       {"gift", array<arrow::BooleanBuilder>(arrow::boolean(), std::vector<std::optional<bool>>{true, false})},
       {"due", array<arrow::Date32Builder>(arrow::date32(), std::vector<Whole>{20'000, {}})},
       {"shop", *arrow::DictionaryArray::FromArrays(
                    array<arrow::Int8Builder>(arrow::int8(), std::vector<std::optional<std::int8_t>>{1, 0}),
                    texts({"north", "south"}))},
       {"note", texts({{}, "hello"})}});
  EXPECT_EQ(values(0).at("size"), "7");
  EXPECT_EQ(values(0).at("weight"), "1.5");
  EXPECT_EQ(values(0).at("gift"), "true");
  EXPECT_EQ(values(0).at("due"), "2024-10-04T00:00:00Z");
  EXPECT_EQ(values(0).at("shop"), "south");
  EXPECT_EQ(values(1).count("size"), 0u);
  EXPECT_EQ(values(1).at("gift"), "false");
  EXPECT_EQ(values(1).at("note"), "hello");
}

TEST_F(ParquetTest, numbers_may_be_customers) {
  auto columns = events(3);
  columns[0].values =
      array<arrow::DoubleBuilder>(arrow::float64(), std::vector<std::optional<double>>{17850.0, {}, NAN});
  import_file(write_parquet(columns));
  ASSERT_EQ(rows().size(), 1u);
  EXPECT_EQ(values(0).at("customer"), "17850");
  EXPECT_EQ(codes(), (std::vector<std::string>{"customer_missing", "customer_missing"}));
  EXPECT_EQ(store_state().quarantine[0].raw, R"({"customer":null,"time":"2026-01-05T13:00:01Z","event":"B"})");
  EXPECT_EQ(store_state().quarantine[0].offset, -1);
}

TEST_F(ParquetTest, decimals_are_exact_money) {
  const auto type = arrow::decimal128(38, 10);
  arrow::Decimal128Builder builder(type);
  for (const char* text : {"12.3400000000", "-0.0000005000", "99999999999999999.0000000000"}) {
    ASSERT_TRUE(builder.Append(*arrow::Decimal128::FromString(text)->Rescale(10, 10)).ok());
  }
  auto columns = events(3);
  columns.push_back({"value", *builder.Finish()});
  import_file(write_parquet(columns));
  ASSERT_EQ(rows().size(), 2u);
  EXPECT_EQ(values(0).at("value"), "12340000");
  EXPECT_EQ(values(1).at("value"), "-1");
  EXPECT_EQ(codes(), std::vector<std::string>{"value_out_of_range"});
}

TEST_F(ParquetTest, timestamps_of_every_unit_are_read) {
  request.timezone = "Europe/Amsterdam";
  const auto time_of = [&](arrow::TimeUnit::type unit, const std::string& zone, std::int64_t count,
                           bool int96 = false) {
    auto columns = events(1);
    columns[1].values =
        array<arrow::TimestampBuilder>(arrow::timestamp(unit, zone), std::vector<std::optional<std::int64_t>>{count});
    store = MemoryStore();
    if (int96) {
      const auto table = arrow::Table::Make(
          arrow::schema({arrow::field("customer", arrow::utf8()), arrow::field("time", columns[1].values->type()),
                         arrow::field("event", arrow::utf8())}),
          {columns[0].values, columns[1].values, columns[2].values});
      const auto out = *arrow::io::BufferOutputStream::Create();
      const auto types = parquet::ArrowWriterProperties::Builder().enable_deprecated_int96_timestamps()->build();
      EXPECT_TRUE(parquet::arrow::WriteTable(*table, arrow::default_memory_pool(), out, 1000,
                                             parquet::default_writer_properties(), types)
                      .ok());
      import_file(write("file.parquet", (*out->Finish())->ToString()));
    } else {
      import_file(write_parquet(columns));
    }
    return format_time(Time{rows().at(0).time});
  };
  EXPECT_EQ(time_of(arrow::TimeUnit::SECOND, "UTC", noon), "2026-01-05T13:00:00Z");
  EXPECT_EQ(time_of(arrow::TimeUnit::MILLI, "UTC", noon * 1'000 + 5), "2026-01-05T13:00:00.005Z");
  EXPECT_EQ(time_of(arrow::TimeUnit::MICRO, "America/New_York", noon * 1'000'000), "2026-01-05T13:00:00Z");
  EXPECT_EQ(time_of(arrow::TimeUnit::NANO, "UTC", noon * 1'000'000'000 + 7'999), "2026-01-05T13:00:00.000007Z");
  EXPECT_EQ(time_of(arrow::TimeUnit::MICRO, "", noon * 1'000'000), "2026-01-05T12:00:00Z");
  EXPECT_EQ(time_of(arrow::TimeUnit::NANO, "", noon * 1'000'000'000, true), "2026-01-05T12:00:00Z");
}

/// One row of each text of JSON, of this type.
Array from_json(const std::shared_ptr<arrow::DataType>& type, const std::string& json) {
  return *arrow::json::ArrayFromJSONString(type, json);
}

TEST_F(ParquetTest, structs_are_flattened_and_lists_are_kept_as_json) {
  const auto place = arrow::struct_({arrow::field("country", arrow::utf8()),
                                     arrow::field("at", arrow::struct_({arrow::field("lat", arrow::float64())}))});
  const auto lines =
      arrow::list(arrow::struct_({arrow::field("sku", arrow::utf8()), arrow::field("n", arrow::int32())}));
  const auto done =
      import_columns({{"geo", from_json(place, R"([{"country":"NL","at":{"lat":52.5}}, null])")},
                      {"lines", from_json(lines, R"([[{"sku":"a","n":1},{"sku":"b","n":null}], []])")},
                      {"labels", from_json(arrow::map(arrow::utf8(), arrow::utf8()), R"([[["k","v"]], null])")},
                      {"size", texts({"S", "M"})}});
  EXPECT_EQ(values(0).at("geo.country"), "NL");
  EXPECT_EQ(values(0).at("geo.at.lat"), "52.5");
  EXPECT_EQ(values(0).at("lines"), R"([{"sku":"a","n":1},{"sku":"b"}])");
  EXPECT_EQ(values(0).at("labels"), R"([{"key":"k","value":"v"}])");
  EXPECT_EQ(values(1).count("geo.country"), 0u);
  EXPECT_EQ(values(1).count("lines"), 0u);
  EXPECT_EQ(values(1).at("size"), "M");
}

TEST_F(ParquetTest, a_column_of_a_type_that_is_not_read_is_left_out_with_a_note) {
  const auto done = import_columns(
      {{"span", from_json(arrow::duration(arrow::TimeUnit::SECOND), "[1, 2]")}, {"size", texts({"S", "M"})}});
  EXPECT_EQ(values(1).at("size"), "M");
  EXPECT_EQ(done.mappings[0].columns[3].why, Why::ignored);
  EXPECT_EQ(done.mappings[0].columns[3].note, "of a type that is not read: duration[s]");
}

TEST_F(ParquetTest, a_ga4_export_is_recognised_by_its_columns) {
  const auto value =
      arrow::struct_({arrow::field("string_value", arrow::utf8()), arrow::field("int_value", arrow::int64()),
                      arrow::field("double_value", arrow::float64())});
  const auto parameters =
      arrow::list(arrow::struct_({arrow::field("key", arrow::utf8()), arrow::field("value", value)}));
  const auto items =
      arrow::list(arrow::struct_({arrow::field("item_id", arrow::utf8()), arrow::field("item_name", arrow::utf8())}));
  const auto money = arrow::struct_({arrow::field("purchase_revenue", arrow::float64())});
  const auto done = import_file(write_parquet(
      {{"event_name", texts({"purchase", "page_view"})},
       {"event_timestamp", from_json(arrow::int64(), "[1767618000000000, 1767618001000000]")},
       {"user_id", texts({"u1", std::nullopt})},
       {"user_pseudo_id", texts({"p1", "p1"})},
       {"event_params",
        from_json(parameters, R"([[{"key":"page","value":{"string_value":"/a","int_value":null,"double_value":null}},
          {"key":"engaged","value":{"string_value":null,"int_value":7,"double_value":null}},
          {"key":"currency","value":{"string_value":"EUR","int_value":null,"double_value":null}}], []])")},
       {"user_properties",
        from_json(parameters,
                  R"([[{"key":"tier","value":{"string_value":"gold","int_value":null,"double_value":null}}], null])")},
       {"ecommerce", from_json(money, R"([{"purchase_revenue":10.5}, null])")},
       {"items", from_json(items, R"([[{"item_id":"1","item_name":"Shoe"}], []])")}}));
  EXPECT_EQ(done.mappings[0].format, "Parquet (GA4 export)");
  EXPECT_EQ(values(0).at("event"), "purchase");
  EXPECT_EQ(values(0).at("customer"), "u1");
  EXPECT_EQ(values(0).at("anonymous"), "p1");
  EXPECT_EQ(format_time(Time{rows()[0].time}), "2026-01-05T13:00:00Z");
  EXPECT_EQ(values(0).at("page"), "/a");
  EXPECT_EQ(values(0).at("engaged"), "7");
  EXPECT_EQ(values(0).at("value"), "10500000");
  EXPECT_EQ(values(0).at("currency"), "EUR");
  EXPECT_EQ(values(0).at("trait.tier"), "gold");
  EXPECT_EQ(values(0).at("product"), "Shoe");
  EXPECT_EQ(values(1).count("page"), 0u);
}

TEST_F(ParquetTest, rows_of_a_ga4_export_are_put_together_again_as_json) {
  const auto value = arrow::struct_({arrow::field("string_value", arrow::utf8())});
  const auto parameters =
      arrow::list(arrow::struct_({arrow::field("key", arrow::utf8()), arrow::field("value", value)}));
  const auto items = arrow::list(arrow::struct_({arrow::field("item_name", arrow::utf8())}));
  const auto done = import_file(write_parquet(
      {{"event_name", texts({"purchase", "purchase"})},
       {"event_timestamp", from_json(arrow::int64(), "[1767618000000000, 1767618001000000]")},
       {"user_id", texts({"u1", "guest"})},
       {"backup", texts({"b1", "b2"})},
       {"event_params", from_json(parameters, R"([[], [{"key":"page","value":{"string_value":"/a \"b\""}}]])")},
       {"items", from_json(items, R"([[], [{"item_name":"Shoe"}]])")}}));
  ASSERT_EQ(codes(), std::vector<std::string>{"id_placeholder"});
  QuarantinedRows again(done.mappings[0]);
  again.add(store_state().quarantine[0].raw);
  request.roles.customer = "backup";
  store = MemoryStore();
  EXPECT_EQ(import_file(write("again.jsonl", again.text())).mappings[0].format, "JSON lines (GA4 export)");
  EXPECT_EQ(values(0).at("customer"), "b2");
  EXPECT_EQ(format_time(Time{rows()[0].time}), "2026-01-05T13:00:01Z");
  EXPECT_EQ(values(0).at("page"), "/a \"b\"");
  EXPECT_EQ(values(0).at("product"), "Shoe");
}

TEST_F(ParquetTest, nothing_usable_is_refused) {
  EXPECT_NE(error_of(write_parquet({{"a", texts({"x"})}})).find("no column says who (give --customer COL"),
            std::string::npos);
}

TEST_F(ParquetTest, text_that_is_not_utf8_is_quarantined) {
  auto columns = events(2);
  columns.push_back({"note", array<arrow::BinaryBuilder>(
                                 arrow::binary(), std::vector<std::optional<std::string>>{"caf\xE9", "caf\xC3\xA9"})});
  import_file(write_parquet(columns));
  EXPECT_EQ(codes(), std::vector<std::string>{"invalid_utf8"});
  EXPECT_EQ(values(0).at("note"), "caf\xC3\xA9");
}

TEST_F(ParquetTest, cut_and_foreign_files_are_refused) {
  write_parquet(events(100));
  const auto whole = bytes_;
  EXPECT_NE(error_of(write("cut.parquet", whole.substr(0, whole.size() / 2)))
                .find("cut.parquet: is no Parquet file that can be read"),
            std::string::npos);
  EXPECT_NE(error_of(write("tiny.parquet", "PAR1")).find("tiny.parquet: is no Parquet file"), std::string::npos);
  EXPECT_NE(error_of(write("text.parquet", "customer,time,event\n")).find("does not begin like one"),
            std::string::npos);
  auto locked = whole;
  locked.replace(locked.size() - 4, 4, "PARE");
  EXPECT_NE(error_of(write("locked.parquet", locked)).find("locked.parquet: "), std::string::npos);
  EXPECT_EQ(store_state().publishes, 0u);
}

TEST_F(ParquetTest, changed_bytes_never_break_the_import) {
  write_parquet(events(50));
  const auto whole = bytes_;
  const auto seed = std::random_device()();
  std::mt19937_64 random(seed);
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::size_t crashes = 0;
  for (int i = 0; i < 250; ++i) {
    auto bytes = whole;
    for (std::size_t k = 1 + random() % 6; k > 0; --k) bytes[random() % bytes.size()] = static_cast<char>(random());
    MemoryStore other;
    request.files = {write("file.parquet", bytes)};
    try {
      expect_law(import_files(Env::real(), other, request, {}, cancelled).ledgers[0]);
    } catch (const Error& error) {
      EXPECT_EQ(other.state().publishes, 0u);
      if (std::string(error.what()).find("crashed") != std::string::npos) ++crashes;  // Arrow's, and only the reader's
    }
  }
  RecordProperty("readers_that_crashed", static_cast<int>(crashes));
}

}  // namespace
}  // namespace peregrine::ingest
