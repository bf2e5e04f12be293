import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  findPersonalData,
  hasIbanDigits,
  hasLuhnDigit,
  redact,
  type PersonalKind,
} from '../../src/data/personal-data';
import { worldDemonstrations, worldPrompts } from '../../src/data/world';

const kindsIn = (text: string) => findPersonalData(text).map(({ kind }) => kind);

/** Published examples: test cards of the schemes, IBANs of the registry, numbers set aside for fiction. */
const EXAMPLES: [PersonalKind, string][] = [
  ['email', 'ada@example.org'],
  ['email', 'ada.love-lace+lab@mail.example.co.uk'],
  ['email', "o'neil_7@exam-ple.museum"],
  ['email', 'jürgen@bücher.example'],
  ['phone', '+44 20 7946 0958'],
  ['phone', '+1-212-555-0123'],
  ['phone', '(212) 555-0123'],
  ['phone', '212-555-0123'],
  ['phone', '1.212.555.0123'],
  ['phone', '0171 123 4567'],
  ['phone', '01632/960123'],
  ['phone', '+4930901820'],
  ['phone', '(030) 901820'],
  ['card', '4111 1111 1111 1111'],
  ['card', '4111-1111-1111-1111'],
  ['card', '5555555555554444'],
  ['card', '378282246310005'],
  ['card', '6011111111111117'],
  ['card', '30569309025904'],
  ['card', '3530111333300000'],
  ['iban', 'GB82 WEST 1234 5698 7654 32'],
  ['iban', 'DE89370400440532013000'],
  ['iban', 'NO93 8601 1117 947'],
  ['iban', 'MT84MALT011000012345MTLCAST001S'],
  ['iban', 'fr14 2004 1010 0505 0001 3m02 606'],
  ['ip', '203.0.113.7'],
  ['ip', '2001:db8::8a2e:370:7334'],
  ['ip', '2001:0db8:85a3:0000:0000:8a2e:0370:7334'],
  ['ip', 'fe80::1'],
  ['ip', '::ffff:192.0.2.128'],
];

describe('personal data', () => {
  test.each(EXAMPLES)('%s: %s is found wherever it stands', (kind, text) => {
    for (const [before, after] of [
      ['', ''],
      ['Write to ', '.'],
      ['(', ')'],
      ['It is "', '", he said.'],
      ['a\n', '\nb'],
      ['', ', or not'],
      ['Mine: ', '?'],
    ] as const)
      // prettier-ignore
      expect(findPersonalData(`${before}${text}${after}`)).toEqual([
        { kind, start: before.length, end: before.length + text.length, text },
      ]);
  });

  test.each([
    ['a date', 'On 01.02.2024 and 2024-01-15 10:30, or 01-02-1999, or 15/01/2024.'],
    ['a time', 'At 12:30:45 or 9:05.'],
    ['years and prices', 'From 1999-2005 it cost 1,234,567.89 or 0.123456789 of it.'],
    ['a long number', 'The sum is 12345678901234567890 or 9876543210.'],
    ['an ISBN', 'ISBN 978-3-16-148410-0'],
    ['a card with a wrong digit', '4111 1111 1111 1112'],
    ['no scheme', '1111 1111 1111 1117'],
    ['a bank account with a wrong digit', 'GB82 WEST 1234 5698 7654 33'],
    ['no country', 'ZZ82 WEST 1234 5698 7654 32'],
    ['this computer', '127.0.0.1, ::1, 0.0.0.0 and ::'],
    ['no address', '256.1.1.1, 1.2.3, 1.2.3.4.5, 01.2.3.4'],
    ['code', 'std::vector, a::b, dead::beef, x[1:2], {"a":1}, 1::'],
    ['handles', '@ada, ada@, @example.org, a @ b.c'],
    ['arithmetic', '3 + 4 = 7, 100-200-300, 12 x 12, +5 points'],
    ['a version', 'Version 1.10.2 of 2024'],
    ['a fraction', '200/300/4000 and 3/4'],
  ])('is not seen in %s', (_what, text) => expect(findPersonalData(text)).toEqual([]));

  test('is nowhere in the built-in world', () => {
    const texts = [
      ...worldDemonstrations(1).flatMap(({ text, response }) => [text, response]),
      ...worldPrompts(1).map(({ text }) => text),
    ];
    expect(texts.length).toBeGreaterThan(900);
    expect(texts.filter((text) => kindsIn(text).length > 0)).toEqual([]);
  });

  test('has check digits', () => {
    // The example of ISO/IEC 7812: 7992739871 has the check digit 3 and no other.
    const right = [...'0123456789'].filter((digit) => hasLuhnDigit(`7992739871${digit}`));
    expect(right).toEqual(['3']);
    const good = [...Array(100).keys()].filter((n) => hasIbanDigits(`GB${String(n).padStart(2, '0')}WEST12345698765432`)); // prettier-ignore
    expect(good).toEqual([82]);
  });
});

describe('redaction', () => {
  test('puts the kind in place and keeps the rest', () => {
    const { text, found } = redact('Ada (ada@example.org, +44 20 7946 0958) pays by 4111 1111 1111 1111.'); // prettier-ignore
    expect(text).toBe('Ada ([email], [phone]) pays by [card].');
    expect(found.map(({ text: each }) => each)).toEqual(['ada@example.org', '+44 20 7946 0958', '4111 1111 1111 1111']); // prettier-ignore
    expect(redact('ada@example.org 203.0.113.7', ['ip']).text).toBe('ada@example.org [ip]');
  });

  test('finds every example among words, in order, and leaves none', () => {
    const words = fc.array(fc.constantFrom('the', 'cat', 'sat,', 'and', 'said:', 'no.', '(so)'), { maxLength: 4 }); // prettier-ignore
    const pieces = fc.array(fc.tuple(words, fc.constantFrom(...EXAMPLES)), { maxLength: 5 });
    fc.assert(
      fc.property(pieces, words, (list, last) => {
        const text = [...list.flatMap(([some, [, each]]) => [...some, 'x', each, 'y']), ...last].join(' '); // prettier-ignore
        expect(findPersonalData(text).map((s) => [s.kind, s.text])).toEqual(list.map(([, each]) => each)); // prettier-ignore
        expect(findPersonalData(redact(text).text)).toEqual([]);
      }),
    );
  });

  test('of any text: spans are in order and its own, and nothing is left', () => {
    const dense = fc.string({
      unit: fc.constantFrom(...'0123456789+-. ()/@:aAbfGBDE8'),
      maxLength: 60,
    });
    fc.assert(
      fc.property(fc.oneof(dense, fc.string({ unit: 'binary' })), (text) => {
        let end = 0;
        for (const span of findPersonalData(text)) {
          expect(span.start).toBeGreaterThanOrEqual(end);
          expect(span.text).toBe(text.slice(span.start, span.end));
          expect(span.end).toBeGreaterThan(span.start);
          ({ end } = span);
        }
        expect(findPersonalData(redact(text).text)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  test('comes to an end on long lines of near misses', () => {
    for (const piece of ['a.', '1 ', 'a@', '1:', '0', '+1(', 'GB82 ']) {
      const text = piece.repeat(40_000);
      expect(findPersonalData(text).length).toBeLessThanOrEqual(text.length);
    }
  });
});
