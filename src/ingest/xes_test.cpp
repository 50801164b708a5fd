// Event logs in XES.
#include "ingest/import_fixture.hpp"

namespace peregrine::ingest {
namespace {

class Xes : public ImportFixture {
 protected:
  Imported import_log(const std::string& inside) { return import_file(write("log.xes", log(inside))); }
  static std::string log(const std::string& inside) {
    return R"(<?xml version="1.0" encoding="UTF-8"?><log xes.version="1.0" xmlns="http://www.xes-standard.org/">)" +
           inside + "</log>";
  }
  const std::map<std::string, std::string>& values(std::size_t row) { return rows().at(row).values; }
};

const std::string ann = R"(<string key="concept:name" value="ann"/>)";
std::string event(const std::string& name, const std::string& more = "") {
  return R"(<event><string key="concept:name" value=")" + name +
         R"("/><date key="time:timestamp" value="2026-01-05T13:05:07.000+01:00"/>)" + more + "</event>";
}

TEST_F(Xes, traces_are_journeys_and_attributes_are_properties) {
  const auto done = import_log(
      R"(<extension name="Concept" prefix="concept" uri="u"/><classifier name="A" keys="concept:name"/><string key="concept:name" value="log"/>)"
      "<trace>" +
      ann + R"(<int key="age" value="40"/>)" +
      event("Register",
            R"(<float key="cost" value="1.5"/><boolean key="new" value="true"/><id key="i" value="x-1"/>)") +
      event("Pay", R"(<string key="org:resource" value="Sue"><string key="team" value="A"/></string>)") + "</trace>" +
      R"(<trace><string key="concept:name" value="bob"/>)" + event("Register") + "</trace>");
  ASSERT_EQ(rows().size(), 3u);
  EXPECT_EQ(done.mappings[0].format, "XES");
  EXPECT_EQ(values(0), (std::map<std::string, std::string>{{"customer", "ann"},
                                                           {"event", "Register"},
                                                           {"trait.age", "40"},
                                                           {"cost", "1.5"},
                                                           {"new", "true"},
                                                           {"i", "x-1"}}));
  EXPECT_EQ(format_time(Time{rows()[0].time}), "2026-01-05T12:05:07Z");
  EXPECT_EQ(values(1).at("org:resource"), "Sue");
  EXPECT_EQ(values(1).at("org:resource.team"), "A");
  EXPECT_EQ(values(2).at("customer"), "bob");
  EXPECT_EQ(values(2).count("trait.age"), 0u);
}

TEST_F(Xes, lists_are_kept_as_json_and_containers_are_flattened) {
  import_log("<trace>" + ann +
             event("E", R"(<list key="l"><values><string key="x" value="1"/><int key="x" value="2"/></values></list>)"
                        R"(<container key="c"><int key="n" value="3"/></container><string key="after" value="a"/>)") +
             "</trace>");
  EXPECT_EQ(values(0).at("l"), R"([{"x":"1"},{"x":2}])");
  EXPECT_EQ(values(0).at("c.n"), "3");
  EXPECT_EQ(values(0).at("after"), "a");
}

TEST_F(Xes, list_without_a_key_leaves_what_is_around_it_as_it_is) {
  import_log("<trace>" + ann +
             event("E", R"(<list><string key="a" value="b"/></list><string key="after" value="c"/>)") +
             "<event><list><string key=\"a\" value=\"b\"/></list></event></trace>");
  EXPECT_EQ(values(0), (std::map<std::string, std::string>{{"customer", "ann"}, {"event", "E"}, {"after", "c"}}));
  EXPECT_EQ(codes(), std::vector<std::string>{"time_missing"});
}

TEST_F(Xes, list_in_a_list_is_an_attribute_of_its_own) {
  import_log("<trace>" + ann +
             event("E", R"(<list key="l"><string key="x" value="1"/><list key="m"><string key="y" value="2"/></list>)"
                        R"(<string key="x" value="3"/></list>)") +
             "</trace>");
  EXPECT_EQ(values(0).at("l"), R"([{"x":"1"},{"x":"3"}])");
  EXPECT_EQ(values(0).at("l.m"), R"([{"y":"2"}])");
}

TEST_F(Xes, defaults_stand_in_but_never_for_when_or_what) {
  import_log(
      R"(<global scope="event"><string key="concept:name" value="UNKNOWN"/><string key="org:resource" value="nobody"/>)"
      R"(<string key="x" value="__INVALID__"/></global><global scope="trace"><string key="kind" value="usual"/></global>)"
      "<trace>" +
      ann + event("E") + event("F", R"(<string key="org:resource" value="Sue"/>)") +
      R"(<event><date key="time:timestamp" value="2026-01-05T13:05:07Z"/></event></trace>)");
  ASSERT_EQ(rows().size(), 2u);
  EXPECT_EQ(values(0).at("org:resource"), "nobody");
  EXPECT_EQ(values(0).at("trait.kind"), "usual");
  EXPECT_EQ(values(0).count("x"), 0u);
  EXPECT_EQ(values(1).at("org:resource"), "Sue");
  EXPECT_EQ(codes(), std::vector<std::string>{"event_missing"});
}

TEST_F(Xes, an_event_that_cannot_be_understood_is_kept_with_its_place) {
  const auto text =
      "<trace>" + ann + event("E") +
      R"(<event><string key="concept:name" value="F"/><date key="time:timestamp" value="soon"/></event></trace>)"
      "<trace>" +
      event("G") + "</trace>";
  import_log(text);
  EXPECT_EQ(codes(), (std::vector<std::string>{"time_unreadable", "customer_missing"}));
  const auto& row = store_state().quarantine[0];
  EXPECT_EQ(row.offset, static_cast<std::int64_t>(log(text).find(R"(<event><string key="concept:name" value="F")")));
  EXPECT_EQ(row.raw, R"({"trace.concept:name":"ann","concept:name":"F","time:timestamp":"soon"})");
}

TEST_F(Xes, entities_are_refused) {
  const std::string laughs =
      R"(<?xml version="1.0"?><!DOCTYPE log [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><log><string key="&b;" value="x"/></log>)";
  EXPECT_EQ(error_of(write("log.xes", laughs)),
            "log.xes: declares entities, which can swell without bound (a log without a DOCTYPE)");
  EXPECT_EQ(store_state().publishes, 0u);
}

TEST_F(Xes, what_is_no_event_log_is_refused) {
  EXPECT_EQ(error_of(write("a.xml", "<?xml version=\"1.0\"?><feed><entry/></feed>"))
                .find("a.xml: is XML, but no XES event log"),
            0u);
  EXPECT_EQ(error_of(write("b.csv", "<!DOCTYPE html><html></html>")).find("b.csv: is a web page"), 0u);
  EXPECT_EQ(error_of(write("c.xes", log(""))).find("c.xes: holds no events"), 0u);
  EXPECT_EQ(error_of(write("d.xes", log("<trace>" + ann + event("E") + "</wrong>")))
                .find("d.xes:1: is not XML or is cut off: mismatched tag"),
            0u);
  EXPECT_EQ(error_of(write("e.xes", log("<trace>" + ann + event("E")).substr(0, 300)))
                .find("e.xes:1: is not XML or is cut off"),
            0u);
  EXPECT_EQ(store_state().publishes, 0u);
}

TEST_F(Xes, a_log_larger_than_what_is_looked_at_first_is_read_whole) {
  std::string inside;
  for (int i = 0; i < 20'000; ++i) {
    inside += R"(<trace><string key="concept:name" value="c)" + std::to_string(i) + "\"/>" +
              event("E", i > 15'000 ? R"(<int key="late" value="1"/>)" : "") + "</trace>\n";
  }
  const auto done = import_log(inside);
  EXPECT_EQ(rows().size(), 20'000u);
  EXPECT_EQ(values(19'999).at("customer"), "c19999");
  EXPECT_EQ(values(19'999).at("late"), "1");
  expect_law(done.ledgers[0]);
}

}  // namespace
}  // namespace peregrine::ingest
