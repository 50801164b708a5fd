#include "cli/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "cli/output.hpp"

namespace peregrine::cli {

namespace {
constexpr int bar_width = 24;
constexpr auto least_pause = std::chrono::milliseconds(100);
}  // namespace

ProgressBar::ProgressBar(bool quiet) : drawn_(!quiet && draws_progress()) {}
ProgressBar::~ProgressBar() {
  end();
}

double ProgressBar::seconds() const {
  return std::chrono::duration<double>(Clock::now() - start_).count();
}

void ProgressBar::show(std::string_view phase, double done, double all, const std::string& note) {
  if (!drawn_) return;
  const auto now = Clock::now();
  if (phase != phase_) {
    phase_ = phase;
    phase_start_ = now;
  } else if (now - last_ < least_pause) {
    return;
  }
  last_ = now;
  const double part = all > 0 ? std::clamp(done / all, 0.0, 1.0) : 0;
  const auto filled = static_cast<int>(part * bar_width);
  std::string bar;
  for (int i = 0; i < bar_width; ++i) bar += i < filled ? "█" : "░";
  const double elapsed = std::chrono::duration<double>(now - phase_start_).count();
  const auto left = part > 0.02 ? fmt::format(", {:.0f} s left", elapsed / part * (1 - part)) : std::string();
  const auto line = fmt::format("\r{} {} {:3.0f} %  {}{}\x1b[K", phase, bar, 100 * part, note, left);
  std::fputs(line.c_str(), stderr);
  std::fflush(stderr);
  on_line_ = true;
}

void ProgressBar::end() {
  if (!on_line_) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
  on_line_ = false;
}

}  // namespace peregrine::cli
