#include "ingest/inputs.hpp"

#include "ingest/import_fixture.hpp"

namespace peregrine::ingest {
namespace {

TEST(Fits, a_pattern_stands_for_names) {
  EXPECT_TRUE(fits("*.json", "a.json"));
  EXPECT_FALSE(fits("*.json", "a.jsonl"));
  EXPECT_TRUE(fits("part-?.csv", "part-1.csv"));
  EXPECT_FALSE(fits("part-?.csv", "part-12.csv"));
  EXPECT_TRUE(fits("[ab]*[0-9]", "b-7"));
  EXPECT_FALSE(fits("[!ab]*", "b-7"));
  EXPECT_TRUE(fits("a*b*c", "aXbXbXc"));
  EXPECT_FALSE(fits("*", ".hidden"));
  EXPECT_TRUE(fits("a[", "a["));
  EXPECT_TRUE(fits("", ""));
  EXPECT_FALSE(fits(std::string(60, '*') + "b", std::string(5000, 'a')));
}

class InputsTest : public ImportFixture {
 protected:
  InputsTest() {
    std::filesystem::create_directories(directory_ / "in/deep/deeper");
    for (const std::string name : {"in/b.csv", "in/a.json", "in/deep/c.csv", "in/deep/deeper/d.csv"}) {
      write(name, name.ends_with("json") ? R"({"customer":"a","time":"2026-01-05","event":"E"})"
                                         : "customer,time,event\n" + name + ",2026-01-05,E\n");
    }
    write("in/_SUCCESS", "");
    write("in/.hidden.csv", "x");
    write("in/empty.csv", "");
    write("in/notes.doc", "what to do");
    write("in/book.zip", "PK\x03\x04....");
  }

  std::vector<std::string> found(const std::vector<std::string>& paths) {
    std::vector<std::string> absolute;
    for (const auto& each : paths) absolute.push_back(path(each));
    inputs = find_inputs(Env::real(), absolute);
    std::vector<std::string> names;
    for (const auto& file : inputs.files) names.push_back(file.substr(directory_.string().size() + 1));
    return names;
  }
  std::string refused(const std::string& each) {
    try {
      found({each});
    } catch (const Error& error) {
      return std::string(error.what()).substr(directory_.string().size() + 1);
    }
    return "not refused";
  }

  Inputs inputs;
};

TEST_F(InputsTest, a_folder_gives_what_can_be_imported_by_name_and_says_what_is_left) {
  EXPECT_EQ(found({"in"}),
            (std::vector<std::string>{"in/a.json", "in/b.csv", "in/deep/c.csv", "in/deep/deeper/d.csv"}));
  std::map<std::string, std::string> left;
  for (const auto& each : inputs.left_out) left[each.file.substr(directory_.string().size() + 4)] = each.why;
  EXPECT_EQ(left,
            (std::map<std::string, std::string>{{".hidden.csv", "hidden"},
                                                {"_SUCCESS", "a mark of the program that wrote the folder"},
                                                {"book.zip",
                                                 "is a ZIP or Excel file (CSV, JSON lines, Parquet or XES, plain or "
                                                 "compressed as .gz or .zst)"},
                                                {"empty.csv", "empty"},
                                                {"notes.doc", "neither its bytes nor its name say what it is"}}));
}

TEST_F(InputsTest, patterns_give_files_in_the_order_of_their_names_once) {
  EXPECT_EQ(found({"in/*.csv"}), (std::vector<std::string>{"in/b.csv", "in/empty.csv"}));
  EXPECT_EQ(found({"in/*/*.csv"}), (std::vector<std::string>{"in/deep/c.csv"}));
  EXPECT_EQ(found({"in/**/*.csv"}),
            (std::vector<std::string>{"in/b.csv", "in/empty.csv", "in/deep/c.csv", "in/deep/deeper/d.csv"}));
  EXPECT_EQ(found({"in/d*p"}), (std::vector<std::string>{"in/deep/c.csv", "in/deep/deeper/d.csv"}));
  EXPECT_EQ(found({"in/b.csv", "in/?.csv"}), (std::vector<std::string>{"in/b.csv"}));
}

TEST_F(InputsTest, a_link_that_leads_back_is_not_followed) {
  std::filesystem::create_directory_symlink(directory_ / "in", directory_ / "in/deep/loop");
  std::filesystem::create_directory_symlink(directory_ / "in/deep", directory_ / "in/deep/deeper/again");
  EXPECT_EQ(found({"in"}),
            (std::vector<std::string>{"in/a.json", "in/b.csv", "in/deep/c.csv", "in/deep/deeper/d.csv"}));
  std::vector<std::string> left;
  for (const auto& each : inputs.left_out) {
    if (each.why == "a link to a folder that is read already") {
      left.push_back(each.file.substr(directory_.string().size() + 1));
    }
  }
  EXPECT_EQ(left, (std::vector<std::string>{"in/deep/deeper/again", "in/deep/loop"}));
  EXPECT_EQ(found({"in/**/*.csv"}),
            (std::vector<std::string>{"in/b.csv", "in/empty.csv", "in/deep/c.csv", "in/deep/deeper/d.csv"}));
}

TEST_F(InputsTest, a_file_that_is_named_is_taken_whatever_it_is) {
  EXPECT_EQ(found({"in/notes.doc"}), std::vector<std::string>{"in/notes.doc"});
  write("in/a[1].csv", "x");
  EXPECT_EQ(found({"in/a[1].csv"}), std::vector<std::string>{"in/a[1].csv"});
}

TEST_F(InputsTest, what_fits_nothing_is_refused) {
  EXPECT_EQ(refused("in/*.xml"), "in/*.xml: fits no file (a pattern such as exports/*.json that fits at least one)");
  EXPECT_EQ(refused("absent.csv"), "absent.csv: is not there (a file, a folder or a pattern such as exports/*.json)");
  std::filesystem::create_directories(directory_ / "bare");
  EXPECT_EQ(refused("bare").find("bare: is a folder without a file that can be imported"), 0u);
}

TEST_F(InputsTest, a_folder_is_imported_with_a_note_for_each_file_that_is_not) {
  const auto done = import_file(path("in"));
  EXPECT_EQ(rows().size(), 4u);
  EXPECT_EQ(done.ledgers.size(), 4u);
  ASSERT_EQ(done.notes.size(), 5u);
  EXPECT_EQ(done.notes[1].sentence, "was left out: a mark of the program that wrote the folder");
}

}  // namespace
}  // namespace peregrine::ingest
