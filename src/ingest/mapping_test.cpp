// Which column becomes what and why, and what files are refused as a whole.
#include "ingest/import_fixture.hpp"

namespace peregrine::ingest {
namespace {

using Strings = std::vector<std::string>;

class MappingTest : public ImportFixture {
 protected:
  Mapping mapping_of(std::string_view csv, const std::string& name = "file.csv") {
    request.files = {write(name, csv)};
    return guess_mappings(Env::real(), request).at(0);
  }
  /// `column=becomes(type, why)` for each column.
  Strings mapped(std::string_view csv) {
    Strings words;
    for (const auto& column : mapping_of(csv).columns) {
      words.push_back(column.column + "=" + column.becomes + "(" + std::string(peregrine::name_of(column.type)) + ", " +
                      std::string(peregrine::name_of(column.why)) + ")");
    }
    return words;
  }
  std::string refusal(std::string_view csv) { return error_of_csv(csv); }
};

TEST_F(MappingTest, usual_names_are_found) {
  EXPECT_EQ(
      mapped("User ID,createdAt,Event-Name,Content Type,traits.country,utm_source,basket\n"
             "a,2026-01-05,A,blog,NL,ads,3\n"),
      (Strings{"User ID=customer(text, by name)", "createdAt=time(time, by name)", "Event-Name=event(text, by name)",
               "Content Type=content_type(text, by name)", "traits.country=trait.country(text, property)",
               "utm_source=source(text, by name)", "basket=basket(number, property)"}));
}

TEST_F(MappingTest, given_columns_go_first_and_what_they_leave_is_kept) {
  request.roles.time = "shipped";
  request.roles.customer = "buyer";
  EXPECT_EQ(mapped("customer,buyer,time,shipped,event\na,b,2026-01-05,2026-01-06,A\n"),
            (Strings{"customer=column.customer(text, property)", "buyer=customer(text, given)",
                     "time=column.time(time, property)", "shipped=time(time, given)", "event=event(text, by name)"}));
}

TEST_F(MappingTest, unknown_names_are_guessed_from_values) {
  std::string csv = "wer,wann,was,betrag\n";
  for (int i = 0; i < 100; ++i) {
    csv += "k" + std::to_string(i % 40) + ",2026-01-0" + std::to_string(1 + i % 9) + " 10:00,Kauf " +
           std::to_string(i % 3) + ",1." + std::to_string(i) + "\n";
  }
  EXPECT_EQ(mapped(csv), (Strings{"wer=customer(text, guessed from values)", "wann=time(time, guessed from values)",
                                  "was=event(text, guessed from values)", "betrag=betrag(number, property)"}));
}

TEST_F(MappingTest, two_columns_that_could_be_it_are_not_guessed_between) {
  std::string csv = "customer,time,step,shop\n";
  for (int i = 0; i < 20; ++i)
    csv += "a,2026-01-05,S" + std::to_string(i % 3) + ",north" + std::to_string(i % 2) + "\n";
  EXPECT_EQ(refusal(csv),
            "file.csv: no column says what happened (give --event COL; it could be step or shop; columns "
            "are: customer, time, step, shop)");
}

TEST_F(MappingTest, what_is_missing_is_said_with_the_flag_and_the_columns) {
  EXPECT_EQ(refusal("invoice,when?,who\n1,x,b\n"),
            "file.csv: no column says who (give --customer COL; columns are: invoice, when?, who)");
  request.roles.customer = "who";
  EXPECT_EQ(refusal("invoice,when?,who\n1,x,b\n"),
            "file.csv: no column says when (give --time COL; columns are: invoice, when?, who)");
  request.roles.time = "wen?";
  EXPECT_EQ(
      refusal("invoice,when?,who\n1,x,b\n"),
      "file.csv: has no column \"wen?\" to be the time (did you mean \"when?\"? columns are: invoice, when?, who)");
  request.roles.time = "who";
  EXPECT_EQ(refusal("invoice,when?,who\n1,x,b\n"),
            "file.csv: column \"who\" is given as customer and as time (one of the two)");
  request.roles.time = "when?";
  request.roles.event = "invoice";
  EXPECT_EQ(refusal("invoice,when?,who\n1,soon,b\n"),
            "file.csv: column \"when?\" holds no times that can be read: \"soon\" (like 2026-02-28T13:05, 28/02/2026 "
            "13:05 or "
            "1772283900)");
}

TEST_F(MappingTest, day_and_month_are_told_apart_or_asked_for) {
  const std::string head = "customer,time,event\n";
  EXPECT_EQ(mapping_of(head + "a,03/04/2026 10:00,A\na,31/12/2025,A\n").times, "day/month/year");
  EXPECT_EQ(mapping_of(head + "a,03/04/2026 10:00,A\na,12/31/2025,A\n").times, "month/day/year");
  EXPECT_EQ(refusal(head + "a,03/04/2026 10:00,A\n"),
            "file.csv: cannot tell day from month in time, such as \"03/04/2026 10:00\" (give --day-first true or "
            "--day-first false)");
  EXPECT_NE(refusal(head + "a,31/12/2025,A\na,12/31/2025,A\n").find("cannot tell day from month"), std::string::npos);
  request.roles.day_first = true;
  import_csv(head + "a,03/04/2026 1:30 PM,A\n");
  EXPECT_EQ(format_time(Time{rows().at(0).time}), "2026-04-03T13:30:00Z");
  request.roles.day_first = false;
  import_csv(head + "a,03/04/2026 12:30 am,B\n");
  EXPECT_EQ(format_time(Time{rows().at(1).time}), "2026-03-04T00:30:00Z");
}

TEST_F(MappingTest, units_of_epochs_are_decided_by_their_size) {
  const std::string head = "customer,time,event\n";
  const auto time_of = [&](const std::string& number) {
    store = MemoryStore();
    import_csv(head + "a," + number + ",A\n");
    return rows().empty() ? codes().at(0) : format_time(Time{rows()[0].time});
  };
  EXPECT_EQ(time_of("1767618307"), "2026-01-05T13:05:07Z");
  EXPECT_EQ(time_of("1767618307.25"), "2026-01-05T13:05:07.25Z");
  EXPECT_EQ(time_of("1767618307250"), "2026-01-05T13:05:07.25Z");
  EXPECT_EQ(time_of("1767618307250001"), "2026-01-05T13:05:07.250001Z");
  EXPECT_EQ(time_of("1767618307250001999"), "2026-01-05T13:05:07.250001Z");
}

TEST_F(MappingTest, times_without_a_zone_take_the_given_one) {
  const std::string csv =
      "customer,time,event\na,2026-07-01 12:00:00,A\na,2026-01-01 12:00:00,A\na,2026-01-01T12:00:00+05:30,A\n";
  request.timezone = "America/New_York";
  request.roles.timezone = "Europe/Amsterdam";
  import_csv(csv);
  EXPECT_EQ(format_time(Time{rows()[0].time}), "2026-07-01T10:00:00Z");
  EXPECT_EQ(format_time(Time{rows()[1].time}), "2026-01-01T11:00:00Z");
  EXPECT_EQ(format_time(Time{rows()[2].time}), "2026-01-01T06:30:00Z");
  request.roles.timezone = "Europe/Amsterdm";
  EXPECT_NE(error_of_csv(csv + "\n").find("did you mean \"Europe/Amsterdam\"?"), std::string::npos);
}

TEST_F(MappingTest, delimiters_are_guessed) {
  EXPECT_EQ(mapping_of("customer,time,event\na,2026-01-05,A;B\n").delimiter, "comma");
  EXPECT_EQ(mapping_of("customer;time;event\na;2026-01-05;A,B\n").delimiter, "semicolon");
  EXPECT_EQ(mapping_of("customer\ttime\tevent\na\t2026-01-05\tA, B\n").delimiter, "tab");
  EXPECT_EQ(mapping_of("customer|time|event\na|2026-01-05|A\n").delimiter, "pipe");
  EXPECT_EQ(mapping_of("customer|time|event\n").delimiter, "pipe");
}

TEST_F(MappingTest, marks_line_ends_and_backslashes_are_understood) {
  import_csv(
      "\xEF\xBB\xBF"
      "customer,time,event\r\n\"a\",2026-01-05,A\r\n");
  import_csv("customer,time,event\ra,2026-01-05,B\rb,2026-01-05,B\r");
  import_csv("customer,time,event\na,2026-01-05,\"say \\\"hi, you\\\" now\"\nb,2026-01-05,\"x\"\n");
  ASSERT_EQ(rows().size(), 5u);
  EXPECT_EQ(rows()[0].values.at("customer"), "a");
  EXPECT_EQ(rows()[2].values.at("customer"), "b");
  EXPECT_EQ(rows()[3].values.at("event"), "say \"hi, you\" now");
  EXPECT_EQ(codes(), Strings{});
}

TEST_F(MappingTest, whole_files_are_refused_with_words) {
  EXPECT_EQ(refusal(""), "file.csv: is empty (a header and rows)");
  EXPECT_EQ(refusal("\n\n"), "file.csv: is empty (a header and rows)");
  EXPECT_NE(refusal(std::string("\xFF\xFE"
                                "c\0u\0",
                                6))
                .find("is UTF-16, not UTF-8"),
            std::string::npos);
  EXPECT_NE(refusal(std::string("c\0u\0s\0,\0", 8)).find("iconv -f UTF-16LE"), std::string::npos);
  EXPECT_NE(refusal("customer,time,event\nJos\xE9,2026-01-05,A\n").find("it may be Windows-1252: \"Jos?,2026"),
            std::string::npos);
  EXPECT_EQ(refusal("anna,2026-01-05,17850\nbert,2026-01-05,17850\n"),
            "file.csv: has no header: the first row holds values (\"2026-01-05\", \"17850\") (a first row that names "
            "the columns)");
  EXPECT_EQ(refusal("customer,,event\n"), "file.csv: column 2 has no name (a name for each in the header)");
  EXPECT_EQ(refusal("customer,time,time,event\n"),
            "file.csv: two columns are named \"time\" (a name of its own for each)");
  EXPECT_NE(refusal("PK\x03\x04 zip").find("is a ZIP or Excel file"), std::string::npos);
}

TEST_F(MappingTest, a_header_alone_is_zero_rows) {
  const auto done = import_csv("customer,time,event\n");
  EXPECT_EQ(done.ledgers[0].received, 0);
  EXPECT_EQ(store_state().publishes, 1u);
}

TEST_F(MappingTest, a_value_of_another_type_is_kept_as_text) {
  std::string csv = "customer,time,event,size,zip,member,due\n";
  for (int i = 0; i < 6000; ++i) csv += "a,2026-01-05,A,3.5,01234,TRUE,2026-02-01\n";
  csv += "a,2026-01-05,A,XL,99,maybe,later\n";
  const auto done = import_csv(csv);
  ASSERT_EQ(rows().size(), 6001u);
  EXPECT_EQ(rows()[0].values.at("size"), "3.5");
  EXPECT_EQ(rows()[0].values.at("zip"), "01234");
  EXPECT_EQ(rows()[0].values.at("member"), "true");
  EXPECT_EQ(rows()[0].values.at("due"), "2026-02-01T00:00:00Z");
  const auto& last = rows()[6000].values;
  EXPECT_EQ(last.count("size"), 0u);
  EXPECT_EQ(last.at("size:text"), "XL");
  EXPECT_EQ(last.at("member:text"), "maybe");
  EXPECT_EQ(last.at("due:text"), "later");
  EXPECT_EQ(done.notes.size(), 3u);
}

TEST_F(MappingTest, money_is_exact_in_both_styles) {
  import_csv("customer,time,event,value\na,2026-01-05,A,0.1\na,2026-01-05,A,(12.34)\na,2026-01-05,A,\"1,234.5\"\n");
  EXPECT_EQ(rows()[0].values.at("value"), "100000");
  EXPECT_EQ(rows()[1].values.at("value"), "-12340000");
  EXPECT_EQ(rows()[2].values.at("value"), "1234500000");
  store = MemoryStore();
  import_csv("customer;time;event;value\na;2026-01-05;A;1.234,56\na;2026-01-05;A;-7\na;2026-01-05;A;(0,5)\n");
  EXPECT_EQ(rows()[0].values.at("value"), "1234560000");
  EXPECT_EQ(rows()[1].values.at("value"), "-7000000");
  EXPECT_EQ(rows()[2].values.at("value"), "-500000");
}

TEST_F(MappingTest, a_currency_may_be_a_column_or_one_for_all) {
  request.roles.currency = "EUR";
  const auto done = import_csv("customer,time,event,value\na,2026-01-05,A,1\na,2026-01-05,A,\n");
  EXPECT_EQ(rows()[0].values.at("currency"), "EUR");
  EXPECT_EQ(rows()[1].values.count("currency"), 0u);
  EXPECT_EQ(done.mappings[0].columns.back().note, "always EUR");
  request.roles.currency = "EURO";
  EXPECT_NE(error_of_csv("customer,time,event,value\na,2026-01-05,A,2\n").find("has no column \"EURO\""),
            std::string::npos);
}

TEST_F(MappingTest, words_line_up_for_a_person) {
  const auto words = mapping_of("user_id,time,event\na,2026-01-05,A\n").words();
  ASSERT_EQ(words.size(), 4u);
  EXPECT_EQ(words[1], "  user_id  customer (text)  by name");
  EXPECT_EQ(words[2], "  time     time (time)      by name: year-month-day, in UTC where no zone is named");
}

}  // namespace
}  // namespace peregrine::ingest
