import { isRefused } from "../api/refusal";
import type { Wire } from "../api/wire";
import type { English } from "../i18n/en";
import type { Translator } from "../i18n/translate";

/** What is wrong in one place of a request, in the person's language. */
export interface Fault {
  /** The place as the API names it: `contacts[0].email`. */
  path: string;
  words: string;
}

/** The faults of a refusal, by the inputs of a form (`contacts.0.email`), and those that belong to none of them. */
export interface FormFaults {
  placed: Record<string, string>;
  loose: Fault[];
}

/** Every fault of a refusal; nothing for any other error. */
export function faultsOf(error: unknown, t: Translator<English>): Fault[] {
  if (!isRefused(error)) return [];
  const { fieldErrors, fieldErrorCodes } = error.body;
  return Object.entries(fieldErrors ?? {}).map(([path, message]) => ({
    path,
    words: wordsOf(fieldErrorCodes?.[path], message, t),
  }));
}

/** The faults of a refusal under the inputs of a form. `renamed` says which names of the API are others in the form. */
export function formFaults(
  error: unknown,
  values: unknown,
  t: Translator<English>,
  renamed: Record<string, string> = {},
): FormFaults {
  const placed: Record<string, string> = {};
  const loose: Fault[] = [];
  for (const fault of faultsOf(error, t)) {
    const place = inputFor(fault.path, values, renamed);
    if (place === null) loose.push(fault);
    else placed[place] ??= fault.words;
  }
  return { placed, loose };
}

/** The input that shows a place of the API, or holds it: one text area shows all of `address.lines[0]`, `[1]`, … */
function inputFor(path: string, values: unknown, renamed: Record<string, string>): string | null {
  const steps: string[] = [];
  let value = values;
  for (const name of path.replaceAll(/\[(\d+)\]/g, ".$1").split(".")) {
    if (typeof value !== "object" || value === null) break;
    const step = renamed[name] ?? name;
    if (!Object.hasOwn(value, step)) return null;
    steps.push(step);
    value = (value as Record<string, unknown>)[step];
  }
  return typeof value === "object" && value !== null ? null : steps.join(".");
}

function wordsOf(code: Wire["FaultCode"] | undefined, message: string, t: Translator<English>): string {
  if (code === undefined || code === "INVALID") return message;
  return t.code("fault", code) ?? message;
}
