import { billingRules } from "./billingRules";
import { business } from "./business";
import { faults } from "./faults";
import { invoices } from "./invoices";
import { records } from "./records";
import { shell } from "./shell";

/** The catalogue that all others are translations of. Later pages add a file of their own. */
export const english = { ...shell, ...faults, ...invoices, ...records, ...business, ...billingRules } as const;
export type English = typeof english;
