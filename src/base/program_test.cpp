#include "base/program.hpp"

#include <gtest/gtest.h>

namespace peregrine {
namespace {

TEST(BuildId, is_there_and_stays) {
  EXPECT_GE(build_id().size(), 16u);
  EXPECT_EQ(build_id(), build_id());
}

}  // namespace
}  // namespace peregrine
