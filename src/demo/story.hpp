// A Story is a demo firm as data: what its customers can do at each stage, how long they stay, where they go next, what
// it sells, and what is planted in it. Every probability here is a true one: the Truth of a simulation repeats it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace peregrine::demo {

/// The stages of the framework buyer_and_customer, in its order.
enum class Stage : std::uint8_t { awareness, consideration, decision, onboarding, engagement, retention, advocacy };
constexpr auto enum_names(Stage) {
  return std::to_array<std::string_view>(
      {"Awareness", "Consideration", "Decision", "Onboarding", "Engagement", "Retention", "Advocacy"});
}
constexpr std::size_t stage_count = enum_names(Stage{}).size();
constexpr std::size_t place_of(Stage stage) {
  return static_cast<std::size_t>(stage);
}

/// Something a customer can do at a stage. Its event must have a role that enters that stage, or none that enters any.
struct Act {
  std::string_view event;
  double weight = 1;
  std::string_view content_type = {};  // shows a piece of content of this type
  bool product = false;                // names the product in mind
  bool rival = false;                  // names a rival brand
  bool offline = false;                // on no device
  bool identifies = false;             // says who the customer is
  bool value = false;                  // has the role activate, use or receive: the buyer gets something out of it
  bool onboards = false;               // has the role onboard
  bool silent = false;                 // has no role, or ask: says nothing of the customer
  bool by_company = false;             // the firm acts, not the customer
  double money = 0;                    // times the price of the product
  bool upgrade = false;                // moves the customer to the next plan
  bool order = false;                  // a whole order: view, add, check out, buy
  bool aside = false;                  // its role enters no stage where it is done
};

struct Exit {
  Stage to;
  double chance;
};

/// An NPS survey: true shares of promoters and detractors, for calm customers and for those who had trouble before.
struct NpsScript {
  double asked = 0;
  double response = 0;
  double promoters = 0, detractors = 0;
  double promoters_after_trouble = 0, detractors_after_trouble = 0;
};

/// Of people who recommend, whatever the story.
constexpr NpsScript nps_of_advocates(double asked) {
  return {.asked = asked,
          .response = 0.5,
          .promoters = 0.70,
          .detractors = 0.05,
          .promoters_after_trouble = 0.50,
          .detractors_after_trouble = 0.15};
}

/// A survey on a scale from 1: the weights of the scores.
struct ScaleScript {
  double asked = 0;
  double response = 0;
  std::vector<double> weights{};
  std::vector<double> weights_after_trouble{};
};

/// What happens in one stay at a stage.
struct StageScript {
  double median_days = 1;  // from entering the stage to entering the next
  double spread = 0.8;
  double visits = 1;          // mean number of visits after the opening one
  std::vector<Exit> exits{};  // the rest drops out; exits[0] is the one that planted things act on
  std::vector<Act> opening{};
  std::vector<Act> acts{};
  double ticket = 0;  // chance of a support ticket in a stay
  NpsScript nps{};
  ScaleScript csat{};
  ScaleScript ces{};
};

/// A way customers come in. Source and medium give the channel by the default group of GA4.
struct ChannelScript {
  std::string_view name, source, medium, campaign;
  std::string_view opening;  // the event of a first visit, which enters Awareness
  double first = 0;          // weight among first visits
  double later = 0;          // weight among later visits
  double multiplier = 1;     // of the chance to move from Consideration to Decision, for customers it brought
  double cost = 0;           // of a visit
};

struct Product {
  std::string_view name;
  double price;
};

struct Piece {
  std::string_view name, type;
};

/// Somebody in a buying group: how likely to take part in a stay at each stage, and how likely to be its lead.
struct BuyingRole {
  std::string_view name;
  std::array<double, stage_count> takes_part;
  std::array<double, stage_count> leads;
};

/// The last step before the buy, inside Decision.
struct Gate {
  std::string_view event;       // Checkout Started
  std::string_view before;      // identifies on the way to it: Signed In; or empty
  std::string_view loop_event;  // Payment Failed
  std::string_view buy;         // Order Completed
  double back;                  // chance to go back to Consideration instead
  double reach;                 // chance to reach the gate, of those who do not go back
  double pass;                  // chance to buy, of those who reach it
  double minutes_before_buy;    // 0: at three fifths of the stay
};

/// Decision and first buy without a device: in a store.
struct InStore {
  double share;  // of stays in Decision
  Act opening;
  std::vector<Act> acts{};
  std::string_view buy;
  double pass;  // chance to buy, of those who do not go back
};

/// Planted friction at the gate: a group has a lower chance to pass it during a part of the simulated time.
struct FrictionScript {
  std::string_view property;  // device, trait.segment
  std::string_view value;
  double from, to;  // parts of the whole time
  double lowers_by;
  double loops;  // mean number of further rounds after the first failure
};

/// Planted moment of truth: seeing a page in Consideration raises the chance of Decision.
struct KeyPointScript {
  std::string_view event, content, content_type;
  double reach;
  double raises_by;
};

/// Planted at the handoff: buyers without an onboarding mail come to use the product less often.
struct MailScript {
  double sent;
  double lowers_by;  // chance to move from Onboarding to Engagement without it
};

struct FunnelScript {
  std::vector<std::string_view> steps;  // the last two are the gate and the buy
  std::int64_t window_days;
  bool starts_in_consideration;  // the first step is done right before Decision, the second opens it
};

struct Story {
  std::string_view currency;
  std::array<StageScript, stage_count> stages;
  std::vector<ChannelScript> channels;
  std::vector<Product> products;
  std::vector<Piece> pieces;
  std::vector<std::string_view> rivals;
  std::vector<std::string_view> countries;
  std::vector<std::string_view> segments;
  std::vector<std::string_view> plans;  // from the smallest
  std::vector<std::string_view> devices;
  std::vector<double> device_weights;
  std::vector<BuyingRole> roles;  // one for single customers
  bool has_accounts = false;
  double starts_at_consideration = 0;
  double stays_anonymous = 0;  // never says who they are, even when buying
  double second_device = 0;    // chance at each later visit to be on another device and sign in there
  Gate gate;
  std::optional<InStore> in_store;
  std::string_view delivery;  // event that the first order arrives, or empty
  std::string_view shipped;   // event that any order leaves
  std::string_view churn;     // event of leaving for good
  double says_goodbye = 0;    // chance of that event when a customer drops out
  std::string_view refund;
  double refunds = 0;  // chance a buy is refunded
  FrictionScript friction;
  KeyPointScript key_point;
  MailScript mail;
  FunnelScript funnel;
  std::size_t people_per_batch;  // so that a batch has about 100,000 events
};

/// An online shop with stores.
const Story& shop();
/// A firm that sells software to firms.
const Story& b2b();

/// Planted dirt, the same in both: shares of events.
constexpr double unlabelled_share = 0.01;
constexpr double equal_time_share = 0.02;  // of acts that follow another within a visit
constexpr double late_share = 0.005;
/// Names that no vocabulary knows.
constexpr auto unlabelled_events = std::to_array<std::string_view>({"xq_probe_17", "Widget Nudged", "legacy.beacon"});

}  // namespace peregrine::demo
