// Lines of JSON: plain, of Segment, of a GA4 export, and several of them in one file.
#include <random>

#include "ingest/import_fixture.hpp"
#include "ingest/json_values.hpp"
#include "ingest/late_names.hpp"
#include "ingest/reason.hpp"

namespace peregrine::ingest {
namespace {

class JsonLines : public ImportFixture {
 protected:
  Imported import_json(std::string_view bytes) { return import_file(write("file.jsonl", bytes)); }
  const std::map<std::string, std::string>& values(std::size_t row) { return rows().at(row).values; }
  std::string time(std::size_t row) { return format_time(Time{rows().at(row).time}); }
  std::size_t count(std::size_t row, const std::string& name) { return values(row).count(name); }
};

const std::string start = R"("customer":"ann","time":"2026-01-05T13:05:07Z","event":"E")";

/// A line with `more` members.
std::string line(const std::string& more = "") {
  return "{" + start + (more.empty() ? "" : ",") + more + "}\n";
}

TEST_F(JsonLines, become_events_with_typed_properties) {
  const auto done = import_json(
      line(R"("value":12.5,"currency":"EUR","n":1,"x":1.5,"ok":true,"zip":"01234","at":"2026-01-05","none":null)"));
  EXPECT_EQ(values(0).at("customer"), "ann");
  EXPECT_EQ(time(0), "2026-01-05T13:05:07Z");
  EXPECT_EQ(values(0).at("event"), "E");
  EXPECT_EQ(values(0).at("value"), "12500000");
  EXPECT_EQ(values(0).at("currency"), "EUR");
  EXPECT_EQ(values(0).at("n"), "1");
  EXPECT_EQ(values(0).at("x"), "1.5");
  EXPECT_EQ(values(0).at("ok"), "true");
  EXPECT_EQ(values(0).at("zip"), "01234");
  EXPECT_EQ(values(0).at("at"), "2026-01-05T00:00:00Z");
  EXPECT_EQ(count(0, "none"), 0u);
  EXPECT_EQ(done.mappings[0].format, "JSON lines");
  EXPECT_EQ(done.mappings[0].find("n")->type, ColumnType::number);
  EXPECT_EQ(done.mappings[0].find("zip")->type, ColumnType::text);
}

TEST_F(JsonLines, objects_are_flattened_and_lists_are_kept_as_json) {
  import_json(line(R"("a":{"b":{"c":"deep"},"d":2},"list":[1,{"x":"y"}],"empty":{},"nothing":[])"));
  EXPECT_EQ(values(0).at("a.b.c"), "deep");
  EXPECT_EQ(values(0).at("a.d"), "2");
  EXPECT_EQ(values(0).at("list"), R"([1,{"x":"y"}])");
  EXPECT_EQ(count(0, "empty") + count(0, "nothing"), 0u);
}

TEST_F(JsonLines, a_number_written_as_text_stays_text) {
  import_json(line(R"("code":"12")"));
  EXPECT_EQ(import_json(line(R"("code2":"12")")).mappings[0].find("code2")->type, ColumnType::text);
}

TEST_F(JsonLines, of_a_key_that_repeats_the_last_value_holds_wherever_it_went) {
  const std::string call = R"({"type":"track","userId":"u","event":"E","timestamp":"2026-01-05T13:05:07Z",)";
  import_json(call + R"("properties":{"total":1,"revenue":5,"total":2,"total":3}})" + "\n" + call +
              R"("properties":{"total":5,"revenue":5,"total":4}})" + "\n");
  EXPECT_EQ(values(0).at("value"), "5000000");
  EXPECT_EQ(values(0).at("total"), "3");
  EXPECT_EQ(values(1).at("total"), "4");
}

/// Enough lines that later ones are beyond what the plan was made of.
std::string first_lines() {
  std::string lines;
  for (int i = 0; i < 6000; ++i) lines += line(R"("n":)" + std::to_string(i));
  return lines;
}

TEST_F(JsonLines, keys_that_come_late_are_properties_all_the_same) {
  import_json(first_lines() + line(R"("late":7,"time2":"x","deep":{"later":true},"traits.plan":"pro","role":"r")"));
  const auto row = rows().size() - 1;
  EXPECT_EQ(values(row).at("late"), "7");
  EXPECT_EQ(values(row).at("deep.later"), "true");
  EXPECT_EQ(values(row).at("trait.plan"), "pro");
  EXPECT_EQ(values(row).at("column.role"), "r");
}

TEST_F(JsonLines, a_property_that_changes_type_has_a_second_column) {
  const auto done = import_json(first_lines() + line(R"("n":"many","late":7)") + line(R"("late":"seven")"));
  const auto row = rows().size() - 2;
  EXPECT_EQ(values(row).at("n:text"), "many");
  EXPECT_EQ(values(row).at("late"), "7");
  EXPECT_EQ(values(row + 1).at("late:text"), "seven");
  EXPECT_EQ(done.notes.size(), 2u);
}

/// Lines whose keys come late, change type and are too many, from a seed.
std::string odd_lines(std::mt19937_64& random, std::size_t names) {
  std::string lines = line();
  for (int i = 0; i < 400; ++i) {
    std::string more;
    for (std::size_t k = random() % 20; k > 0; --k) {
      const auto name = "p" + std::to_string(random() % names);
      if (more.find("\"" + name + "\"") != std::string::npos) continue;
      const std::string kinds[] = {"1", "\"one\"", "true", "[1]", "null", "1.5"};
      more += (more.empty() ? "\"" : ",\"") + name + "\":" + kinds[random() % 6];
    }
    lines += line(more);
    if (random() % 20 == 0) lines += "broken\n";
  }
  return lines;
}

TEST_F(JsonLines, threads_and_block_sizes_give_the_same_events) {
  const auto seed = std::random_device()();
  std::mt19937_64 random(seed);
  SCOPED_TRACE("seed " + std::to_string(seed));
  for (const std::size_t names : {40u, 5000u}) {
    // The first MiB is long lines, so that all names come late.
    const auto lines =
        line("\"pad\":\"" + std::string((std::size_t{1} << 20) - 100, 'x') + "\"") + odd_lines(random, names);
    request.threads = 1;
    request.block_bytes = std::size_t{2} << 20;
    store = MemoryStore();
    import_json(lines);
    const auto whole = store_state();
    for (const std::size_t threads : {1u, 3u}) {
      for (const std::size_t block : {100u, 3000u, 50'000u}) {
        MemoryStore other;
        request.threads = threads;
        request.block_bytes = block;
        expect_law(import_files(Env::real(), other, request, {}, cancelled).ledgers[0]);
        EXPECT_EQ(other.state().rows, whole.rows) << threads << " threads, blocks of " << block;
        ASSERT_EQ(other.state().quarantine.size(), whole.quarantine.size());
        for (std::size_t i = 0; i < whole.quarantine.size(); ++i) {
          EXPECT_EQ(other.state().quarantine[i].offset, whole.quarantine[i].offset);
          EXPECT_EQ(other.state().quarantine[i].row, whole.quarantine[i].row);
        }
      }
    }
  }
}

TEST_F(JsonLines, two_thousand_names_are_properties_and_the_rest_is_kept_as_json) {
  std::string lines = first_lines();
  for (int i = 0; i < 2100; ++i) lines += line("\"name" + std::to_string(i) + "\":" + std::to_string(i));
  const auto done = import_json(lines);
  EXPECT_EQ(values(6000).at("name0"), "0");
  EXPECT_EQ(values(6000 + 2000).at("name2000"), "2000");
  EXPECT_EQ(count(6000 + 2099, "name2099"), 0u);
  EXPECT_EQ(values(6000 + 2099).at("other_properties"), R"({"name2099":2099})");
  ASSERT_EQ(done.notes.size(), 1u);
  EXPECT_EQ(done.notes[0].column, "other_properties");
  EXPECT_EQ(done.notes[0].sentence,
            std::to_string(2100 - (max_names - 4)) +
                " values have names beyond the first 2048; they are kept as JSON in this one property");
}

TEST_F(JsonLines, may_stand_in_an_array_or_across_lines_or_several_on_one) {
  const std::string object = "{" + start + R"(,"s":"a } ] \" {"})";
  const std::string tall = "{\n  " + start + ",\n  \"s\": \"a } ] \\\" {\"\n}";
  for (const auto& text : {"[" + object + "," + object + "," + object + "]",
                           "[\n " + tall + ",\n" + tall + ",\n" + object + "\n]\n", tall + "\n" + tall + "\n" + object,
                           object + object + " " + object, object + "\n\n  \r\n" + object + "\r\n" + object,
                           "\xEF\xBB\xBF" + object + "\n" + object + "\n\xEF\xBB\xBF" + object,
                           "[" + object + "," + object + "]\n[" + object + "]"}) {
    for (const std::size_t block : {10u, 100u, 100'000u}) {
      SCOPED_TRACE(quote_briefly(text) + " " + std::to_string(block));
      store = MemoryStore();
      request.block_bytes = block;
      expect_law(import_json(text).ledgers[0]);
      EXPECT_EQ(rows().size(), 3u);
      EXPECT_EQ(codes().size(), 0u);
      for (const auto& row : rows()) EXPECT_EQ(row.values.at("s"), "a } ] \" {");
    }
  }
}

TEST_F(JsonLines, an_array_that_is_cut_off_costs_its_last_object) {
  const std::string object = "{" + start + "}";
  import_json("[" + object + "," + object + "," + object.substr(0, 20));
  EXPECT_EQ(rows().size(), 2u);
  EXPECT_EQ(codes(), std::vector<std::string>{"json_invalid"});
  EXPECT_EQ(store_state().quarantine[0].raw, object.substr(0, 20));
}

TEST_F(JsonLines, a_broken_object_on_a_line_of_several_costs_itself) {
  const std::string object = "{" + start + "}";
  import_json(object + "\n" + object + R"({"a":tru})" + object + "\n");
  EXPECT_EQ(rows().size(), 3u);
  EXPECT_EQ(codes(), std::vector<std::string>{"json_invalid"});
}

TEST_F(JsonLines, files_without_objects_are_refused) {
  EXPECT_EQ(error_of(write("a.json", "5\n6\n")).find("a.json: begins with no JSON object that can be read (like {"),
            0u);
  EXPECT_NE(error_of(write("b.json", "[]")).find("begins with no JSON object"), std::string::npos);
  EXPECT_NE(
      error_of(write("c.json", R"({"a":1})")).find("c.json: no column says who (give --customer COL; columns are: a"),
      std::string::npos);
  EXPECT_NE(error_of(write("d.json", "\xFF\xFE{\0\"\0")).find("d.json"), std::string::npos);
  EXPECT_EQ(store_state().publishes, 0u);
}

TEST_F(JsonLines, a_header_in_brackets_is_csv) {
  request.roles.customer = "[customer]";
  request.roles.time = "[time]";
  request.roles.event = "[event]";
  import_file(write("file", "[customer],[time],[event]\nann,2026-01-05,E\n"));
  EXPECT_EQ(rows().size(), 1u);
}

TEST_F(JsonLines, given_columns_hold_for_nested_keys) {
  request.roles.customer = "who.id";
  request.roles.time = "when";
  request.roles.event = "what";
  import_json(R"({"who":{"id":7},"when":1767618307,"what":"E"})");
  EXPECT_EQ(values(0).at("customer"), "7");
  EXPECT_EQ(time(0), "2026-01-05T13:05:07Z");
}

// ---- Segment

TEST_F(JsonLines, a_track_call_is_its_event) {
  const auto done = import_json(
      R"({"type":"track","userId":"u1","anonymousId":"a1","event":"Order Completed","timestamp":"2026-01-05T13:06:00.000Z","messageId":"m1",)"
      R"("properties":{"revenue":25.0,"total":30,"currency":"usd","coupon":"X","time":"noon"},)"
      R"("context":{"ip":"192.0.2.1","campaign":{"name":"spring","source":"google","medium":"cpc"},"page":{"path":"/p"},"traits":{"plan":"pro"}}})");
  EXPECT_EQ(done.mappings[0].format, "JSON lines (Segment)");
  EXPECT_EQ(values(0), (std::map<std::string, std::string>{{"event", "Order Completed"},
                                                           {"customer", "u1"},
                                                           {"anonymous", "a1"},
                                                           {"value", "25000000"},
                                                           {"total", "30"},
                                                           {"currency", "USD"},
                                                           {"message_id", "m1"},
                                                           {"coupon", "X"},
                                                           {"column.time", "noon"},
                                                           {"campaign", "spring"},
                                                           {"source", "google"},
                                                           {"medium", "cpc"},
                                                           {"context.page.path", "/p"},
                                                           {"trait.plan", "pro"},
                                                           {"type", "track"}}));
  EXPECT_EQ(done.mappings[0].find("customer")->column, "userId");
  EXPECT_EQ(done.mappings[0].find("customer")->why, Why::by_shape);
  EXPECT_EQ(done.mappings[0].find("")->note, "addresses of machines are not stored");
}

TEST_F(JsonLines, the_other_calls_are_events_with_what_they_say) {
  import_json(
      R"({"type":"page","anonymousId":"a","timestamp":"2026-01-05T13:00:00Z","name":"Pricing","properties":{"name":"Pricing","url":"u"}})"
      "\n"
      R"({"type":"screen","anonymousId":"a","timestamp":"2026-01-05T13:00:00Z","name":"Home","properties":{"name":"Start"}})"
      "\n"
      R"({"type":"identify","userId":"u","anonymousId":"a","timestamp":"2026-01-05T13:00:00Z","traits":{"country":"NL"}})"
      "\n"
      R"({"type":"group","userId":"u","groupId":"g","timestamp":"2026-01-05T13:00:00Z","traits":{"industry":"it"}})"
      "\n"
      R"({"type":"alias","userId":"u","previousId":"old","timestamp":"2026-01-05T13:00:00Z"})");
  ASSERT_EQ(rows().size(), 5u);
  EXPECT_EQ(values(0).at("event"), "Page Viewed");
  EXPECT_EQ(values(0).at("name"), "Pricing");
  EXPECT_EQ(count(0, "properties.name"), 0u);
  EXPECT_EQ(values(1).at("event"), "Screen Viewed");
  EXPECT_EQ(values(1).at("name"), "Home");
  EXPECT_EQ(values(1).at("properties.name"), "Start");
  EXPECT_EQ(values(2).at("event"), "Identify");
  EXPECT_EQ(values(2).at("trait.country"), "NL");
  EXPECT_EQ(values(3).at("event"), "Group");
  EXPECT_EQ(values(3).at("account"), "g");
  EXPECT_EQ(values(3).at("account.industry"), "it");
  EXPECT_EQ(values(4).at("event"), "Alias");
  EXPECT_EQ(values(4).at("previous_id"), "old");
}

TEST_F(JsonLines, a_call_without_timestamp_takes_the_device_clock_put_right) {
  const std::string call =
      R"({"type":"track","userId":"u","event":"E","originalTimestamp":"2026-01-05T10:00:00Z","sentAt":"2026-01-05T10:00:05Z")";
  import_json(call + R"(,"receivedAt":"2026-01-05T13:00:05Z"})" + "\n" + call + "}\n");
  EXPECT_EQ(time(0), "2026-01-05T13:00:00Z");
  EXPECT_EQ(values(0).at("originalTimestamp"), "2026-01-05T10:00:00Z");
  EXPECT_EQ(values(0).at("sentAt"), "2026-01-05T10:00:05Z");
  EXPECT_EQ(time(1), "2026-01-05T10:00:00Z") << "nothing tells how wrong the clock is";
}

TEST_F(JsonLines, a_type_without_an_id_is_no_call_of_segment) {
  const auto done = import_json(R"({"type":"page","user":"ann","time":"2026-01-05"})");
  EXPECT_EQ(values(0).at("event"), "page");
  EXPECT_EQ(done.mappings[0].format, "JSON lines");
}

TEST_F(JsonLines, several_shapes_in_one_file_keep_to_themselves) {
  const auto done = import_json(
      R"({"type":"track","userId":"u1","event":"A","timestamp":"2026-01-05T13:00:00Z","properties":{"plan":"pro","user_id":"other"}})"
      "\n"
      R"({"user_id":"u2","ts":1767618001000,"action":"B","plan":"free"})"
      "\n"
      R"({"event_name":"C","event_timestamp":"1767618002000000","user_pseudo_id":"p","event_params":[]})"
      "\n");
  EXPECT_EQ(done.mappings[0].format, "JSON lines (Segment, GA4 export)");
  ASSERT_EQ(rows().size(), 3u);
  EXPECT_EQ(values(0).at("customer"), "u1");
  EXPECT_EQ(values(0).at("user_id"), "other");
  EXPECT_EQ(values(0).at("plan"), "pro");
  EXPECT_EQ(values(1).at("customer"), "u2");
  EXPECT_EQ(values(1).at("plan"), "free");
  EXPECT_EQ(time(1), "2026-01-05T13:00:01Z");
  EXPECT_EQ(values(2).at("event"), "C");
  EXPECT_EQ(values(2).at("anonymous"), "p");
  EXPECT_EQ(time(2), "2026-01-05T13:00:02Z");
}

// ---- GA4

TEST_F(JsonLines, a_ga4_event_has_its_parameters_as_properties) {
  import_json(
      R"({"event_timestamp":"1767618367000000","event_name":"purchase","user_id":null,"user_pseudo_id":"p1",)"
      R"("event_params":[{"key":"page_location","value":{"string_value":"http://a","int_value":null,"float_value":null,"double_value":null}},)"
      R"({"key":"engagement_time_msec","value":{"int_value":"123"}},{"key":"currency","value":{"string_value":"EUR"}},)"
      R"({"key":"source","value":{"string_value":"param"}},{"key":"value","value":{"double_value":9.5}},{"key":"empty","value":{}}],)"
      R"("user_properties":[{"key":"tier","value":{"string_value":"gold","set_timestamp_micros":"1"}}],)"
      R"("collected_traffic_source":{"manual_source":"news","manual_medium":"email","manual_campaign_name":"spring"},)"
      R"("ecommerce":{"purchase_revenue":10.5},"items":[{"item_id":"1","item_name":"Shoe"},{"item_name":"Sock"}],"geo":{"country":"NL"}})");
  EXPECT_EQ(values(0).at("event"), "purchase");
  EXPECT_EQ(count(0, "customer"), 0u);
  EXPECT_EQ(values(0).at("anonymous"), "p1");
  EXPECT_EQ(time(0), "2026-01-05T13:06:07Z");
  EXPECT_EQ(values(0).at("page_location"), "http://a");
  EXPECT_EQ(values(0).at("engagement_time_msec"), "123");
  EXPECT_EQ(values(0).at("value"), "10500000");
  EXPECT_EQ(values(0).at("column.value"), "9.5");
  EXPECT_EQ(values(0).at("currency"), "EUR");
  EXPECT_EQ(values(0).at("source"), "news");
  EXPECT_EQ(values(0).at("event_params.source"), "param");
  EXPECT_EQ(values(0).at("medium"), "email");
  EXPECT_EQ(values(0).at("campaign"), "spring");
  EXPECT_EQ(values(0).at("trait.tier"), "gold");
  EXPECT_EQ(values(0).at("product"), "Shoe");
  EXPECT_EQ(values(0).at("items"), R"([{"item_id":"1","item_name":"Shoe"},{"item_name":"Sock"}])");
  EXPECT_EQ(values(0).at("geo.country"), "NL");
  EXPECT_EQ(count(0, "message_id"), 0u);
}

// ---- whatever comes

TEST_F(JsonLines, changed_bytes_never_break_the_import) {
  const auto seed = std::random_device()();
  std::mt19937_64 random(seed);
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::string clean;
  for (int i = 0; i < 10; ++i) {
    clean += line(R"("a":{"b":[1,2.5,"x\u00e9"]},"n":null)");
    clean +=
        R"({"type":"track","userId":"u","event":"E","timestamp":"2026-01-05T13:00:00Z","properties":{"revenue":1}})"
        "\n";
    clean +=
        R"({"event_name":"C","event_timestamp":"1767618002000000","user_pseudo_id":"p","event_params":[{"key":"k","value":{"int_value":"1"}}],"items":[{"item_id":"1"}]})"
        "\n";
  }
  for (int i = 0; i < 200; ++i) {
    auto text = clean;
    for (std::size_t k = 1 + random() % 8; k > 0; --k) text[random() % text.size()] = static_cast<char>(random());
    if (random() % 8 == 0) text.resize(random() % text.size());
    MemoryStore other;
    request.files = {write("file.json", text)};
    request.block_bytes = 1 + random() % 3000;
    try {
      expect_law(import_files(Env::real(), other, request, {}, cancelled).ledgers[0]);
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()).find("crashed"), std::string::npos) << error.what();
    }
  }
}

TEST(JsonValues, end_where_their_brackets_and_quotes_do) {
  const auto pieces = [](std::string_view text, bool in_array) {
    std::string found;
    JsonValues values(text, in_array);
    while (const auto piece = values.next()) found += std::string(piece->bytes) + (piece->whole ? "|" : "~");
    return found;
  };
  EXPECT_EQ(pieces(R"({"a":"}"} {"b":[{}]},5 "x,y" [1])", false), R"({"a":"}"}|{"b":[{}]}|5|"x,y"|[1]|)");
  EXPECT_EQ(pieces(R"([{"a":1},{"b":2}])", true), R"({"a":1}|{"b":2}|)");
  EXPECT_EQ(pieces(R"({"a":"\\"}{"a":"\"}"})", false), R"({"a":"\\"}|{"a":"\"}"}|)");
  EXPECT_EQ(pieces(R"({"a":"open})", false), R"({"a":"open}~)");
  EXPECT_EQ(pieces("tru", false), "tru~");
  EXPECT_EQ(pieces("", false), "");
}

}  // namespace
}  // namespace peregrine::ingest
