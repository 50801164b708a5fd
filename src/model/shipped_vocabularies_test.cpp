// What the vocabularies that ship say of the names of the tools that they are for, and of names that are none of them.
#include <gtest/gtest.h>

#include <map>

#include "model/vocabulary.hpp"

namespace peregrine {
namespace {

struct Named {
  std::string_view event;
  std::string_view vocabulary;
  Role role;
  Kind kind;
};

std::ostream& operator<<(std::ostream& out, const Named& named) {
  return out << named.event;
}

class Names : public testing::TestWithParam<Named> {};

TEST_P(Names, have_their_vocabulary_role_and_kind) {
  static const Vocabulary vocabulary;
  const auto& [event, name, role, kind] = GetParam();
  const auto label = vocabulary.label(event);
  EXPECT_EQ(vocabulary.origin(event), name);
  EXPECT_EQ(name_of(label.role), name_of(role));
  EXPECT_EQ(name_of(label.kind), name_of(kind));
}

INSTANTIATE_TEST_SUITE_P(hubspot, Names,
                         testing::Values(Named{"subscriber", "hubspot", Role::subscribe, Kind::marketing},
                                         Named{"Lead", "hubspot", Role::enquire, Kind::sales},
                                         Named{"marketingqualifiedlead", "hubspot", Role::none, Kind::sales},
                                         Named{"hs_v2_date_entered_customer", "hubspot", Role::buy, Kind::sales},
                                         Named{"hs_v2_date_exited_lead", "hubspot", Role::none, Kind::sales},
                                         Named{"Became a Customer Date", "hubspot", Role::buy, Kind::sales},
                                         Named{"contractsent", "hubspot", Role::quote, Kind::sales},
                                         Named{"Presentation Scheduled", "hubspot", Role::demo, Kind::sales},
                                         Named{"CONNECTED", "hubspot", Role::enquire, Kind::sales}));

INSTANTIATE_TEST_SUITE_P(salesforce, Names,
                         testing::Values(Named{"Open - Not Contacted", "salesforce", Role::enquire, Kind::sales},
                                         Named{"Qualification", "salesforce", Role::none, Kind::sales},
                                         Named{"Proposal/Price Quote", "salesforce", Role::quote, Kind::sales},
                                         Named{"Meet & Present", "salesforce", Role::demo, Kind::sales},
                                         Named{"leadConverted", "salesforce", Role::none, Kind::sales},
                                         Named{"Closed Lost", "salesforce", Role::none, Kind::sales}));

INSTANTIATE_TEST_SUITE_P(matomo, Names,
                         testing::Values(Named{"action", "matomo", Role::visit, Kind::online},
                                         Named{"download", "matomo", Role::read, Kind::online},
                                         Named{"goal", "matomo", Role::none, Kind::online},
                                         Named{"ecommerceOrder", "matomo", Role::buy, Kind::online},
                                         Named{"ecommerceAbandonedCart", "matomo", Role::cart, Kind::online},
                                         Named{"setEcommerceView", "matomo", Role::read, Kind::online}));

INSTANTIATE_TEST_SUITE_P(shop_orders, Names,
                         testing::Values(Named{"orders/create", "shop_orders", Role::buy, Kind::online},
                                         Named{"orders/paid", "shop_orders", Role::none, Kind::online},
                                         Named{"paid", "shop_orders", Role::buy, Kind::online},
                                         Named{"partially_refunded", "shop_orders", Role::buy, Kind::online},
                                         Named{"refunded", "shop_orders", Role::return_, Kind::online},
                                         Named{"returns/request", "shop_orders", Role::return_, Kind::service},
                                         Named{"picked_up", "shop_orders", Role::receive, Kind::in_store},
                                         Named{"wc-processing", "shop_orders", Role::buy, Kind::online},
                                         Named{"wc-pending", "shop_orders", Role::checkout, Kind::online},
                                         Named{"wc-refunded", "shop_orders", Role::return_, Kind::online},
                                         Named{"subscription_billing_attempts/success", "shop_orders", Role::renew,
                                               Kind::product}));

INSTANTIATE_TEST_SUITE_P(
    call_centre, Names,
    testing::Values(Named{"zen:event-type:ticket.created", "call_centre", Role::support, Kind::service},
                    Named{"zen:event-type:ticket.status_changed", "call_centre", Role::none, Kind::service},
                    Named{"Waiting on Customer", "call_centre", Role::none, Kind::service},
                    Named{"conversation.user.created", "call_centre", Role::support, Kind::service},
                    Named{"conversation.admin.closed", "call_centre", Role::none, Kind::service},
                    Named{"call.answered", "call_centre", Role::support, Kind::service},
                    Named{"Ticket Reopened", "call_centre", Role::support, Kind::service},
                    Named{"Complaint Filed", "call_centre", Role::complain, Kind::service}));

INSTANTIATE_TEST_SUITE_P(
    surveys, Names,
    testing::Values(Named{"NPS Asked", "surveys", Role::ask, Kind::service},
                    Named{"csat_answered", "surveys", Role::rate, Kind::service},
                    Named{"response_completed", "surveys", Role::rate, Kind::service},
                    Named{"response_updated", "surveys", Role::none, Kind::service},
                    Named{"surveyengine.completedResponse.SV_1", "surveys", Role::rate, Kind::service},
                    Named{"survey sent", "surveys", Role::rate, Kind::service},
                    Named{"Survey Sent", "surveys", Role::ask, Kind::service},
                    Named{"service-review-created", "surveys", Role::review_write, Kind::word_of_mouth}));

// A name of two tools has the label of the one that is tried first.
INSTANTIATE_TEST_SUITE_P(precedence, Names,
                         testing::Values(Named{"search", "ga4", Role::search, Kind::online},
                                         Named{"Order Cancelled", "segment", Role::return_, Kind::online},
                                         Named{"Order Canceled", "call_centre", Role::return_, Kind::online},
                                         Named{"Contract Sent", "hubspot", Role::quote, Kind::sales},
                                         Named{"Competitor Order Placed", "general", Role::compare, Kind::competitor}));

TEST(ShippedVocabularies, stand_in_their_order) {
  std::vector<std::string_view> names;
  for (const auto& each : shipped_vocabularies()) {
    names.push_back(each.name);
    EXPECT_FALSE(each.touchpoints.empty()) << each.name;
    EXPECT_FALSE(each.source.empty()) << each.name;
    EXPECT_FALSE(each.title.empty()) << each.name;
  }
  EXPECT_EQ(names, (std::vector<std::string_view>{"segment", "ga4", "hubspot", "salesforce", "matomo", "shop_orders",
                                                  "call_centre", "surveys", "general"}));
}

TEST(ShippedVocabularies, say_each_name_once) {
  std::map<std::string, std::string> seen;
  for (const auto& vocabulary : shipped_vocabularies()) {
    for (const auto& rule : vocabulary.touchpoints) {
      const auto [place, added] = seen.try_emplace(rule.pattern, vocabulary.name);
      EXPECT_TRUE(added) << rule.pattern << " of " << vocabulary.name << " is in " << place->second;
    }
  }
}

// A state of a ticket, of an e-mail, of an order and of a lead: whoever has such a name says what it is.
TEST(ShippedVocabularies, words_that_mean_different_things_are_known_to_none) {
  const Vocabulary vocabulary;
  for (const auto* word :
       {"open",      "Open",      "OPEN",       "new",       "New",       "pending",   "Pending",   "closed",
        "Closed",    "solved",    "hold",       "sent",      "Sent",      "delivered", "Delivered", "completed",
        "Completed", "cancelled", "processing", "Responded", "Contacted", "click",     "created",   "status",
        "call",      "email",     "phone",      "web",       "good",      "bad",       "score"}) {
    EXPECT_EQ(vocabulary.origin(word), word == std::string_view("click") ? "ga4" : "none") << word;
  }
}

TEST(ShippedVocabularies, patterns_take_no_names_of_others) {
  const Vocabulary vocabulary;
  for (const auto* name : {"zen:event-type:user.created", "surveyengine.startedSession", "hs_v2_date_entered_mystage",
                           "My Competitor *", "Email Open", "Opened", "Order Page", "Paid"}) {
    EXPECT_EQ(vocabulary.origin(name), "none") << name;
  }
}

}  // namespace
}  // namespace peregrine
