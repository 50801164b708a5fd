// The rules of handoff in words, for `meta.policy`, and why figures are missing, for `meta.undefined`.
#include "analyses/handoff/handoff.hpp"

namespace peregrine::handoff {

namespace {

std::string words_of_value(const Params& params) {
  if (params.value_event.empty()) return "an event with the role activate, use or receive";
  return "the event \"" + params.value_event + "\"";
}

}  // namespace

void State::describe(Meta& meta) const {
  const auto within = format_duration(params_.within);
  const auto say = [&](std::string rule, std::string words) {
    meta.policy.push_back({std::move(rule), std::move(words)});
  };
  say("buyers",
      "A buyer is a customer whose first buy, of the whole journey, lies in the range; also one of whom nothing is "
      "known "
      "before it. Who bought before the range crossed before.");
  const bool by_end = params_.complete_by == CompleteBy::to;
  say("within", "Everything counts from the purchase up to and with " + within + " later" +
                    (by_end ? ", and before the end of the range (complete_by to)"
                            : ", also after the end of the range (complete_by window)") +
                    ". What has the purchase's own time counts when it stands after it in the journey; a further buy "
                    "at that very time is a part of the purchase.");
  say("matured", "Rates, money and touchpoints rest on buyers who bought at least " + within +
                     " before the newest event" + (by_end ? " or the end of the range" : "") +
                     ", whether they went on or not. Counts and times hold everybody who got there; immature are those "
                     "whose time is not over and who have not reached value.");
  say("reached_value", "Value is reached by " + words_of_value(params_) + "; the first one gives the time.");
  say("outcomes",
      "Onboarded: an event with the role onboard. Early support: support or complain. Returned: return. Bought again: "
      "buy or repeat_buy.");
  say("dropped_baton",
      "The baton is dropped when a matured buyer has nothing after the purchase: no event with a role other than ask" +
          std::string(params_.value_event.empty() ? "" : ", nor the one by which value is reached") +
          ". Events without a role say nothing of the customer, and asking is not an answer.");
  say("revenue",
      "Money is the values of events with the roles buy, repeat_buy, renew, upgrade and return, the purchase's own "
      "too, "
      "with the sign they have; currencies are never added up.");
  say("touchpoints",
      "A touchpoint of the buyer phase is one whose role or name a buyer stage of " + params_.framework +
          " lists; who met it at any time before the purchase is beside those who did not. A handoff is good when "
          "value "
          "was reached, and so the baton not dropped. An association: nothing says that the touchpoint is the cause.");
  say("lift",
      "Intervals of differences are Newcombe's hybrid. p is of the pooled z, or Fisher's exact where fewer than 5 are "
      "expected in a cell; q is p by Benjamini and Hochberg over all touchpoints tested. Rows are in the order of the "
      "interval's end that is nearer to 0; those with 0 inside stand between, by lift.");
  say("names", "The " + std::to_string(params_.touchpoints) +
                   " touchpoints that most matured buyers met (then by name) have rows and are tested; those with "
                   "nobody beside them are not.");

  const auto result = finish();
  const auto miss = [&](const std::string& pointer, std::string why) { meta.undefined[pointer] = std::move(why); };
  const auto nobody = buyers_ == 0 ? std::string("nobody bought for the first time in the range")
                                   : "no buyer has had " + within + " yet";
  if (matured_ == 0) {
    for (const auto outcome : enum_names(Outcome{})) miss("/summary/" + std::string(outcome) + "_rate", nobody);
  }
  if (to_value_.count() == 0) {
    for (const auto* figure : {"median_days_to_value", "p90_days_to_value"}) {
      miss("/summary/" + std::string(figure), "nobody has reached value");
    }
  }
  const auto no_money = matured_ == 0 ? nobody : money_.is_empty() ? "no purchase has a value" : money_.why_not();
  for (std::size_t i = 0; i < result.revenue.size(); ++i) {
    const auto at = "/revenue/" + std::to_string(i);
    if (!result.revenue[i].revenue) miss(at + "/revenue", no_money);
    if (!result.revenue[i].revenue_per_buyer) {
      miss(at + "/revenue_per_buyer", result.revenue[i].revenue ? "there are no such buyers" : no_money);
    }
  }
  if (!result.currency) miss("/currency", no_money.empty() ? "no value says its currency" : no_money);
  for (std::size_t i = 0; i < result.touchpoints.size(); ++i) {
    const auto& row = result.touchpoints[i];
    if (row.lift) continue;
    const auto at = "/touchpoints/" + std::to_string(i);
    const auto* why = row.buyers == 0 ? "no matured buyer met it" : "every matured buyer met it";
    miss(at + (row.buyers == 0 ? "/rate" : "/without_rate"), why);
    for (const auto* figure : {"/lift", "/low", "/high", "/p", "/q"}) miss(at + figure, why);
  }
}

}  // namespace peregrine::handoff
