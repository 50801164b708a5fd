// What a mapping file makes of the rows of a file, and what is said of mapping files that make no sense.
#include "ingest/mapping_file.hpp"

#include <algorithm>
#include <random>

#include "ingest/import_fixture.hpp"

namespace peregrine::ingest {
namespace {

using Strings = std::vector<std::string>;

constexpr std::string_view lines =
    "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
    "536365,85123A,6,2010-12-01 08:26:00,2.55,17850,United Kingdom\n"
    "536365,71053,6,2010-12-01 08:25:00,3.39,17850,United Kingdom\n"
    "536366,22633,1,2010-12-01 08:28:00,1.85,13047,France\n"
    "C536379,D,-1,2010-12-01 09:41:00,27.50,14527,United Kingdom\n"
    "536365,84406B,1,2010-12-01 08:27:00,0.10,17850,United Kingdom\n"
    "A563185,B,1,2011-08-12 14:50:00,11062.06,,United Kingdom\n"
    "536589,21777,-10,2010-12-01 16:50:00,0.0,,United Kingdom\n"
    "536414,22139,56,2010-12-01 11:52:00,0.0,,United Kingdom\n";

constexpr std::string_view orders =
    "columns:\n"
    "  customer: CustomerID\n"
    "  time: InvoiceDate\n"
    "  event: [{when: 'InvoiceNo like \"C%\"', is: Order Refunded}, {otherwise: Order Completed}]\n"
    "  value: Quantity * UnitPrice\n"
    "  currency: {constant: GBP}\n"
    "  order_id: InvoiceNo\n"
    "  trait.country: Country\n"
    "leave_out:\n"
    "  - {when: 'InvoiceNo like \"A%\"', because: bad debt}\n"
    "  - {when: 'Quantity < 0 and not InvoiceNo like \"C%\"', because: stock}\n"
    "join: {by: InvoiceNo, time: earliest, value: sum, lines: count}\n"
    "timezone: Europe/London\n";

class MappingFileTest : public ImportFixture {
 protected:
  void use(std::string_view yaml) {
    request.mapping_file = "m.yaml";
    request.mapping_text = yaml;
  }
  Imported import_with(std::string_view yaml, std::string_view csv) {
    use(yaml);
    store = MemoryStore();
    return import_csv(csv);
  }
  std::string error_with(std::string_view yaml, std::string_view csv = lines) {
    use(yaml);
    return error_of_csv(csv);
  }
  /// Of one property, by row.
  Strings values(const std::string& name) const {
    Strings all;
    for (const auto& row : rows()) all.push_back(row.values.contains(name) ? row.values.at(name) : "-");
    return all;
  }
  std::vector<std::uint64_t> places() const {
    std::vector<std::uint64_t> all;
    for (const auto& row : rows()) all.push_back(row.row);
    return all;
  }
};

TEST_F(MappingFileTest, lines_become_orders) {
  const auto done = import_with(orders, lines);
  EXPECT_EQ(values("event"), (Strings{"Order Completed", "Order Completed", "Order Refunded"}));
  EXPECT_EQ(values("customer"), (Strings{"17850", "13047", "14527"}));
  EXPECT_EQ(values("value"), (Strings{"35740000", "1850000", "-27500000"}));
  EXPECT_EQ(values("currency"), (Strings{"GBP", "GBP", "GBP"}));
  EXPECT_EQ(values("lines"), (Strings{"3", "1", "1"}));
  EXPECT_EQ(values("order_id"), (Strings{"536365", "536366", "C536379"}));
  EXPECT_EQ(values("trait.country"), (Strings{"United Kingdom", "France", "United Kingdom"}));
  EXPECT_EQ(values("StockCode"), (Strings{"-", "-", "-"}));
  EXPECT_EQ(places(), (std::vector<std::uint64_t>{0, 2, 3}));
  EXPECT_EQ(format_time(Time{rows()[0].time}), "2010-12-01T08:25:00Z");
  const auto& ledger = done.ledgers[0];
  EXPECT_EQ(ledger.received, 8);
  EXPECT_EQ(ledger.stored, 3);
  EXPECT_EQ(ledger.joined, 2);
  EXPECT_EQ(ledger.left_out, 2);
  EXPECT_EQ(ledger.quarantined, 1);
  EXPECT_EQ(ledger.left_out_because, (std::map<std::string, std::int64_t>{{"bad debt", 1}, {"stock", 1}}));
  EXPECT_EQ(ledger.mapping.size(), 32u);
  expect_law(ledger);
  EXPECT_EQ(codes(), (Strings{"customer_missing"}));
  EXPECT_EQ(store_state().quarantine[0].raw, "536414,22139,56,2010-12-01 11:52:00,0.0,,United Kingdom");
  EXPECT_EQ(store_state().quarantine[0].row, 8);
  EXPECT_EQ(store_state().quarantine[0].sentence, "CustomerID is missing, in the rows joined by InvoiceNo \"536414\"");
}

TEST_F(MappingFileTest, what_columns_became_is_shown) {
  const auto mapping = import_with(orders, lines).mappings[0];
  ASSERT_NE(mapping.find("value"), nullptr);
  EXPECT_EQ(mapping.find("value")->column, "Quantity, UnitPrice");
  EXPECT_EQ(mapping.find("value")->note, "Quantity * UnitPrice");
  EXPECT_EQ(mapping.find("value")->why, Why::given);
  EXPECT_EQ(mapping.find("event")->note, "Order Refunded when InvoiceNo like \"C%\"; else Order Completed");
  EXPECT_EQ(mapping.find("currency")->note, "always GBP");
  EXPECT_EQ(mapping.find("customer")->column, "CustomerID");
  EXPECT_EQ(mapping.columns.back().note, "the mapping does not name it, and rows are joined");
  EXPECT_EQ(mapping.mapping_file, "m.yaml");
}

TEST_F(MappingFileTest, without_a_join_each_row_is_an_event_and_other_columns_are_kept) {
  import_with(
      "columns:\n  event: {constant: Bought}\n  value: Quantity * UnitPrice\n  currency: {constant: GBP}\n"
      "ignore: [StockCode]\n",
      lines);
  EXPECT_EQ(rows().size(), 5u);
  EXPECT_EQ(rows()[0].values.at("event"), "Bought");
  EXPECT_EQ(rows()[0].values.at("value"), "15300000");
  EXPECT_EQ(rows()[0].values.at("Quantity"), "6");
  EXPECT_EQ(rows()[0].values.count("StockCode"), 0u);
}

TEST_F(MappingFileTest, the_first_choice_whose_condition_holds_is_taken) {
  import_with(
      "columns:\n"
      "  event:\n"
      "    - {when: kind = \"a\", is: First}\n"
      "    - {when: 'kind in (\"a\", \"b\")', take: other}\n"
      "  size: [{when: kind = \"c\", is: 7}]\n",
      "customer,time,kind,other\nx,2026-01-01,a,u\nx,2026-01-02,b,v\nx,2026-01-03,c,w\n");
  EXPECT_EQ(values("event"), (Strings{"First", "v"}));
  EXPECT_EQ(codes(), Strings{"event_missing"});
}

TEST_F(MappingFileTest, codes_are_renamed) {
  import_with("columns:\n  currency: {from: cur, rename: {\"£\": GBP, \"€\": EUR}}\n",
              "customer,time,event,value,cur\na,2026-01-01,A,1,£\na,2026-01-02,A,1,€\na,2026-01-03,A,1,USD\n");
  EXPECT_EQ(values("currency"), (Strings{"GBP", "EUR", "USD"}));
}

TEST_F(MappingFileTest, definitions_may_need_each_other_but_not_themselves) {
  const std::string csv = "customer,time,event,net,value\na,2026-01-01,A,10,5\n";
  import_with("columns:\n  value: gross * 2\n  gross: net + tax\n  tax: net * 0.21\n", csv);
  EXPECT_EQ(values("value"), Strings{"24200000"});
  EXPECT_EQ(values("gross"), Strings{"12.1"});
  import_with("columns: {value: value * 100}\n", csv);
  EXPECT_EQ(values("value"), Strings{"500000000"});
  store = MemoryStore();
  EXPECT_EQ(error_with("columns:\n  a: net + b\n  b: c\n  c: a * 2\n", csv),
            "m.yaml:2:6: columns.a: is made of itself: a, b, c, a (columns of the file in the end)");
}

TEST_F(MappingFileTest, columns_that_are_not_there_are_proposed) {
  EXPECT_EQ(error_with("columns:\n  value: Quantity * UnitPrise\n"),
            "m.yaml:2:21: has no column \"UnitPrise\" (did you mean \"UnitPrice\"?)");
  EXPECT_EQ(
      error_with(
          "columns: {time: InvoiceDate, event: {constant: A}}\nleave_out:\n  - {when: 'Quantty < 0', because: x}\n"),
      "m.yaml:3:13: has no column \"Quantty\" (did you mean \"Quantity\"?)");
  EXPECT_EQ(error_with("columns: {event: {constant: A}}\nignore: [Stockcode]\n"),
            "m.yaml:2:10: has no column to ignore, \"Stockcode\" (did you mean \"StockCode\"?)");
  EXPECT_EQ(error_with("columns: {event: {constant: A}}\ntypes: {Quanttiy: text}\n"),
            "m.yaml:2:19: says the type of a column that does not come out, \"Quanttiy\" (did you mean \"Quantity\"?)");
}

TEST_F(MappingFileTest, mapping_files_that_make_no_sense_are_refused_with_the_place) {
  EXPECT_EQ(error_with("colums: {}\n"), "m.yaml:1:9: colums: means nothing here (did you mean \"columns\"?)");
  EXPECT_EQ(error_with("columns:\n  event: {when: 'Quantity > 1'}\n"),
            "m.yaml:2:18: columns.event.when: means nothing here (one of constant, from, rename)");
  EXPECT_EQ(error_with("columns:\n  event: [{otherwise: A}, {when: Quantity > 1, is: B}]\n"),
            "m.yaml:2:27: columns.event[1]: is never reached: the choice before has no condition (conditions first)");
  EXPECT_EQ(error_with("columns:\n  event: [{when: Quantity > 1}]\n"),
            "m.yaml:2:11: columns.event[0]: does not say what the cell becomes (either is: VALUE or take: EXPRESSION)");
  EXPECT_EQ(error_with("columns:\n  event: [{when: Quantity + 1, is: B}]\n"),
            "m.yaml:2:18: \"Quantity + 1\" is no condition (like Quantity < 0)");
  EXPECT_EQ(error_with("leave_out: [{when: Quantity < 0}]\n"),
            "m.yaml:1:13: leave_out[0]: does not say why (because: TEXT, which the ledger shows)");
  EXPECT_EQ(error_with("time_format: '%d/%Q'\n"),
            "m.yaml:1:15: time_format: knows no sign \"%Q\" (one of %Y %y %m %d %b %A %H %I %p %M %S %f %z %%)");
  EXPECT_NE(error_with("timezone: Europe/Londn\n").find("did you mean \"Europe/London\"?"), std::string::npos);
  EXPECT_NE(error_with("join: {by: InvoiceNo, value: total}\n")
                .find("m.yaml:1:30: join.value: must be one of first, last, same, sum"),
            std::string::npos);
  EXPECT_NE(error_with("columns: [\n").find("m.yaml:2: is not YAML"), std::string::npos);
  EXPECT_EQ(store_state().publishes, 0u);
}

TEST_F(MappingFileTest, joins_say_how_times_and_values_become_one) {
  EXPECT_EQ(error_with("columns: {time: InvoiceDate, value: UnitPrice, event: {constant: A}}\njoin: {by: InvoiceNo, "
                       "time: earliest}\n"),
            "m.yaml:2:12: join: does not say how the values of rows become one (value: sum, or first where every row "
            "repeats the total)");
  EXPECT_NE(error_with("columns: {time: InvoiceDate, event: {constant: A}}\njoin: {by: InvoiceNo, time: sum}\n")
                .find("cannot be joined so: sum (earliest, latest, first, last or same)"),
            std::string::npos);
}

TEST_F(MappingFileTest, what_cannot_be_calculated_is_quarantined_and_nothing_is_nothing) {
  import_with("columns: {value: price * count}\n",
              "customer,time,event,price,count\na,2026-01-01,A,9000000000000,9000000000000\na,2026-01-02,A,x,1\n"
              "a,2026-01-03,A,,1\n");
  EXPECT_EQ(codes(), (Strings{"number_out_of_range", "number_unreadable"}));
  EXPECT_EQ(store_state().quarantine[1].sentence, "price is not a number: \"x\"");
  EXPECT_EQ(values("value"), Strings{"-"});
}

constexpr std::string_view join_all = "join: {by: id, time: first, value: sum, note: last, size: most, note2: first}\n";

TEST_F(MappingFileTest, rows_that_must_agree_and_do_not_are_all_quarantined) {
  const auto done = import_with(
      "columns: {customer: who, size: size, note: note, note2: note}\n" + std::string(join_all),
      "id,who,time,event,value,currency,size,note\n"
      "1,a,2026-01-01,A,1,EUR,3,x\n2,b,2026-01-01,A,5,EUR,1,y\n1,a,2026-01-01,A,2,GBP,9,z\n"
      "3,c,2026-01-01,A,1,EUR,,\n3,d,2026-01-01,A,1,EUR,,\n2,b,2026-01-02,,6,,4,w\n,b,2026-01-02,A,6,,4,w\n");
  EXPECT_EQ(values("customer"), Strings{"b"});
  EXPECT_EQ(values("value"), Strings{"11000000"});
  EXPECT_EQ(values("size"), Strings{"4"});
  EXPECT_EQ(values("note"), Strings{"w"});
  EXPECT_EQ(values("note2"), Strings{"y"});
  EXPECT_EQ(codes(), (Strings{"join_key_missing", "join_differs", "join_differs", "join_differs", "join_differs"}));
  const auto& quarantine = store_state().quarantine;
  EXPECT_EQ(quarantine[1].row, 1);
  EXPECT_EQ(quarantine[1].raw, "1,a,2026-01-01,A,1,EUR,3,x");
  EXPECT_EQ(quarantine[1].sentence,
            "currency is not the same in all rows: \"EUR\" and \"GBP\", in the rows joined by id \"1\"");
  EXPECT_EQ(quarantine[2].row, 3);
  EXPECT_EQ(quarantine[3].sentence, "who is not the same in all rows: \"c\" and \"d\", in the rows joined by id \"3\"");
  EXPECT_EQ(done.ledgers[0].joined, 1);
  EXPECT_EQ(done.ledgers[0].quarantined, 5);
  expect_law(done.ledgers[0]);
}

TEST_F(MappingFileTest, what_only_the_first_row_says_holds_for_the_joined_event) {
  import_with(
      "columns: {value: Total}\njoin: {by: Name, time: first, value: first}\n",
      "Name,Email,time,event,Total\n#1,a@b.c,2026-01-01,Order,10\n#1,,,,\n#2,,,,\n#2,d@e.f,2026-01-02,Order,7\n");
  EXPECT_EQ(values("customer"), (Strings{"a@b.c", "d@e.f"}));
  EXPECT_EQ(values("value"), (Strings{"10000000", "7000000"}));
}

TEST_F(MappingFileTest, a_row_that_cannot_be_read_joins_nothing) {
  const auto done = import_with("columns: {customer: who}\njoin: {by: id, time: earliest, value: sum}\n",
                                "id,who,time,event,value\n1,a,2026-01-01,A,1\n1,a,soon,A,2\n1,a,2026-01-02,A,much\n"
                                "1,a,2026-01-02,A,4\n1,a\n");
  EXPECT_EQ(codes(), (Strings{"time_unreadable", "value_unreadable", "csv_columns"}));
  EXPECT_EQ(values("value"), Strings{"5000000"});
  EXPECT_EQ(done.ledgers[0].joined, 1);
  expect_law(done.ledgers[0]);
}

TEST_F(MappingFileTest, sums_out_of_range_are_quarantined) {
  import_with("columns: {customer: who}\njoin: {by: id, time: first, value: sum}\n",
              "id,who,time,event,value\n1,a,2026-01-01,A,9000000000000\n1,a,2026-01-01,A,9000000000000\n");
  EXPECT_EQ(codes(), (Strings{"number_out_of_range", "number_out_of_range"}));
}

TEST_F(MappingFileTest, joins_do_not_depend_on_threads_and_blocks) {
  const auto seed = std::random_device()();
  std::mt19937_64 random(seed);
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::string csv = "id,who,time,event,value,currency\n";
  for (int i = 0; i < 2000; ++i) {
    const auto id = random() % 300;
    csv += std::to_string(id) + "," + (id % 7 == 0 ? "" : "c" + std::to_string(id % 40)) + ",2026-01-0" +
           std::to_string(1 + random() % 9) + ",A," + std::to_string(random() % 100) + (random() % 3 == 0 ? ".5" : "") +
           "," + (random() % 200 == 0 ? "GBP" : "EUR") + (random() % 50 == 0 ? ",extra" : "") + "\n";
  }
  use("columns: {customer: who}\njoin: {by: id, time: earliest, value: sum, rows: count}\n");
  request.threads = 1;
  const auto first = import_csv(csv);
  expect_law(first.ledgers[0]);
  EXPECT_GT(first.ledgers[0].quarantined, 0);
  EXPECT_EQ(static_cast<std::size_t>(first.ledgers[0].quarantined), store_state().quarantine.size());
  const auto quarantined = [](const MemoryStore::State& state) {
    Strings all;
    for (const auto& row : state.quarantine) all.push_back(std::to_string(row.row) + row.sentence + row.raw);
    return all;
  };
  for (const std::size_t threads : {1u, 3u}) {
    for (const std::size_t block : {7u, 500u, 4096u}) {
      MemoryStore other;
      request.threads = threads;
      request.block_bytes = block;
      const auto again = import_files(Env::real(), other, request, {}, cancelled);
      EXPECT_EQ(other.state().rows, rows()) << threads << " threads, blocks of " << block;
      EXPECT_EQ(quarantined(other.state()), quarantined(store_state()));
      EXPECT_EQ(again.ledgers[0].joined, first.ledgers[0].joined);
    }
  }
}

TEST_F(MappingFileTest, too_many_keys_fail_with_words) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "SKIPPED: sanitizers need more memory than the bound";
#endif
  std::string csv = "id,who,time,event\n";
  for (int i = 0; i < 400'000; ++i) csv += std::to_string(i) + ",a" + std::to_string(i) + ",2026-01-01,A\n";
  use("columns: {customer: who}\njoin: {by: id, time: first}\n");
  request.threads = 1;
  request.reader_memory_bytes = std::size_t{96} << 20;
  const auto words = error_of_csv(csv);
  EXPECT_NE(words.find("file.csv: has too many keys to join in 32 MiB: "), std::string::npos) << words;
  EXPECT_NE(words.find("--reader-memory"), std::string::npos) << words;
  EXPECT_EQ(store_state().publishes, 0u);
}

TEST_F(MappingFileTest, the_same_file_again_adds_nothing_but_another_mapping_is_an_error) {
  import_with(orders, lines);
  const auto again = import_csv(lines);
  EXPECT_EQ(again.ledgers[0].duplicates, 8);
  EXPECT_EQ(rows().size(), 3u);
  use("# only words differ\n" + std::string(orders));
  EXPECT_EQ(import_csv(lines).ledgers[0].duplicates, 8);
  auto other = std::string(orders);
  other.replace(other.find("GBP"), 3, "EUR");
  EXPECT_EQ(error_with(other),
            "file.csv: was imported before, as file.csv, with another mapping file (a new workspace for the other "
            "mapping, or the mapping that was used)");
  request.mapping_file.clear();
  request.mapping_text.clear();
  EXPECT_NE(error_of_csv(lines).find("was imported before"), std::string::npos);
  EXPECT_EQ(rows().size(), 3u);
}

TEST_F(MappingFileTest, times_are_read_by_their_pattern) {
  const auto time_of = [&](const std::string& pattern, const std::string& text) {
    import_with("time_format: '" + pattern + "'\ntimezone: Europe/London\n",
                "customer,time,event\na,\"" + text + "\",A\n");
    return rows().empty() ? codes().at(0) : format_time(Time{rows()[0].time});
  };
  EXPECT_EQ(time_of("%d.%m.%y %H:%M", "05.07.24 13:05"), "2024-07-05T12:05:00Z");
  EXPECT_EQ(time_of("%d %b %Y, %I:%M %p", "5 Jan 2024, 1:05 pm"), "2024-01-05T13:05:00Z");
  EXPECT_EQ(time_of("%A, %b %d %Y", "Friday, January 05 2024"), "2024-01-05T00:00:00Z");
  EXPECT_EQ(time_of("%Y%m%d%H%M%S", "20240105130507"), "2024-01-05T13:05:07Z");
  EXPECT_EQ(time_of("%Y-%m-%d %H:%M:%S.%f %z", "2024-01-05 13:05:07.25 +0100"), "2024-01-05T12:05:07.25Z");
  EXPECT_EQ(time_of("%d/%m/%Y", "31/02/2024"), "time_does_not_exist");
  import_with("time_format: '%d/%m/%Y'\n", "customer,time,event\na,05/01/2024,A\na,2024-01-05,A\n");
  EXPECT_EQ(codes(), Strings{"time_unreadable"});
  EXPECT_EQ(store_state().quarantine[0].sentence, "time is not a time: \"2024-01-05\" (expected like %d/%m/%Y)");
  EXPECT_EQ(
      error_with("time_format: '%d/%m/%Y'\n", "customer,time,event\na,2024-01-05,A\n"),
      "file.csv: column \"time\" holds no times written like %d/%m/%Y: \"2024-01-05\" (the pattern of its times)");
}

TEST_F(MappingFileTest, types_are_as_the_mapping_says) {
  import_with("types: {plan: text, size: number}\n",
              "customer,time,event,plan,size\na,2026-01-01,A,12,L\na,2026-01-02,A,13,5\n");
  EXPECT_EQ(values("plan"), (Strings{"12", "13"}));
  EXPECT_EQ(values("size:text"), (Strings{"L", "-"}));
  EXPECT_EQ(values("size"), (Strings{"-", "5"}));
  EXPECT_NE(
      error_with("types: {time: text}\n", "customer,time,event\na,2026-01-01,A\n").find("whose type is not chosen"),
      std::string::npos);
}

TEST_F(MappingFileTest, a_shown_mapping_given_back_makes_the_same_events) {
  const Strings files = {
      "User ID,createdAt,Event-Name,traits.country,utm_source,basket,zip,role,betrag\n"
      "a,03/04/2026 10:00,A,NL,ads,3,01234,x,\"1,5\"\nb,31/12/2025 11:00,B,DE,mail,4.5,99,y,\"2,25\"\n",
      "customer;buyer;time;event;value;currency;#;a - b;true\n"
      "x;a;2026-01-05;A;1.234,56;EUR;1;u;no\nx;b;1767618307;B;1,5;;2;v;yes\n",
      "anonymous,user_id,ts,page,member,due\nd1,,1767618307,Home,TRUE,2026-02-01\n,u,1767618308,Cart,false,2026-02-"
      "02\n"};
  for (const auto& csv : files) {
    request = {};
    store = MemoryStore();
    if (csv.find("buyer") != std::string::npos) request.roles.customer = "buyer";
    const auto plain = import_csv(csv);
    const auto before = rows();
    ASSERT_FALSE(before.empty());
    const auto mapping = MappingFile::format(plain.mappings[0], "");
    request = {};
    import_with(mapping, csv);
    EXPECT_EQ(rows(), before) << mapping;
    expect_law(plain.ledgers[0]);
  }
}

TEST_F(MappingFileTest, a_preview_shows_the_first_events_and_writes_nothing) {
  use(orders);
  request.files = {write("file.csv", lines)};
  const auto preview = preview_files(Env::real(), request, 1000).at(0);
  ASSERT_EQ(preview.events.size(), 3u);
  EXPECT_EQ(preview.events[0].at("customer").as_string(), "17850");
  EXPECT_EQ(preview.events[0].at("value").as_double(), 35.74);
  EXPECT_EQ(preview.events[0].at("time").as_string(), "2010-12-01T08:25:00Z");
  EXPECT_EQ(preview.counts.joined, 2);
  EXPECT_EQ(preview.counts.left_out, 2);
  expect_law(preview.counts);
  ASSERT_EQ(preview.quarantined.size(), 1u);
  EXPECT_EQ(preview.quarantined[0].code, "customer_missing");
  EXPECT_EQ(store_state().publishes, 0u);

  request = {};
  std::string many = "customer,time,event\n";
  for (int i = 0; i < 100'000; ++i) many += "a,2026-01-01,A\n";
  request.files = {write("many.csv", many)};
  const auto first = preview_files(Env::real(), request, 1000).at(0);
  EXPECT_GE(first.counts.received, 1000);
  EXPECT_LT(first.counts.received, 20'000);
  EXPECT_EQ(first.events.size(), 10u);
}

}  // namespace
}  // namespace peregrine::ingest
