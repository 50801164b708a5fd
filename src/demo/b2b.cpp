#include "demo/story.hpp"

namespace peregrine::demo {
namespace {

// Members who did not sign have no buy of their own, so after the signature nobody of the account does anything with a
// buyer role: it would read as going back.
StageScript awareness() {
  return {.median_days = 9,
          .visits = 1.4,
          .exits = {{Stage::consideration, 0.68}, {Stage::decision, 0.02}},
          .opening = {{.event = "Page Viewed"}},
          .acts = {{.event = "Page Viewed", .weight = 4},
                   {.event = "Site Searched", .weight = 1},
                   {.event = "Ad Seen", .weight = 2},
                   {.event = "Social Post Seen", .weight = 2},
                   {.event = "Trade Fair Visited", .weight = 0.5, .offline = true},
                   {.event = "Email Opened", .weight = 1}}};
}

StageScript consideration() {
  return {.median_days = 18,
          .visits = 2.5,
          .exits = {{Stage::decision, 0.50}},
          .opening = {{.event = "Guide Read", .weight = 2, .content_type = "guide"},
                      {.event = "Product Page Viewed", .weight = 3, .product = true}},
          .acts = {{.event = "Product Page Viewed", .weight = 4, .product = true},
                   {.event = "Guide Read", .weight = 2, .content_type = "guide"},
                   {.event = "Case Study Read", .weight = 2, .content_type = "case study"},
                   {.event = "Whitepaper Downloaded", .weight = 1, .content_type = "whitepaper", .identifies = true},
                   {.event = "Webinar Watched", .weight = 1.2, .content_type = "webinar", .identifies = true},
                   {.event = "Newsletter Subscribed", .weight = 0.6, .identifies = true},
                   {.event = "Pricing Viewed", .weight = 1.5},
                   {.event = "Review Read", .weight = 1, .content_type = "review"},
                   {.event = "Competitor Site Visited", .weight = 1.5, .rival = true},
                   {.event = "Competitor Demo Attended", .weight = 0.5, .rival = true},
                   {.event = "Call Held", .weight = 0.6, .offline = true, .identifies = true},
                   {.event = "Contact Form Submitted", .weight = 0.6, .identifies = true}}};
}

StageScript decision() {
  return {.median_days = 16,
          .spread = 0.7,
          .visits = 2.0,
          .opening = {{.event = "Demo Requested", .product = true, .identifies = true}},
          .acts = {{.event = "Demo Attended", .weight = 3, .product = true, .identifies = true},
                   {.event = "Trial Started", .weight = 1.5, .product = true, .identifies = true},
                   {.event = "Quote Viewed", .weight = 2, .identifies = true},
                   {.event = "Trial Extended", .weight = 0.5, .identifies = true}}};
}

StageScript onboarding() {
  return {.median_days = 14,
          .visits = 2.0,
          .exits = {{Stage::engagement, 0.82}, {Stage::retention, 0.02}},
          .opening = {},
          .acts = {{.event = "Onboarding Started", .weight = 3, .content_type = "instructions", .identifies = true},
                   {.event = "Kick-off Held", .weight = 1, .offline = true, .identifies = true},
                   {.event = "Onboarding Step Completed", .weight = 3, .identifies = true},
                   {.event = "Onboarding Completed", .weight = 1.5, .identifies = true},
                   {.event = "Invoice Sent", .weight = 0.5, .identifies = true, .by_company = true, .aside = true}},
          .ticket = 0.20,
          .nps = {.asked = 0.40,
                  .response = 0.50,
                  .promoters = 0.35,
                  .detractors = 0.22,
                  .promoters_after_trouble = 0.15,
                  .detractors_after_trouble = 0.48},
          .csat = {.asked = 0.15,
                   .response = 0.35,
                   .weights = {4, 8, 18, 40, 30},
                   .weights_after_trouble = {18, 24, 26, 22, 10}},
          .ces = {.asked = 0.25,
                  .response = 0.35,
                  .weights = {3, 6, 10, 18, 26, 23, 14},
                  .weights_after_trouble = {14, 18, 20, 18, 14, 10, 6}}};
}

StageScript engagement() {
  return {.median_days = 30,
          .visits = 8,
          .exits = {{Stage::retention, 0.66}, {Stage::advocacy, 0.04}},
          .opening = {{.event = "Account Activated", .weight = 2, .identifies = true, .value = true},
                      {.event = "Feature Used", .weight = 1, .product = true, .identifies = true, .value = true}},
          .acts = {{.event = "Feature Used", .weight = 10, .product = true, .identifies = true, .value = true},
                   {.event = "Report Created", .weight = 3, .identifies = true, .value = true},
                   {.event = "Dashboard Viewed", .weight = 4, .identifies = true, .value = true},
                   {.event = "Data Imported", .weight = 1, .identifies = true, .value = true},
                   {.event = "Integration Connected", .weight = 0.5, .identifies = true, .value = true},
                   {.event = "Training Attended", .weight = 0.8, .content_type = "training", .identifies = true},
                   {.event = "Documentation Read", .weight = 1.5, .content_type = "help", .identifies = true},
                   {.event = "Signed In", .weight = 2, .identifies = true, .aside = true}},
          .ticket = 0.25,
          .nps = {.asked = 0.40,
                  .response = 0.50,
                  .promoters = 0.42,
                  .detractors = 0.16,
                  .promoters_after_trouble = 0.20,
                  .detractors_after_trouble = 0.40},
          .csat = {.asked = 0.10,
                   .response = 0.35,
                   .weights = {3, 6, 16, 42, 33},
                   .weights_after_trouble = {16, 22, 27, 24, 11}},
          .ces = {}};
}

StageScript retention() {
  return {.median_days = 21,
          .visits = 1.5,
          .exits = {{Stage::advocacy, 0.10}, {Stage::engagement, 0.72}},
          .opening = {{.event = "Subscription Renewed", .weight = 7, .identifies = true, .money = 1},
                      {.event = "Plan Upgraded", .weight = 2, .identifies = true, .money = 0.5, .upgrade = true},
                      {.event = "Seats Added", .weight = 1, .identifies = true, .money = 0.2}},
          .acts = {{.event = "Seats Added", .weight = 1, .identifies = true, .money = 0.2},
                   {.event = "Plan Upgraded", .weight = 0.5, .identifies = true, .money = 0.5, .upgrade = true},
                   {.event = "Signed In", .weight = 4, .identifies = true, .aside = true},
                   {.event = "Invoice Paid", .weight = 1, .identifies = true, .aside = true}},
          .ticket = 0.10,
          .nps = {.asked = 0.40,
                  .response = 0.50,
                  .promoters = 0.50,
                  .detractors = 0.12,
                  .promoters_after_trouble = 0.26,
                  .detractors_after_trouble = 0.34},
          .csat = {.asked = 0.10,
                   .response = 0.35,
                   .weights = {2, 5, 14, 42, 37},
                   .weights_after_trouble = {15, 21, 27, 25, 12}},
          .ces = {}};
}

StageScript advocacy() {
  return {.median_days = 20,
          .visits = 0.8,
          .exits = {{Stage::retention, 0.40}, {Stage::engagement, 0.45}},
          .opening = {{.event = "Referral Sent", .weight = 1, .identifies = true},
                      {.event = "Review Written", .weight = 2, .identifies = true}},
          .acts = {{.event = "Referral Sent", .weight = 1, .identifies = true},
                   {.event = "Reference Call Held", .weight = 1, .offline = true, .identifies = true},
                   {.event = "Testimonial Given", .weight = 0.5, .identifies = true},
                   {.event = "Signed In", .weight = 2, .identifies = true, .aside = true}},
          .nps = nps_of_advocates(0.05),
          .ces = {}};
}

}  // namespace

const Story& b2b() {
  static const Story story{
      .currency = "USD",
      .stages = {awareness(), consideration(), decision(), onboarding(), engagement(), retention(), advocacy()},
      .channels = {{"Direct", "(direct)", "(none)", "", "Page Viewed", 12, 40, 1.05, 0},
                   {"Organic Search", "google", "organic", "", "Page Viewed", 24, 20, 1.15, 0},
                   {"Paid Search", "google", "cpc", "category_terms", "Ad Clicked", 18, 8, 1.10, 6.50},
                   {"Paid Social", "linkedin", "cpc", "decision_makers", "Ad Clicked", 18, 5, 0.80, 9.00},
                   {"Organic Social", "linkedin", "social", "", "Social Post Seen", 8, 5, 0.90, 0},
                   {"Display", "adnetwork", "display", "retarget_firms", "Ad Seen", 8, 3, 0.60, 1.20},
                   {"Email", "newsletter", "email", "monthly_digest", "Email Link Clicked", 4, 16, 1.20, 0.05},
                   {"Referral", "partner-portal", "referral", "partners", "Recommended By Friend", 8, 3, 1.45, 0}},
      .products = {{"Ledger", 4800}, {"Ledger with Payroll", 9600}, {"Forecast", 3600}, {"Whole Suite", 21600}},
      .pieces = {{"Closing the books in a day", "guide"},
                 {"Choosing an accounting system", "guide"},
                 {"How Brix saved a week a month", "case study"},
                 {"A payroll for 3,000", "case study"},
                 {"State of finance teams", "whitepaper"},
                 {"Live: month end", "webinar"},
                 {"Live: forecasting", "webinar"},
                 {"Analyst report", "review"},
                 {"First week plan", "instructions"},
                 {"Administrator course", "training"},
                 {"Handbook", "help"}},
      .rivals = {"Sumwise", "Bookline", "Finora"},
      .countries = {"US", "GB", "DE", "CA", "NL"},
      .segments = {"small", "mid-market", "enterprise"},
      .plans = {"team", "business", "enterprise"},
      .devices = {"desktop", "mobile", "tablet"},
      .device_weights = {78, 18, 4},
      .roles = {{"champion", {1, 1, 0.9, 0.8, 0.8, 0.5, 0.5}, {6, 6, 3, 2, 3, 2, 5}},
                {"decision maker", {0.5, 0.7, 0.9, 0.3, 0.2, 0.6, 0.3}, {1, 2, 6, 1, 0.5, 4, 2}},
                {"user", {0.5, 0.6, 0.5, 0.9, 1, 0.2, 0.3}, {1, 1, 0.5, 4, 6, 0.5, 2}},
                {"finance", {0.3, 0.4, 0.6, 0.2, 0.1, 0.6, 0}, {0.1, 0.3, 1, 0.2, 0.1, 4, 0.1}}},
      .has_accounts = true,
      .starts_at_consideration = 0.08,
      .stays_anonymous = 0,
      .second_device = 0.04,
      .gate = {.event = "Proposal Sent",
               .before = "",
               .loop_event = "Negotiation Started",
               .buy = "Contract Signed",
               .back = 0.18,
               .reach = 0.78,
               .pass = 0.68,
               .minutes_before_buy = 0},
      .in_store = std::nullopt,
      .delivery = "",
      .shipped = "",
      .churn = "Subscription Cancelled",
      .says_goodbye = 0.80,
      .refund = "",
      .refunds = 0,
      .friction = {.property = "trait.segment",
                   .value = "enterprise",
                   .from = 0.30,
                   .to = 0.65,
                   .lowers_by = 0.28,
                   .loops = 1.5},
      .key_point = {.event = "Comparison Viewed",
                    .content = "Comparison page",
                    .content_type = "comparative",
                    .reach = 0.35,
                    .raises_by = 0.15},
      .mail = {.sent = 0.75, .lowers_by = 0.30},
      .funnel = {.steps = {"Demo Requested", "Proposal Sent", "Contract Signed"},
                 .window_days = 30,
                 .starts_in_consideration = false},
      .people_per_batch = 8000};
  return story;
}

}  // namespace peregrine::demo
