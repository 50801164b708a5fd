#include "demo/chance.hpp"

#include <array>
#include <cmath>

namespace peregrine::demo {
namespace {

constexpr double ln2 = 0x1.62e42fefa39efp-1;

}  // namespace

double portable_log(double x) {
  int exponent = 0;
  double mantissa = std::frexp(x, &exponent);  // exact
  if (mantissa < 0.70710678118654752) {
    mantissa *= 2;
    --exponent;
  }
  const double s = (mantissa - 1) / (mantissa + 1);  // log m = 2 artanh s, |s| < 0.172
  const double square = s * s;
  double sum = 0;
  for (int term = 21; term >= 1; term -= 2) sum = sum * square + 1.0 / term;
  return 2 * s * sum + exponent * ln2;
}

double portable_exp(double x) {
  const double whole = std::floor(x / ln2 + 0.5);  // floor is exact
  const double rest = x - whole * ln2;
  double sum = 1;
  for (int term = 14; term >= 1; --term) sum = 1 + sum * (rest * (1.0 / term));
  return std::ldexp(sum, static_cast<int>(whole));
}

double normal_quantile(double p) {
  constexpr std::array a{-3.969683028665376e+01, 2.209460984245205e+02,  -2.759285104469687e+02,
                         1.383577518672690e+02,  -3.066479806614716e+01, 2.506628277459239e+00};
  constexpr std::array b{-5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02, 6.680131188771972e+01,
                         -1.328068155288572e+01};
  constexpr std::array c{-7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
                         -2.549732539343734e+00, 4.374664141464968e+00,  2.938163982698783e+00};
  constexpr std::array d{7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00, 3.754408661907416e+00};
  if (p > 0.97575) return -normal_quantile(1 - p);
  if (p < 0.02425) {
    const double q = std::sqrt(-2 * portable_log(p));
    return (((((c[0] * q + c[1]) * q + c[2]) * q + c[3]) * q + c[4]) * q + c[5]) /
           ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1);
  }
  const double q = p - 0.5;
  const double r = q * q;
  return (((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * q /
         (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1);
}

double Chance::exponential(double mean) {
  return -mean * portable_log(1 - uniform());
}

double Chance::lognormal(double median, double spread) {
  const double p = (static_cast<double>(next() >> 12) + 0.5) * 0x1p-52;  // never 0 or 1
  return median * portable_exp(spread * normal_quantile(p));
}

int Chance::geometric(double mean) {
  const double stop = 1 / (1 + mean);
  int count = 0;
  while (!happens(stop)) ++count;
  return count;
}

std::size_t Chance::pick(std::span<const double> weights) {
  double total = 0;
  for (const double weight : weights) total += weight;
  double left = uniform() * total;
  for (std::size_t i = 0; i + 1 < weights.size(); ++i) {
    left -= weights[i];
    if (left < 0) return i;
  }
  return weights.size() - 1;
}

}  // namespace peregrine::demo
