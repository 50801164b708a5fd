#include "engine/surroundings.hpp"

#include <gtest/gtest.h>

#include "base/refusal.hpp"
#include "engine/memory_snapshot.hpp"

namespace peregrine::engine {
namespace {

class LostSnapshot final : public MemorySnapshot {
 public:
  using MemorySnapshot::MemorySnapshot;
  void expect_intact() const override { throw Error(ErrorKind::corrupt, "hot", "was lost"); }
};

TEST(Surroundings, of_events_that_were_lost_while_they_were_read_are_refused) {
  const LostSnapshot snapshot({{.customer = "ann", .time = Time{1}, .event = "A"}}, 1);
  const std::vector<std::uint32_t> groups{0};
  EXPECT_EQ(refusal_of([&] { count_surroundings(snapshot, snapshot.labels(), groups, 1); }), "corrupt | hot: was lost");
}

}  // namespace
}  // namespace peregrine::engine
