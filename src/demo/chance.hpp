// Chance is a stream of random numbers that belongs to one customer: it follows from a seed, a purpose and a number
// alone. Only integer arithmetic, + - * / and sqrt are used, so that every machine draws the same (std:: distributions
// and libm differ).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace peregrine::demo {

/// SplitMix64's finaliser (Steele, Lea, Flood 2014): a bijection that leaves no trace of order in its input.
constexpr std::uint64_t scramble(std::uint64_t bits) {
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9u;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebu;
  return bits ^ (bits >> 31);
}

/// What a stream is for. Streams of different purposes are independent.
enum class Purpose : std::uint64_t { group = 1, person = 2, device = 3, sizes = 4 };

class Chance {
 public:
  Chance() = default;
  Chance(std::int64_t seed, Purpose purpose, std::int64_t number)
      : state_(scramble(scramble(static_cast<std::uint64_t>(seed) + static_cast<std::uint64_t>(purpose) * golden) +
                        static_cast<std::uint64_t>(number) * golden)) {}

  std::uint64_t next() { return scramble(state_ += golden); }

  /// In [0, 1), on a grid of 2^-53.
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }
  double between(double low, double high) { return low + (high - low) * uniform(); }
  bool happens(double chance) { return uniform() < chance; }
  /// One of 0 … count - 1; `count` at least 1.
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(uniform() * static_cast<double>(count)); }

  double exponential(double mean);
  /// exp of a normal variable: half of the draws lie below `median`; `spread` is the standard deviation of the
  /// logarithm.
  double lognormal(double median, double spread);
  /// Number of failures before a success: 0, 1, 2, … with this mean.
  int geometric(double mean);
  /// A place in `weights`, as likely as its weight; the weights need not add up to 1.
  std::size_t pick(std::span<const double> weights);

 private:
  static constexpr std::uint64_t golden = 0x9e3779b97f4a7c15u;
  std::uint64_t state_ = 0;
};

/// Natural logarithm and its inverse to within 2e-15 of relative error, the same bits on every IEEE 754 machine.
double portable_log(double x);
double portable_exp(double x);

/// The value below which a standard normal variable lies with probability p, to within 1.2e-9 of relative error (P. J.
/// Acklam).
double normal_quantile(double p);

/// Things of which one is picked at random, each as likely as its weight.
template <class T>
class Choices {
 public:
  void add(T item, double weight) {
    items_.push_back(std::move(item));
    weights_.push_back(weight);
  }
  bool empty() const { return items_.empty(); }
  const T& pick(Chance& chance) const { return items_[chance.pick(weights_)]; }

 private:
  std::vector<T> items_;
  std::vector<double> weights_;
};

}  // namespace peregrine::demo
