// A progress bar on standard error with rate and time left; drawn only in a terminal, at most ten times a second.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace peregrine::cli {

class ProgressBar {
 public:
  explicit ProgressBar(bool quiet);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// `done` of `all` in some unit; `note` follows the bar (`1,204,551 rows, 2.1 M/s`).
  void show(std::string_view phase, double done, double all, const std::string& note);
  /// Clears the line.
  void end();
  double seconds() const;

 private:
  using Clock = std::chrono::steady_clock;
  bool drawn_;
  bool on_line_ = false;
  std::string phase_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point phase_start_ = Clock::now();
  Clock::time_point last_{};
};

}  // namespace peregrine::cli
