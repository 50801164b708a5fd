#include "demo/story.hpp"

namespace peregrine::demo {
namespace {

// An act of Awareness enters by notice, visit or search; of Consideration by read, watch, compare, review_read,
// subscribe or enquire; of Decision by cart, checkout or try; and so on. After the first buy, buyer roles open nothing.
StageScript awareness() {
  return {.median_days = 5,
          .visits = 1.8,
          .exits = {{Stage::consideration, 0.62}, {Stage::decision, 0.03}},
          .opening = {{.event = "Page Viewed"}},  // the first visit opens as its channel says
          .acts = {{.event = "Page Viewed", .weight = 4},
                   {.event = "Products Searched", .weight = 2},
                   {.event = "Ad Seen", .weight = 2},
                   {.event = "Social Post Seen", .weight = 1},
                   {.event = "Newsletter Opened", .weight = 0.5},
                   {.event = "Store Visited", .weight = 0.8, .offline = true}}};
}

StageScript consideration() {
  return {.median_days = 6,
          .visits = 2.6,
          .exits = {{Stage::decision, 0.48}},
          .opening = {{.event = "Product List Viewed", .weight = 3},
                      {.event = "Product Viewed", .weight = 4, .product = true},
                      {.event = "Promotion Clicked", .weight = 1}},
          .acts = {{.event = "Product Viewed", .weight = 6, .product = true},
                   {.event = "Product List Viewed", .weight = 2},
                   {.event = "Product List Filtered", .weight = 1},
                   {.event = "Guide Read", .weight = 1.2, .content_type = "guide"},
                   {.event = "Video Watched", .weight = 0.8, .content_type = "video"},
                   {.event = "Review Read", .weight = 1.5, .content_type = "review", .product = true},
                   {.event = "Price Compared", .weight = 0.8, .product = true},
                   {.event = "Competitor Site Visited", .weight = 1.4, .rival = true},
                   {.event = "Competitor Store Visited", .weight = 0.3, .rival = true, .offline = true},
                   {.event = "Product Added to Wishlist", .weight = 0.5, .product = true},
                   {.event = "Newsletter Subscribed", .weight = 0.8, .identifies = true},
                   {.event = "Signed Up", .weight = 0.8, .identifies = true},
                   {.event = "Question Asked", .weight = 0.2}},
          .csat = {.asked = 0.05, .response = 0.25, .weights = {4, 8, 22, 40, 26}}};
}

StageScript decision() {
  return {.median_days = 1.5,
          .spread = 1.1,
          .visits = 0.8,
          .exits = {},  // the gate says where to go
          .opening = {{.event = "Product Added", .product = true}},
          .acts = {{.event = "Cart Viewed", .weight = 4},
                   {.event = "Product Added", .weight = 1, .product = true},
                   {.event = "Product Removed", .weight = 0.5, .product = true},
                   {.event = "Coupon Applied", .weight = 0.7},
                   {.event = "Coupon Denied", .weight = 0.2}}};
}

StageScript onboarding() {
  return {.median_days = 9,
          .visits = 0.6,
          .exits = {{Stage::engagement, 0.68}, {Stage::retention, 0.05}},
          .opening = {},  // the buy
          .acts = {{.event = "Onboarding Started", .weight = 2, .content_type = "instructions", .onboards = true},
                   {.event = "Onboarding Step Completed", .weight = 1, .onboards = true},
                   {.event = "Product Installed", .weight = 1, .product = true, .onboards = true}},
          .ticket = 0.10,
          .nps = {.asked = 0.30,
                  .response = 0.45,
                  .promoters = 0.42,
                  .detractors = 0.18,
                  .promoters_after_trouble = 0.15,
                  .detractors_after_trouble = 0.52},
          .csat = {.asked = 0.10,
                   .response = 0.3,
                   .weights = {3, 6, 16, 40, 35},
                   .weights_after_trouble = {22, 24, 24, 20, 10}},
          .ces = {.asked = 0.20,
                  .response = 0.3,
                  .weights = {2, 4, 8, 14, 24, 28, 20},
                  .weights_after_trouble = {14, 18, 20, 18, 14, 10, 6}}};
}

StageScript engagement() {
  return {.median_days = 24,
          .visits = 5,
          .exits = {{Stage::retention, 0.46}, {Stage::advocacy, 0.05}},
          .opening = {{.event = "Product Used", .weight = 4, .product = true, .value = true},
                      {.event = "App Used", .weight = 2, .value = true}},
          .acts = {{.event = "Product Used", .weight = 4, .product = true, .value = true},
                   {.event = "App Used", .weight = 3, .value = true},
                   {.event = "Loyalty Points Redeemed", .weight = 1, .value = true},
                   {.event = "Tutorial Completed", .weight = 1, .content_type = "tutorial"},
                   {.event = "FAQ Viewed", .weight = 1, .content_type = "help"},
                   {.event = "Page Viewed", .weight = 2, .aside = true},
                   {.event = "Newsletter Opened", .weight = 1.5, .aside = true},
                   {.event = "Promotion Viewed", .weight = 1, .aside = true}},
          .ticket = 0.08,
          .nps = {.asked = 0.35,
                  .response = 0.45,
                  .promoters = 0.45,
                  .detractors = 0.15,
                  .promoters_after_trouble = 0.20,
                  .detractors_after_trouble = 0.45},
          .csat = {.asked = 0.06,
                   .response = 0.3,
                   .weights = {3, 6, 15, 41, 35},
                   .weights_after_trouble = {20, 24, 25, 21, 10}},
          .ces = {}};
}

StageScript retention() {
  return {.median_days = 20,
          .visits = 1.2,
          .exits = {{Stage::advocacy, 0.14}, {Stage::engagement, 0.48}},
          .opening = {{.event = "Order Completed", .weight = 7, .product = true, .money = 1, .order = true},
                      {.event = "Store Purchase", .weight = 2, .product = true, .offline = true, .money = 1},
                      {.event = "Membership Renewed", .weight = 1}},
          .acts = {{.event = "Page Viewed", .weight = 3, .aside = true},
                   {.event = "Offer Viewed", .weight = 1, .aside = true},
                   {.event = "Newsletter Clicked", .weight = 1, .aside = true},
                   {.event = "Order Completed", .weight = 1, .product = true, .money = 1, .order = true},
                   {.event = "Plan Upgraded", .weight = 0.3, .upgrade = true}},
          .ticket = 0.06,
          .nps = {.asked = 0.35,
                  .response = 0.45,
                  .promoters = 0.55,
                  .detractors = 0.10,
                  .promoters_after_trouble = 0.28,
                  .detractors_after_trouble = 0.36},
          .csat = {.asked = 0.06,
                   .response = 0.3,
                   .weights = {2, 4, 13, 40, 41},
                   .weights_after_trouble = {18, 22, 25, 23, 12}},
          .ces = {}};
}

StageScript advocacy() {
  return {
      .median_days = 18,
      .visits = 0.8,
      .exits = {{Stage::retention, 0.35}, {Stage::engagement, 0.30}},
      .opening = {{.event = "Referral Sent", .weight = 2}, {.event = "Review Written", .weight = 3, .product = true}},
      .acts = {{.event = "Referral Sent", .weight = 2},
               {.event = "Review Written", .weight = 1, .product = true},
               {.event = "Product Shared", .weight = 1, .product = true},
               {.event = "Page Viewed", .weight = 2, .aside = true}},
      .nps = nps_of_advocates(0.15),
      .ces = {}};
}

}  // namespace

const Story& shop() {
  static const Story story{
      .currency = "EUR",
      .stages = {awareness(), consideration(), decision(), onboarding(), engagement(), retention(), advocacy()},
      .channels = {{"Direct", "(direct)", "(none)", "", "Page Viewed", 14, 34, 1.10, 0},
                   {"Organic Search", "google", "organic", "", "Products Searched", 20, 18, 1.15, 0},
                   {"Paid Search", "google", "cpc", "brand_search", "Ad Clicked", 18, 12, 1.20, 0.85},
                   {"Paid Social", "facebook", "paid_social", "spring_looks", "Ad Clicked", 16, 6, 0.70, 0.60},
                   {"Organic Social", "instagram", "social", "", "Social Post Seen", 8, 5, 0.85, 0},
                   {"Display", "adnetwork", "display", "always_on", "Ad Seen", 10, 3, 0.55, 0.12},
                   {"Email", "newsletter", "email", "weekly", "Newsletter Clicked", 3, 16, 1.25, 0.04},
                   {"Affiliates", "dealfinder", "affiliate", "cashback", "Ad Clicked", 5, 3, 0.90, 0.70},
                   {"Referral", "friend-invite", "referral", "invite_a_friend", "Recommended By Friend", 6, 3, 1.40,
                    0}},
      .products = {{"Trail Shoe", 89.90},
                   {"Rain Jacket", 129.00},
                   {"Day Pack", 59.50},
                   {"Wool Socks", 14.90},
                   {"Head Torch", 39.00},
                   {"Camp Stove", 74.50},
                   {"Tent for Two", 249.00},
                   {"Water Bottle", 19.90}},
      .pieces = {{"How to choose a jacket", "guide"},
                 {"Layering in autumn", "guide"},
                 {"Feet first", "guide"},
                 {"Tent pitched in two minutes", "video"},
                 {"A day on the ridge", "video"},
                 {"Customer reviews", "review"},
                 {"Test of the year", "review"},
                 {"Getting started", "instructions"},
                 {"Care and repair", "tutorial"},
                 {"Questions and answers", "help"}},
      .rivals = {"Nordpeak", "Alpina Direct", "Campworld", "Gearhaus"},
      .countries = {"DE", "NL", "FR", "AT", "PL", "IT"},
      .segments = {"new to outdoors", "weekend", "expert"},
      .plans = {"basic", "plus", "gold"},
      .devices = {"mobile", "desktop", "tablet"},
      .device_weights = {58, 34, 8},
      .roles = {{"", {1, 1, 1, 1, 1, 1, 1}, {1, 1, 1, 1, 1, 1, 1}}},
      .starts_at_consideration = 0.08,
      .stays_anonymous = 0.08,
      .second_device = 0.05,
      .gate = {.event = "Checkout Started",
               .before = "Signed In",
               .loop_event = "Payment Failed",
               .buy = "Order Completed",
               .back = 0.20,
               .reach = 0.72,
               .pass = 0.76,
               .minutes_before_buy = 40},
      .in_store = InStore{.share = 0.12,
                          .opening = {.event = "Product Tried", .product = true, .offline = true},
                          .acts = {{.event = "Product Tried", .product = true, .offline = true}},
                          .buy = "Store Purchase",
                          .pass = 0.60},
      .delivery = "Parcel Delivered",
      .shipped = "Order Shipped",
      .churn = "Account Closed",
      .says_goodbye = 0.08,
      .refund = "Order Refunded",
      .refunds = 0.06,
      .friction = {.property = "device", .value = "mobile", .from = 0.30, .to = 0.60, .lowers_by = 0.25, .loops = 1.2},
      .key_point = {.event = "Comparison Viewed",
                    .content = "Comparison page",
                    .content_type = "comparative",
                    .reach = 0.30,
                    .raises_by = 0.15},
      .mail = {.sent = 0.70, .lowers_by = 0.28},
      .funnel = {.steps = {"Product Viewed", "Product Added", "Checkout Started", "Order Completed"},
                 .window_days = 7,
                 .starts_in_consideration = true},
      .people_per_batch = 8000};
  return story;
}

}  // namespace peregrine::demo
