/**
 * Personal data in texts: found by form, checked where the form has a check digit, and taken out. Whoever
 * collects demonstrations from people finds them full of it, and what is trained on can be said again.
 *
 *     email   something@some.where
 *     phone   +44 20 7946 0958, (212) 555-0123, 0171 123 4567: with a plus, a zero or brackets, or 3-3-4
 *     card    12 to 19 digits that begin like a card, with Luhn's check digit
 *     iban    as long as its country has it, remainder 1 by 97
 *     ip      IPv4 and IPv6 addresses; not those that mean "this computer" or "nobody"
 *
 * Names, addresses in words and numbers without a check (passports, accounts) are not found: this is a help
 * for the eye and no substitute for it. A version such as 1.2.3.4 looks like an address and is called one.
 *
 * Sources: ISO/IEC 7812-1 annex B (Luhn), ISO 13616-1 (IBAN), RFC 5321 section 4.5.3 (lengths of e-mail
 * addresses), RFC 4291 section 2.2 (IPv6 in text).
 */

export const PERSONAL_KINDS = ['email', 'iban', 'card', 'ip', 'phone'] as const;
export type PersonalKind = (typeof PERSONAL_KINDS)[number];

export interface PersonalSpan {
  kind: PersonalKind;
  /** Characters of the text from `start` up to, not including, `end`. */
  start: number;
  end: number;
  text: string;
}

/** All that was found, in order, none overlapping: where two kinds claim the same text, the earlier kind has it. */
export function findPersonalData(
  text: string,
  kinds: readonly PersonalKind[] = PERSONAL_KINDS,
): PersonalSpan[] {
  const taken: PersonalSpan[] = [];
  for (const kind of PERSONAL_KINDS) {
    if (!kinds.includes(kind)) continue;
    for (const span of FINDERS[kind](text))
      if (!taken.some(({ start, end }) => span.start < end && start < span.end))
        taken.push({ kind, ...span, text: text.slice(span.start, span.end) });
  }
  return taken.sort((x, y) => x.start - y.start);
}

/** The text with `[email]`, `[phone]` and so on in place of what was found, and what that was. */
export function redact(
  text: string,
  kinds: readonly PersonalKind[] = PERSONAL_KINDS,
): { text: string; found: PersonalSpan[] } {
  const found = findPersonalData(text, kinds);
  let redacted = text;
  // What two kinds claimed is cut once and may still show; every pass takes away a digit or an @ at least.
  for (let spans = found; spans.length > 0; spans = findPersonalData(redacted, kinds))
    for (const { kind, start, end } of [...spans].reverse())
      redacted = `${redacted.slice(0, start)}[${kind}]${redacted.slice(end)}`;
  return { text: redacted, found };
}

type Span = Pick<PersonalSpan, 'start' | 'end'>;

const matches = (pattern: RegExp, text: string, good: (match: string) => boolean): Span[] =>
  [...text.matchAll(pattern)]
    .filter(([match]) => good(match))
    .map(({ 0: match, index }) => ({ start: index, end: index + match.length }));

const digitsOf = (text: string): string => text.replace(/\D/g, '');

const FINDERS: Record<PersonalKind, (text: string) => Span[]> = {
  email: (text) => matches(EMAIL, text, () => true),
  iban: ibans,
  card: (text) => matches(CARD, text, (match) => isCard(digitsOf(match))),
  ip: (text) => [...matches(IPV4, text, isIpv4), ...matches(IPV6, text, isIpv6)],
  phone: (text) => matches(PHONE, text, isPhone),
};

const EMAIL =
  /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}](?:[\p{L}\p{N}._%+'-]{0,62}[\p{L}\p{N}_+])?@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,6}\p{L}{2,24}(?![\p{L}\p{N}])/gu;

// ── Cards ─────────────────────────────────────────────────────────────────────────────────────────

const CARD = /(?<![\d.,+-])\d(?:[ -]?\d){11,18}(?![\d]|[.,]\d|-\d)/g;

/** Digits by which cards of each scheme begin, and how many they have. */
const SCHEMES: [RegExp, number[]][] = [
  [/^4/, [13, 16, 19]],
  [/^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^(6011|64[4-9]|65)/, [16, 17, 18, 19]],
  [/^(30[0-5]|3[689])/, [14]],
  [/^35(2[89]|[3-8])/, [16, 17, 18, 19]],
  [/^62/, [16, 17, 18, 19]],
  [/^(50|5[6-9]|6)/, [12, 13, 14, 15, 16, 17, 18, 19]],
];

const isCard = (digits: string): boolean =>
  SCHEMES.some(([begins, lengths]) => lengths.includes(digits.length) && begins.test(digits)) &&
  hasLuhnDigit(digits);

/** Every second digit from the right doubled, sums of digits added up: a multiple of 10. */
export function hasLuhnDigit(digits: string): boolean {
  let sum = 0;
  [...digits].reverse().forEach((digit, place) => {
    const doubled = Number(digit) * (place % 2 === 1 ? 2 : 1);
    sum += doubled > 9 ? doubled - 9 : doubled;
  });
  return sum % 10 === 0;
}

// ── Bank accounts ─────────────────────────────────────────────────────────────────────────────────

/** Characters of an IBAN by country (registry of ISO 13616). */
const IBAN_LENGTHS = new Map(
  `AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29
   ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20
   LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25
   QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20`
    .split(/\s+/)
    .map((each): [string, number] => [each.slice(0, 2), Number(each.slice(2))]),
);

/** Country, two check digits, then as many characters as the country has, single spaces between any. */
function ibans(text: string): Span[] {
  return [...text.matchAll(/(?<![\p{L}\p{N}])[A-Za-z]{2}\d{2}/gu)].flatMap(({ 0: head, index }) => {
    const length = IBAN_LENGTHS.get(head.slice(0, 2).toUpperCase());
    if (!length) return [];
    let compact = '';
    let end = index;
    while (compact.length < length && /^ ?[A-Za-z\d]/.test(text.slice(end, end + 2))) {
      if (text[end] === ' ') end += 1;
      compact += text[end] ?? '';
      end += 1;
    }
    const whole = compact.length === length && !/^[\p{L}\p{N}]/u.test(text.slice(end));
    return whole && hasIbanDigits(compact) ? [{ start: index, end }] : [];
  });
}

/** First four characters to the end, letters as 10 to 35: remainder 1 by 97. */
export function hasIbanDigits(iban: string): boolean {
  const turned = `${iban.slice(4)}${iban.slice(0, 4)}`.toUpperCase();
  let remainder = 0;
  for (const character of turned)
    for (const digit of String(Number.parseInt(character, 36)))
      remainder = (remainder * 10 + Number(digit)) % 97;
  return remainder === 1;
}

// ── Addresses on the internet ─────────────────────────────────────────────────────────────────────

const IPV4 = /(?<![\w.:])(?:\d{1,3}\.){3}\d{1,3}(?![\w:]|\.\d)/g;
const IPV6 =
  /(?<![\w.:])[\dA-Fa-f]{0,4}:[\dA-Fa-f:]{1,37}(?:(?:\d{1,3}\.){3}\d{1,3})?(?![\w:]|\.\d)/g;

const partsOf = (address: string): string[] => address.split('.');

function isIpv4(address: string): boolean {
  const parts = partsOf(address);
  const possible = parts.every((part) => Number(part) <= 255 && String(Number(part)) === part);
  return possible && !/^(0|127|255)\./.test(address);
}

/** Eight groups of up to four digits, of which `::` may stand for one or more that are zero. */
function isIpv6(address: string): boolean {
  const [head, tail, ...more] = address.split('::');
  if (more.length > 0 || head === undefined) return false;
  const groups = [head, tail ?? ''].flatMap((side) => (side === '' ? [] : side.split(':')));
  const last = groups.at(-1) ?? '';
  const mapped = last.includes('.');
  if (mapped && !isIpv4(last)) return false;
  const count = groups.length + Number(mapped);
  const plain = mapped ? groups.slice(0, -1) : groups;
  if (!plain.every((group) => /^[\dA-Fa-f]{1,4}$/.test(group))) return false;
  // "::" and "::1" are nobody and this computer; of words in these letters "dead::beef" is no address.
  if (tail === undefined) return count === 8;
  return count <= 7 && count >= 2 && /\d/.test(address);
}

// ── Telephones ────────────────────────────────────────────────────────────────────────────────────

/** A plus, a zero, a bracket, or three digits before three and four. */
const PHONE = new RegExp(
  [
    /\+\d(?:[ .()/-]{0,2}\d){6,14}/,
    /\(0?\d{2,5}\)[ .-]?\d(?:[ .-]?\d){4,9}/,
    /0\d(?:[ ./-]?\d){7,12}/,
    /(?:1[ .-])?[2-9]\d{2}[ .-][2-9]\d{2}[ .-]\d{4}/,
  ]
    .map(({ source }) => `(?<![\\w.,:+/-])(?:${source})(?![\\w]|[.,:/-]\\d)`)
    .join('|'),
  'g',
);

/** As many digits as numbers have, and no date: 01.02.2024 has a year at its end. */
function isPhone(match: string): boolean {
  const digits = digitsOf(match);
  const dated = /^\d{1,2}([./ -])\d{1,2}\1(19|20)?\d{2}( |$)/.test(match);
  return digits.length >= 7 && digits.length <= 15 && !dated && !/^0+$/.test(digits);
}
