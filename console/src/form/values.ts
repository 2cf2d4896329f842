/** Between what a form holds (never null) and what the API takes (null for "not given"). */

/** Text as entered, or null when there is none. */
export function blankToNull(text: string): string | null {
  return text.trim() || null;
}

/** `""` for nothing: the value that inputs show as empty. */
export function nullToBlank(text: string | null | undefined): string {
  return text ?? "";
}

export type Choice = "yes" | "no" | "default";

/** Yes, no, or what the business has chosen. */
export function choiceOf(value: boolean | null | undefined): Choice {
  return value === null || value === undefined ? "default" : value ? "yes" : "no";
}

export function flagOf(choice: Choice): boolean | null {
  return choice === "default" ? null : choice === "yes";
}

export interface Difference {
  path: string;
  theirs: string;
}

/** What somebody else changed since: every place where two versions of an entity differ, and how it is now. */
export function differencesBetween(before: unknown, now: unknown, path = ""): Difference[] {
  if (isRecord(before) && isRecord(now)) {
    const names = new Set([...Object.keys(before), ...Object.keys(now)]);
    return [...names].flatMap((name) => differencesBetween(before[name], now[name], path ? `${path}.${name}` : name));
  }
  return JSON.stringify(before) === JSON.stringify(now) ? [] : [{ path, theirs: wordsOf(now) }];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function wordsOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}
