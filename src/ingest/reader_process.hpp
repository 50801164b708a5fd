// A ReaderProcess is the import's hold on the child that parses one file: started from this same binary, fed through a
// FileServer, killed when this is destroyed. Used by one thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/env.hpp"
#include "ingest/frame.hpp"
#include "ingest/reader.hpp"
#include "ingest/served_file.hpp"

namespace peregrine::ingest {

class ReaderProcess {
 public:
  /// `file` must outlive this. Throws `bug` when main() of this program does not call run_child_if_asked.
  ReaderProcess(const ReadableFile& file, const Task& task);
  ReaderProcess(const ReaderProcess&) = delete;
  ReaderProcess& operator=(const ReaderProcess&) = delete;
  ~ReaderProcess();

  /// The next mapping, block or end. An error of the reader, or its death, is thrown; `rows` says how far it got.
  Frame next(const std::function<void()>& while_waiting, std::uint64_t rows);

  int process() const { return process_; }
  FileServer& file() { return *server_; }

 private:
  void send_order(std::string_view order);
  void start(int file_socket, int frame_socket);
  [[noreturn]] void throw_reported(const std::string& report) const;
  [[noreturn]] void throw_death(std::uint64_t rows);

  std::string name_;
  int process_ = 0;
  int frames_ = -1;
  std::unique_ptr<FileServer> server_;
};

}  // namespace peregrine::ingest
