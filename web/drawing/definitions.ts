// How every figure of a journey is counted, in one sentence each: shown on hover and listed at the end of a report.

export interface Definition {
  word: string;
  words: string;
}

export function stageDefinitions(idleDays: number | null): Record<string, Definition> {
  const idle = idleDays === null ? "the idle time" : `${idleDays} days`;
  return {
    entered: {
      word: "entered",
      words: "Journeys with at least one event whose role opens this stage. A stage that was jumped over counts as skipped, never as entered.",
    },
    conversion: {
      word: "conversion",
      words: `Of the matured journeys that entered this stage, the share that later entered any later stage. Matured: ${idle} have passed since, so nobody is called lost too early.`,
    },
    interval: {
      word: "interval",
      words: "Wilson 95 % interval: the range the true share lies in, going by the number of journeys it rests on.",
    },
    median_days: {
      word: "median stay",
      words: "Half of the completed moves out of this stage took at most this long; nine in ten took at most the p90.",
    },
    lost: {
      word: "lost",
      words: `Matured journeys that stopped here: no event for ${idle} and no later stage.`,
    },
    immature: {
      word: "not matured",
      words: `Journeys that have not moved on but have not yet had ${idle} to do so. They are counted apart, not as lost.`,
    },
    now: { word: "here now", words: "Journeys whose stage is still open at the end of the data." },
    moved_on: { word: "moved on", words: "Journeys that left this stage for a later one." },
    went_back: {
      word: "went back",
      words: "Journeys that left this stage for an earlier one; the share drawn is of the journeys that entered the stage they left.",
    },
    skipped: { word: "skipped", words: "Journeys that reached a later stage without ever entering this one." },
    reentries: { word: "re-entries", words: "Stays in this stage after the first one of the same journey." },
    value: { word: "value", words: "Money of the events inside the stays in this stage. Currencies are never added without rates." },
    nps: {
      word: "NPS",
      words: "Share of promoters (9–10) less share of detractors (0–6) among answers of customers who were in this stage just before they answered, −100 to 100, with its 95 % interval.",
    },
    csat: { word: "CSAT", words: "Share of answers 4 or 5 out of 5 among answers of customers who were in this stage just before they answered, with its 95 % interval." },
    moves: { word: "ribbon", words: "Journeys that went from the one stage straight to the other." },
    kinds: { word: "touchpoint lane", words: "Journeys that met at least one touchpoint of this kind during this stage." },
    handoff: {
      word: "handoff",
      words: "The first step from the buyer journey into the customer journey: the share of people who entered the buyer journey and crossed.",
    },
  };
}

export function funnelDefinitions(): Record<string, Definition> {
  return {
    journeys: { word: "journeys", words: "Everybody who got as far as this step within the window, matured or not." },
    rate: { word: "of first step", words: "Of the matured journeys that took step 1, the share that reached this step, with its Wilson 95 % interval." },
    step_rate: { word: "of step before", words: "Of the matured journeys that reached the step before, the share that reached this one." },
    lost: { word: "lost", words: "Matured journeys that reached the step before and did not reach this one within the window." },
    immature: { word: "not matured", words: "Journeys not here yet whose window is still open; counted apart, not as lost." },
    median_seconds: { word: "median time", words: "Half of the journeys took at most this long from the step before to this one." },
    p90_seconds: { word: "p90 time", words: "Nine in ten journeys took at most this long from the step before to this one." },
    value: { word: "value", words: "Money of the events that filled this step." },
  };
}

export function transitionDefinitions(): Record<string, Definition> {
  return {
    journeys: { word: "journeys", words: "Journeys in which the one came directly before the other, each counted once." },
    count: { word: "times", words: "How often the one came directly before the other, in all journeys together." },
    median_seconds: { word: "median time", words: "Half of the times it took at most this long from the one to the other." },
    p90_seconds: { word: "p90 time", words: "Nine in ten times it took at most this long from the one to the other." },
    variant: { word: "whole way", words: "All touchpoints of a journey in order; a touchpoint that follows itself is said once." },
    share: { word: "share", words: "Journeys that went exactly this way, of all journeys, with its Wilson 95 % interval." },
    step: { word: "step", words: "The first, second, third … touchpoint of a journey; a touchpoint that follows itself is one step. Names with few journeys at a step stand together as all other names; journey ends is where there is no further step." },
  };
}

export function handoffDefinitions(withinDays: number | null): Record<string, Definition> {
  const time = withinDays === null ? "the time that was asked for" : `${withinDays} days`;
  return {
    buyers: { word: "buyers", words: "Customers whose first purchase lies in the range." },
    immature: { word: "not matured", words: `Buyers who have not had ${time} yet and have not reached value. They are counted apart, not as lost.` },
    reached_value: { word: "reached value", words: "Activated, used or received something after the purchase, or did what was named as value." },
    onboarded: { word: "onboarded", words: "Did something of getting started after the purchase." },
    early_support: { word: "needed support", words: "Asked for support or complained after the purchase." },
    returned: { word: "returned", words: "Returned or cancelled something after the purchase." },
    bought_again: { word: "bought again", words: "Bought a second time, later than the first." },
    dropped_baton: { word: "dropped the baton", words: `Matured buyers of whom nothing was heard in ${time} after the purchase: no event with a role, but for questions that were put to them.` },
    days: { word: "time to value", words: "From the purchase to the first event by which value is reached, of buyers who reached it." },
    revenue: { word: "revenue", words: "What was paid from the purchase on, less returns, of matured buyers. Currencies are never added without rates." },
    met: { word: "buyers of a touchpoint", words: "Matured buyers who met it at any time before the purchase." },
    rate: { word: "reached value", words: "Of those buyers, the share that reached value." },
    without_rate: { word: "without it", words: "Of the matured buyers who did not meet it, the share that reached value." },
    lift: { word: "difference", words: "The one share less the other, in points, with its 95 % interval by Newcombe. An association: it does not say that the touchpoint is the cause." },
    q: { word: "q", words: "How likely such a difference is by chance, corrected for all touchpoints that were tested (Benjamini and Hochberg)." },
  };
}
