#include "model/role_guess.hpp"

#include <gtest/gtest.h>

#include "model/vocabulary.hpp"

namespace peregrine {
namespace {

std::string by_words(std::string_view name) {
  const auto guess = guess_by_words(name);
  return guess ? std::string(name_of(guess->role)) + " " + std::string(name_of(guess->kind)) : "nothing";
}

TEST(GuessByWords, reads_words_in_any_way_of_writing) {
  for (const auto* name : {"Cart Viewed", "cart_view", "cartViewed", "view-cart", "CART/VIEWS", "shop.viewCart"}) {
    EXPECT_EQ(by_words(name), "cart online") << name;
  }
}

TEST(GuessByWords, more_words_come_before_fewer) {
  EXPECT_EQ(by_words("Review submitted"), "review_write word_of_mouth");
  EXPECT_EQ(by_words("Review opened"), "review_read word_of_mouth");
  EXPECT_EQ(by_words("trial_started"), "try product");
  EXPECT_EQ(by_words("Test drive booked"), "try in_store");
  EXPECT_EQ(by_words("subscription_cancelled"), "churn product");
  EXPECT_EQ(by_words("order_cancelled"), "return service");
  EXPECT_EQ(by_words("newsletter_opened"), "notice marketing");
  EXPECT_EQ(by_words("Signed up for newsletter"), "subscribe marketing");
}

TEST(GuessByWords, words_also_say_the_kind) {
  EXPECT_EQ(by_words("Store purchase"), "buy in_store");
  EXPECT_EQ(by_words("purchase"), "buy online");
}

TEST(GuessByWords, some_words_say_nothing_of_the_journey) {
  for (const auto* name : {"Session Started", "user_logged_in", "email_sent", "cart_abandoned", "app crashed"}) {
    const auto guess = guess_by_words(name);
    ASSERT_TRUE(guess) << name;
    EXPECT_EQ(guess->role, Role::none) << name;
  }
}

TEST(GuessByWords, unknown_words_and_parts_of_words_say_nothing_at_all) {
  for (const auto* name : {"", "Frobnicated", "ev_17", "12345", "cartography", "Bravado"}) {
    EXPECT_EQ(by_words(name), "nothing") << name;
  }
}

TEST(GuessByWords, says_why) {
  EXPECT_EQ(guess_by_words("product_page_viewed")->why, "words: product, viewed");
}

/// The names of the vocabularies that ship are known, so they tell how often words are right.
TEST(GuessByWords, are_mostly_right_about_the_names_of_known_tools) {
  int right = 0;
  int wrong = 0;
  int nothing = 0;
  std::string mistakes;
  for (const auto& vocabulary : shipped_vocabularies()) {
    for (const auto& rule : vocabulary.touchpoints) {
      if (rule.role == Role::none || rule.pattern.find('*') != std::string::npos) continue;
      const auto guess = guess_by_words(rule.pattern);
      if (!guess || guess->role == Role::none) {
        ++nothing;
        mistakes += rule.pattern + ": nothing, not " + std::string(name_of(rule.role)) + "\n";
      } else if (guess->role == rule.role) {
        ++right;
      } else {
        ++wrong;
        mistakes +=
            rule.pattern + ": " + std::string(name_of(guess->role)) + ", not " + std::string(name_of(rule.role)) + "\n";
      }
    }
  }
  RecordProperty("right", right);
  RecordProperty("wrong", wrong);
  RecordProperty("nothing", nothing);
  const auto figures =
      std::to_string(right) + " right, " + std::to_string(wrong) + " wrong, " + std::to_string(nothing) + " nothing\n";
  EXPECT_GT(right, 8 * wrong) << figures << mistakes;
  EXPECT_GT(right, 5 * nothing) << figures << mistakes;
}

/// Predefined events of AppsFlyer and standard events of Meta, which no vocabulary has and from which no rule was made.
TEST(GuessByWords, are_mostly_right_about_names_never_seen_before) {
  const std::vector<std::pair<std::string_view, Role>> names{{"af_add_payment_info", Role::checkout},
                                                             {"af_add_to_cart", Role::cart},
                                                             {"af_add_to_wishlist", Role::compare},
                                                             {"af_complete_registration", Role::subscribe},
                                                             {"af_tutorial_completion", Role::learn},
                                                             {"af_initiated_checkout", Role::checkout},
                                                             {"af_purchase", Role::buy},
                                                             {"af_rate", Role::rate},
                                                             {"af_search", Role::search},
                                                             {"af_content_view", Role::read},
                                                             {"af_list_view", Role::read},
                                                             {"af_travel_booking", Role::buy},
                                                             {"af_share", Role::refer},
                                                             {"af_invite", Role::refer},
                                                             {"af_opened_from_push_notification", Role::visit},
                                                             {"af_subscribe", Role::buy},
                                                             {"af_start_trial", Role::try_},
                                                             {"af_ad_click", Role::visit},
                                                             {"af_ad_view", Role::notice},
                                                             {"af_level_achieved", Role::use},
                                                             {"af_spent_credits", Role::use},
                                                             {"af_achievement_unlocked", Role::use},
                                                             {"AddToWishlist", Role::compare},
                                                             {"CompleteRegistration", Role::subscribe},
                                                             {"Contact", Role::enquire},
                                                             {"CustomizeProduct", Role::compare},
                                                             {"Donate", Role::buy},
                                                             {"FindLocation", Role::search},
                                                             {"Schedule", Role::enquire},
                                                             {"StartTrial", Role::try_},
                                                             {"SubmitApplication", Role::enquire},
                                                             {"Subscribe", Role::buy},
                                                             {"ViewContent", Role::read}};
  int right = 0;
  int wrong = 0;
  std::string mistakes;
  for (const auto& [name, role] : names) {
    const auto guess = guess_by_words(name);
    if (!guess || guess->role == Role::none) continue;
    (guess->role == role ? right : wrong) += 1;
    if (guess->role != role) mistakes += std::string(name) + ": " + std::string(name_of(guess->role)) + "\n";
  }
  EXPECT_GE(right, 22) << mistakes;  // of 33
  EXPECT_LE(wrong, 3) << mistakes;
}

Surroundings around(Role before, Role after, std::size_t quarter) {
  Surroundings out{.events = 100, .first = 100};
  out.before[static_cast<std::size_t>(before)] = 80;
  out.before[0] = 20;
  out.after[static_cast<std::size_t>(after)] = 70;
  out.after[0] = 30;
  out.place[quarter] = 100;
  return out;
}

TEST(GuessByPlace, takes_the_role_that_stands_most_alike) {
  const std::vector<KnownRole> known{{Role::search, around(Role::visit, Role::read, 0)},
                                     {Role::cart, around(Role::read, Role::checkout, 1)},
                                     {Role::rate, around(Role::ask, Role::none, 3)}};
  const auto guess = guess_by_place(around(Role::read, Role::checkout, 1), known);
  ASSERT_TRUE(guess);
  EXPECT_EQ(guess->role, Role::cart);
  EXPECT_EQ(guess->kind, Kind::online);
  EXPECT_EQ(guess->why, "stands like cart: after read, before checkout");
}

TEST(GuessByPlace, says_nothing_of_little) {
  const std::vector<KnownRole> known{{Role::search, around(Role::visit, Role::read, 0)},
                                     {Role::cart, around(Role::read, Role::checkout, 1)},
                                     {Role::rate, around(Role::ask, Role::none, 3)}};
  Surroundings rare;
  rare.events = rare.first = rare.before[1] = rare.after[1] = rare.place[0] = 29;
  EXPECT_FALSE(guess_by_place(rare, known));
  EXPECT_FALSE(guess_by_place(around(Role::read, Role::checkout, 1), std::span(known).first(2)));
}

TEST(GuessByPlace, says_nothing_when_two_roles_stand_alike) {
  const auto same = around(Role::read, Role::checkout, 1);
  const std::vector<KnownRole> known{
      {Role::search, same}, {Role::cart, same}, {Role::rate, around(Role::ask, Role::none, 3)}};
  EXPECT_FALSE(guess_by_place(same, known));
}

}  // namespace
}  // namespace peregrine
