/** Numbers, times and sizes for people. */
import { components } from '../strings/components';

/** A number with about three significant digits: 1.42, 0.00031, 12,300. */
export function showNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(1).replace('e+', 'e');
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 || size === 0 ? 2 : 4;
  return Number.isInteger(value)
    ? value.toLocaleString('en-GB')
    : value.toLocaleString('en-GB', {
        maximumFractionDigits: digits,
        minimumFractionDigits: Math.min(digits, 2),
      });
}

/** A setting as it is written: no digit is dropped. */
export function showSetting(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && size < 1e-3 ? value.toExponential().replace('e+', 'e') : String(value);
}

/** A length of time: "1 min 50 s". */
export function showTime(seconds: number): string {
  const { time } = components;
  if (seconds < 3) return time.lessThan;
  const whole = Math.round(seconds);
  if (whole < 60) return time.seconds(whole);
  if (whole < 600) return time.minutes(Math.floor(whole / 60), whole % 60);
  if (whole < 3600) return time.minutes(Math.round(whole / 60), 0);
  return time.hours(Math.floor(whole / 3600), Math.round((whole % 3600) / 60));
}

/** Bytes in units of 1000. */
export function showSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  let unit = 0;
  let amount = bytes;
  while (amount >= 999.5 && unit < units.length - 1) {
    amount /= 1000;
    unit++;
  }
  return `${amount >= 10 || unit === 0 ? Math.round(amount) : amount.toFixed(1)} ${units[unit]}`;
}

/** Save text or bytes as a file. */
export function download(name: string, content: BlobPart, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
