// The vocabulary of the tests of ingest: files with given bytes, imported into a MemoryStore.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "ingest/ingest.hpp"
#include "ingest/memory_store.hpp"

namespace peregrine::ingest {

class ImportFixture : public testing::Test {
 protected:
  ImportFixture() {
    char pattern[] = "/tmp/peregrine-ingest-XXXXXX";
    directory_ = ::mkdtemp(pattern);
  }
  ~ImportFixture() override { std::filesystem::remove_all(directory_); }

  std::string path(const std::string& name) const { return (directory_ / name).string(); }

  std::string write(const std::string& name, std::string_view bytes) const {
    std::ofstream(path(name), std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return path(name);
  }

  Imported import_file(const std::string& file) {
    request.files = {file};
    return import_all();
  }
  Imported import_all() { return import_files(Env::real(), store, request, progress, cancelled); }

  Imported import_csv(std::string_view bytes) { return import_file(write("file.csv", bytes)); }

  std::string error_of_csv(std::string_view bytes) { return error_of(write("file.csv", bytes)); }
  /// The words of the error without the place of the temporary directory.
  std::string error_of(const std::string& file) {
    try {
      import_file(file);
    } catch (const Error& error) {
      std::string text = error.what();
      for (auto at = text.find(directory_.string()); at != std::string::npos; at = text.find(directory_.string())) {
        text.erase(at, directory_.string().size() + 1);
      }
      return text;
    }
    return "no error";
  }

  /// Codes in quarantine, in order, without those before.
  std::vector<std::string> codes() const {
    std::vector<std::string> codes;
    for (const auto& row : store_state().quarantine) codes.push_back(row.code);
    return codes;
  }
  const MemoryStore::State& store_state() const { return const_cast<MemoryStore&>(store).state(); }
  const std::vector<StoredRow>& rows() const { return store_state().rows; }

  static void expect_law(const store::Ledger& ledger) {
    EXPECT_EQ(ledger.received, ledger.accounted()) << ledger.source;
  }

  MemoryStore store;
  ImportRequest request;
  std::atomic<bool> cancelled{false};
  std::function<void(const ImportProgress&)> progress;
  std::filesystem::path directory_;
};

}  // namespace peregrine::ingest
