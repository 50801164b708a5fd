// What a store does when the disk, the power or a file fails.
#include <fstream>
#include <functional>
#include <thread>

#include "store/store_fixture.hpp"

namespace peregrine::store {

namespace {

class FaultsTest : public StoreTest {
 protected:
  static TestFile old_file() {
    return {"old",
            {{.customer = "ann", .anonymous = "dev", .event = "Visit", .second = 1, .texts = {{"plan", "pro"}}},
             {.anonymous = "lone", .event = "Visit", .second = 2, .value = 5}}};
  }
  static TestFile new_file() {
    return {"new",
            {{.customer = "bob", .event = "Buy", .second = 3, .value = 9, .message = "m1"},
             {.customer = "bob", .event = "Buy", .second = 4, .value = 9, .message = "m1"},
             {.customer = "ann", .anonymous = "lone", .event = "Buy", .second = 5}}};
  }
  void restore(const std::string& from, const std::string& to) {
    std::filesystem::remove_all(directory(to));
    std::filesystem::copy(directory(from), directory(to), std::filesystem::copy_options::recursive);
  }

  /// A store of one partition with every kind of file, and what it shows.
  void make_victim() {
    const auto store = create("victim", 1);
    TestFile file = old_file();
    for (int i = 0; i < 40'000; ++i) {
      file.events.push_back({.customer = "c" + std::to_string(i),
                             .anonymous = "device number " + std::to_string(i),
                             .second = i,
                             .texts = {{"plan", "pro"}}});
    }
    import_files(*store, {file, new_file()});
  }
  /// Reads everything there is. The words of the error that comes, or nothing.
  std::string read_all(const std::string& name) {
    try {
      const auto snapshot = open(name)->snapshot();
      lines_of(*snapshot);
      snapshot->read_quarantine(100);
      // What only the next import reads.
      import_files(*open(name), {{"next", {{.customer = "ann", .anonymous = "lone", .second = 99}}}}, {.threads = 1});
      return {};
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::corrupt) << error.what();
      return error.what();
    }
  }
  std::vector<std::string> files_of(const std::string& name) const {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory(name))) {
      const auto path = std::filesystem::relative(entry.path(), directory(name)).string();
      if (entry.is_regular_file() && path != "LOCK") files.push_back(path);
    }
    std::sort(files.begin(), files.end());
    return files;
  }
  void flip_byte(const std::string& path, std::uint64_t offset) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(offset));
    const int byte = file.get();
    file.seekp(static_cast<std::streamoff>(offset));
    file.put(static_cast<char>(byte ^ 0x20));
  }
};

TEST_F(FaultsTest, flipped_byte_in_any_file_is_corrupt_and_names_the_file) {
  make_victim();
  ASSERT_EQ(files_of("victim").size(), 8u);  // CURRENT MANIFEST events quarantine journeys hot cold cold-1
  for (const auto& file : files_of("victim")) {
    const auto size = std::filesystem::file_size(join_path(directory("victim"), file));
    for (const auto offset : {std::uintmax_t{0}, size / 3, size / 2, size - 1}) {
      restore("victim", "work");
      flip_byte(join_path(directory("work"), file), offset);
      EXPECT_NE(read_all("work").find(file), std::string::npos) << file << " at " << offset;
    }
  }
}

TEST_F(FaultsTest, error_names_the_block) {
  make_victim();
  const std::string hot = "segments/p00-000001/hot.arrow";
  flip_byte(join_path(directory("victim"), hot), 200);
  EXPECT_NE(read_all("victim").find("hot.arrow: block 0 does not have its checksum"), std::string::npos);
}

TEST_F(FaultsTest, truncated_or_missing_file_is_corrupt_and_names_the_file) {
  make_victim();
  for (const auto& file : files_of("victim")) {
    if (file == "CURRENT") continue;
    const auto path = join_path(directory("work"), file);
    restore("victim", "work");
    std::filesystem::resize_file(path, std::filesystem::file_size(path) - 1);
    EXPECT_NE(read_all("work").find(file), std::string::npos) << file;
    restore("victim", "work");
    std::filesystem::remove(path);
    EXPECT_NE(read_all("work").find(file), std::string::npos) << file;
  }
}

TEST_F(FaultsTest, damaged_column_does_not_hinder_another) {
  make_victim();
  flip_byte(join_path(directory("victim"), "segments/p00-000001/cold.arrow"), 3);
  const auto snapshot = open("victim")->snapshot();
  EXPECT_GT(snapshot->part(0, {}, {})->events(), 0u);
  ColumnRequest request;
  request.properties = {"plan"};
  EXPECT_EQ(error_of([&] { snapshot->part(0, request, {}); }).first, ErrorKind::corrupt);
}

TEST_F(FaultsTest, scans_go_on_while_imports_publish) {
  const auto store = create("events", 8);
  import_files(*store, {old_file()});
  std::atomic<bool> done{false};
  std::atomic<std::size_t> scans{0};
  std::jthread reader([&] {
    while (!done || scans == 0) {
      const auto snapshot = store->snapshot();
      const auto lines = lines_of(*snapshot);
      EXPECT_EQ(static_cast<std::int64_t>(lines.size()), snapshot->events());
      ++scans;
    }
  });
  for (int i = 0; i < 20; ++i) {
    import_files(
        *store, {{"f" + std::to_string(i), {{.customer = "c" + std::to_string(i)}, {.customer = "ann", .second = i}}}});
  }
  done = true;
  reader.join();
  EXPECT_EQ(store->snapshot()->events(), 42);
  EXPECT_GT(scans, 0u);
}

}  // namespace

}  // namespace peregrine::store
