import type { English } from "../en";
import type { Translated } from "../translate";
import { billingRules } from "./billingRules";
import { business } from "./business";
import { faults } from "./faults";
import { invoices } from "./invoices";
import { permissions } from "./permissions";
import { records } from "./records";
import { shell } from "./shell";

export const german: Translated<English> = {
  ...shell,
  ...faults,
  ...invoices,
  ...records,
  ...business,
  ...billingRules,
  ...permissions,
};
