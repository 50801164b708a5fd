// Words for numbers: counts, shares, times, money and dates as the pages print them (English, tabular).

const NBSP = "\u00a0";
export const MISSING = "—";

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const upTo = [0, 1, 2, 3].map((digits) => new Intl.NumberFormat("en", { maximumFractionDigits: digits }));
const fixed = [0, 1, 2].map(
  (digits) => new Intl.NumberFormat("en", { minimumFractionDigits: digits, maximumFractionDigits: digits }),
);

export function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function decimals(value: number, digits: number): string {
  return (upTo[digits] ?? whole).format(value);
}

/** 48210 → "48,210". A count that is not whole (weighted) keeps one decimal. */
export function formatCount(value: number): string {
  return Number.isInteger(value) ? whole.format(value) : decimals(value, 1);
}

/** The digits of a share without its sign: 0.4118 → "41.2", 0.00042 → "0.04", 1 → "100". */
function percentDigits(share: number): string {
  const percent = share * 100;
  if (percent === 0 || percent === 100) return decimals(percent, 0);
  if (Math.abs(percent) < 0.1) return decimals(percent, 3);
  return (fixed[1] ?? whole).format(percent);
}

/** 0.4118 → "41.2 %". */
export function formatShare(share: number): string {
  return percentDigits(share) + NBSP + "%";
}

/** A share inside an interval, where the unit is said once outside: 0.4118 → "41.2". */
export function formatShareBare(share: number): string {
  return percentDigits(share);
}

/** A time in seconds in its one fitting unit: "45 s", "32 min", "5.1 h", "9.4 d". */
export function formatSeconds(seconds: number): string {
  const size = Math.abs(seconds);
  if (size < 60) return decimals(seconds, size < 10 && size > 0 ? 1 : 0) + NBSP + "s";
  if (size < 3600) return decimals(seconds / 60, size < 600 ? 1 : 0) + NBSP + "min";
  if (size < 86400) return decimals(seconds / 3600, 1) + NBSP + "h";
  return decimals(seconds / 86400, size < 10 * 86400 ? 1 : 0) + NBSP + "d";
}

/** A time in days, 86,400 seconds each. */
export function formatDays(days: number): string {
  return formatSeconds(days * 86400);
}

/** A score on its own scale, such as an NPS of 41 or −8. */
export function formatScore(score: number): string {
  const text = decimals(score, Number.isInteger(score) || Math.abs(score) >= 10 ? 0 : 1);
  return text.replace("-", "−").replace(/^−0$/, "0");
}

function currencySign(currency: string): string {
  try {
    const parts = new Intl.NumberFormat("en", { style: "currency", currency, currencyDisplay: "narrowSymbol" });
    return parts.formatToParts(0).find((part) => part.type === "currency")?.value ?? currency;
  } catch {
    return currency;
  }
}

/** Money in short: 412000 EUR → "€ 412k". Without a currency only the number. */
export function formatMoney(value: number, currency: string | null): string {
  const size = Math.abs(value);
  const scale = size >= 999.5e6 ? 1e9 : size >= 999.5e3 ? 1e6 : size >= 9999.5 ? 1e3 : 1;
  const suffix = { 1: "", 1e3: "k", 1e6: "M", 1e9: "bn" }[scale] ?? "";
  const scaled = value / scale;
  const digits = scale === 1 ? 0 : Math.abs(scaled) >= 99.95 ? 0 : Math.abs(scaled) >= 9.995 ? 1 : 2;
  const number = decimals(scaled, digits).replace("-", "−") + suffix;
  return currency ? currencySign(currency) + NBSP + number : number;
}

/** Two ends of an interval in words: "40.8–41.6"; a negative end is set off: "−8 to 3". */
export function joinInterval(low: string, high: string): string {
  return low.startsWith("−") || high.startsWith("−") ? `${low} to ${high}` : `${low}–${high}`;
}

function partsIn(date: Date, timezone: string): Record<string, string> {
  const options: Intl.DateTimeFormatOptions = {
    year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  };
  const parts = (zone: string): Intl.DateTimeFormatPart[] =>
    new Intl.DateTimeFormat("en-US", { ...options, timeZone: zone }).formatToParts(date);
  let found: Intl.DateTimeFormatPart[];
  try {
    found = parts(timezone);
  } catch {
    found = parts("UTC");
  }
  return Object.fromEntries(found.map((part) => [part.type, part.value]));
}

/** "2026-07-01T00:00:00Z" → "1 Jul 2026" in the given zone; text that is no time is returned as it is. */
export function formatDate(time: string, timezone: string): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return time;
  const { day, month, year } = partsIn(date, timezone);
  return `${day} ${month} ${year}`;
}

/** "2026-11-22T10:00:00Z" → "22 Nov 2026, 11:00" in the given zone. */
export function formatTime(time: string, timezone: string): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return time;
  const { hour, minute } = partsIn(date, timezone);
  return `${formatDate(time, timezone)}, ${hour}:${minute}`;
}

/** "1 Jul – 30 Sep 2026": the year once when both days share it. */
export function formatRange(from: string | null, to: string | null, timezone: string): string {
  if (!from && !to) return "no dates";
  if (!from || !to) return formatDate((from ?? to) as string, timezone);
  const first = formatDate(from, timezone);
  const last = formatDate(to, timezone);
  if (first === last) return first;
  const year = last.slice(-4);
  return `${first.endsWith(year) ? first.slice(0, -5) : first} – ${last}`;
}

/** "buyer_and_customer" → "Buyer and customer". */
export function formatName(name: string): string {
  const words = name.replaceAll("_", " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * A name from the data set off from the text around it, so that one written from right to left does not turn that round.
 * Names that ECharts draws must be set off too: its cache of widths is a plain object with texts as keys, and a bare
 * "__proto__" or "constructor" would change the prototype of all objects (zrender, core/LRU).
 */
export function isolate(name: string): string {
  return `\u2068${name}\u2069`;
}
