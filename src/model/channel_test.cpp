#include "model/channel.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "base/embedded.hpp"
#include "base/error.hpp"

namespace peregrine::embedded {
std::span<const EmbeddedFile> channels();
}

namespace peregrine {
namespace {

std::string ga4(std::string_view source, std::string_view medium, std::string_view campaign = {}) {
  return std::string(ChannelRules::ga4().channel(source, medium, campaign));
}

std::string complaint_about(std::string_view yaml,
                            std::string_view csv = "source,source_category\nbing,SOURCE_CATEGORY_SEARCH\n") {
  try {
    ChannelRules::parse(yaml, csv, "mine.yaml");
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Ga4Channels, direct_is_no_source_and_no_medium) {
  EXPECT_EQ(ga4("(direct)", "(none)"), "Direct");
  EXPECT_EQ(ga4("(direct)", "(not set)"), "Direct");
  EXPECT_EQ(ga4("", ""), "Direct");
  EXPECT_EQ(ga4("(direct)", "referral"), "Referral");
  EXPECT_EQ(ga4("(direct)", ""), "Unassigned");
  EXPECT_EQ(ga4("", "(none)"), "Unassigned");
  EXPECT_EQ(ga4("nowhere", ""), "Unassigned");
}

TEST(Ga4Channels, direct_is_tried_before_the_campaign) {
  EXPECT_EQ(ga4("", "", "cross-network"), "Direct");
}

TEST(Ga4Channels, cross_network_is_said_by_the_campaign) {
  EXPECT_EQ(ga4("google", "cpc", "2026 Cross-Network spring"), "Cross-network");
  EXPECT_EQ(ga4("google", "cpc", "cross network"), "Paid Search");
}

TEST(Ga4Channels, paid_is_cp_ppc_retargeting_or_paid) {
  for (const auto* medium : {"cpc", "CPC", "cpv", "xcpx", "ppc", "retargeting", "paid", "paid-anything"}) {
    EXPECT_EQ(ga4("nowhere", medium), "Paid Other") << medium;
  }
  for (const auto* medium : {"ppcx", "xppc", "retargeting2", "unpaid", "c p c"}) {
    EXPECT_EQ(ga4("nowhere", medium), "Unassigned") << medium;
  }
}

TEST(Ga4Channels, paid_follows_the_list_of_the_source) {
  EXPECT_EQ(ga4("amazon", "cpc"), "Paid Shopping");
  EXPECT_EQ(ga4("google", "cpc"), "Paid Search");
  EXPECT_EQ(ga4("facebook", "paid"), "Paid Social");
  EXPECT_EQ(ga4("youtube", "ppc"), "Paid Video");
}

TEST(Ga4Channels, without_payment_the_same_sources_are_organic) {
  EXPECT_EQ(ga4("amazon", "referral"), "Organic Shopping");
  EXPECT_EQ(ga4("facebook", "referral"), "Organic Social");
  EXPECT_EQ(ga4("youtube", "referral"), "Organic Video");
  EXPECT_EQ(ga4("google", "referral"), "Organic Search");
  EXPECT_EQ(ga4("nowhere", "referral"), "Referral");
}

TEST(Ga4Channels, shopping_is_also_said_by_the_campaign) {
  EXPECT_EQ(ga4("nowhere", "cpc", "spring shopping"), "Paid Shopping");
  EXPECT_EQ(ga4("nowhere", "email", "shop"), "Organic Shopping");
  EXPECT_EQ(ga4("nowhere", "email", "my shop"), "Organic Shopping");
  EXPECT_EQ(ga4("nowhere", "email", "eshopping"), "Organic Shopping");
  EXPECT_EQ(ga4("nowhere", "email", "eshop"), "Organic Shopping");
  EXPECT_EQ(ga4("nowhere", "email", "bishop"), "Email") << "any other letter before shop makes another word";
  EXPECT_EQ(ga4("nowhere", "email", "sho p"), "Email");
}

TEST(Ga4Channels, display_media) {
  for (const auto* medium : {"display", "banner", "expandable", "interstitial"}) {
    EXPECT_EQ(ga4("nowhere", medium), "Display") << medium;
  }
  EXPECT_EQ(ga4("nowhere", "cpm"), "Display") << "cpm is paid, but display comes before";
  EXPECT_EQ(ga4("google", "cpm"), "Paid Search") << "and paid search before display";
  EXPECT_EQ(ga4("nowhere", "displays"), "Unassigned");
}

TEST(Ga4Channels, social_media) {
  for (const auto* medium : {"social", "social-network", "social-media", "sm", "social network", "Social Media"}) {
    EXPECT_EQ(ga4("nowhere", medium), "Organic Social") << medium;
  }
  EXPECT_EQ(ga4("nowhere", "socials"), "Unassigned");
}

TEST(Ga4Channels, video_media) {
  EXPECT_EQ(ga4("nowhere", "instream-video-ad"), "Organic Video");
  EXPECT_EQ(ga4("nowhere", "vidéo"), "Unassigned");
}

TEST(Ga4Channels, organic_search) {
  EXPECT_EQ(ga4("nowhere", "organic"), "Organic Search");
  EXPECT_EQ(ga4("google", ""), "Organic Search");
  EXPECT_EQ(ga4("nowhere", "organics"), "Unassigned");
}

TEST(Ga4Channels, referral_media) {
  for (const auto* medium : {"referral", "app", "link"}) EXPECT_EQ(ga4("nowhere", medium), "Referral") << medium;
  EXPECT_EQ(ga4("nowhere", "apps"), "Unassigned");
}

TEST(Ga4Channels, email_by_source_or_medium) {
  for (const auto* text : {"email", "e-mail", "e_mail", "e mail", "EMAIL"}) {
    EXPECT_EQ(ga4(text, "newsletter"), "Email") << text;
    EXPECT_EQ(ga4("newsletter", text), "Email") << text;
  }
  EXPECT_EQ(ga4("emails", "newsletter"), "Unassigned");
}

TEST(Ga4Channels, affiliates_audio_and_sms) {
  EXPECT_EQ(ga4("nowhere", "affiliate"), "Affiliates");
  EXPECT_EQ(ga4("affiliate", "nothing"), "Unassigned");
  EXPECT_EQ(ga4("nowhere", "audio"), "Audio");
  EXPECT_EQ(ga4("nowhere", "audios"), "Unassigned");
  EXPECT_EQ(ga4("nowhere", "sms"), "SMS");
  EXPECT_EQ(ga4("sms", "nothing"), "SMS");
  EXPECT_EQ(ga4("smss", "nothing"), "Unassigned");
}

TEST(Ga4Channels, mobile_push) {
  EXPECT_EQ(ga4("nowhere", "web push"), "Mobile Push");
  EXPECT_EQ(ga4("nowhere", "in-mobile-app"), "Mobile Push");
  EXPECT_EQ(ga4("nowhere", "notifications"), "Mobile Push");
  EXPECT_EQ(ga4("firebase", "nothing"), "Mobile Push");
  EXPECT_EQ(ga4("nowhere", "pushed"), "Unassigned");
}

TEST(Ga4Channels, letters_are_compared_without_regard_to_case) {
  EXPECT_EQ(ga4("GOOGLE", "CPC"), "Paid Search");
  EXPECT_EQ(ga4("(Direct)", "(None)"), "Direct");
  EXPECT_EQ(ga4("X", "Y", "CROSS-NETWORK"), "Cross-network");
  EXPECT_EQ(ga4("FireBase", "Y"), "Mobile Push");
}

TEST(Ga4Channels, every_source_of_the_list_goes_where_its_category_says) {
  const std::map<std::string_view, std::pair<std::string_view, std::string_view>> expected = {
      {"SOURCE_CATEGORY_SEARCH", {"Paid Search", "Organic Search"}},
      {"SOURCE_CATEGORY_SOCIAL", {"Paid Social", "Organic Social"}},
      {"SOURCE_CATEGORY_SHOPPING", {"Paid Shopping", "Organic Shopping"}},
      {"SOURCE_CATEGORY_VIDEO", {"Paid Video", "Organic Video"}}};
  std::map<std::string, std::map<std::string_view, int>> categories;
  for (const auto& file : embedded::channels()) {
    if (!file.name.ends_with(".csv")) continue;
    auto csv = file.bytes.substr(file.bytes.find('\n') + 1);
    while (!csv.empty()) {
      const auto line = csv.substr(0, csv.find('\n'));
      csv.remove_prefix(std::min(csv.size(), line.size() + 1));
      const auto comma = line.rfind(',');
      ++categories[std::string(line.substr(0, comma))][line.substr(comma + 1)];
    }
  }
  EXPECT_EQ(categories.size(), 819u);
  for (const auto& [source, of_source] : categories) {
    ASSERT_EQ(of_source.size(), 1u) << source;
    const auto [paid, organic] = expected.at(of_source.begin()->first);
    EXPECT_EQ(ga4(source, "cpc"), paid) << source;
    EXPECT_EQ(ga4(source, "anything"), organic) << source;
  }
}

TEST(Ga4Channels, all_nineteen_are_named_in_order) {
  const auto names = ChannelRules::ga4().channels();
  ASSERT_EQ(names.size(), 19u);
  EXPECT_EQ(names.front(), "Direct");
  EXPECT_EQ(names.back(), "Unassigned");
}

TEST(Ga4Channels, a_very_long_campaign_is_no_danger) {
  EXPECT_EQ(ga4("nowhere", "nothing", std::string(1'000'000, 'x')), "Unassigned");
  EXPECT_EQ(ga4("nowhere", std::string(1'000'000, 'c'), ""), "Unassigned");
}

TEST(ChannelRules, what_is_wrong_is_said_where_it_stands) {
  EXPECT_EQ(complaint_about("{name: a, rules: [], otherwise: X}"), "mine.yaml: rules: must list at least 1 (got 0)");
  EXPECT_EQ(
      complaint_about(
          "{name: a, rules: [{channel: A, is: paidd}], conditions: {paid: {field: medium, in: [x]}}, otherwise: X}"),
      "mine.yaml: rules[0].is: no condition is named \"paidd\" (did you mean \"paid\"?)");
  EXPECT_EQ(complaint_about("{name: a, rules: [{channel: A, field: source, category: SERCH}], otherwise: X}"),
            "mine.yaml: rules[0].category: no source is of the category \"SERCH\" (did you mean \"SEARCH\"?)");
  EXPECT_EQ(complaint_about("{name: a, rules: [{channel: A, field: medium, matches: '('}], otherwise: X}"),
            "mine.yaml: rules[0].matches: must be a regular expression (got \"(\")");
  EXPECT_EQ(complaint_about("{name: a, rules: [{channel: A, field: medium, contain: x}], otherwise: X}"),
            "mine.yaml: rules[0]: has no parameter \"contain\" (did you mean \"contains\"?)");
  EXPECT_EQ(complaint_about("{name: a, rules: [{channel: A, field: medium}], otherwise: X}"),
            "mine.yaml: rules[0]: must have one comparison (empty, in, contains, ends_with, matches or category)");
  EXPECT_EQ(complaint_about("{name: a, rules: [{field: medium, in: [x]}], otherwise: X}"),
            "mine.yaml: rules[0]: must name a channel");
  EXPECT_EQ(complaint_about("{name: a, rules: [{channel: A, field: medium, in: [x]}], otherwise: X}", "s,c\nbing\n"),
            "mine.yaml: sources:2: has no category (a line like bing,SOURCE_CATEGORY_SEARCH)");
}

TEST(ChannelRules, own_rules_are_tried_in_order) {
  const auto rules = ChannelRules::parse(
      "{name: a, rules: [{channel: A, field: medium, contains: x}, {channel: B, field: medium, ends_with: y}], "
      "otherwise: C}",
      "", "a");
  EXPECT_EQ(rules.channel("", "XY", ""), "A");
  EXPECT_EQ(rules.channel("", "zy", ""), "B");
  EXPECT_EQ(rules.channel("", "yz", ""), "C");
}

}  // namespace
}  // namespace peregrine
