import { addressFaults, addressOf, addressValues } from "../form/address";
import type { AddressValues } from "../form/fields";
import { blankToNull, choiceOf, flagOf, nullToBlank, type Choice } from "../form/values";
import type { Client, ClientInput } from "./queries";

export interface LocationValues {
  locationId: string | null;
  name: string;
  taxRegion: string;
  address: AddressValues;
}

export interface ContactValues {
  name: string;
  role: string;
  email: string;
  phone: string;
}

/** What the form of a client holds. */
export interface ClientValues extends Record<string, unknown> {
  kind: ClientInput["kind"];
  name: string;
  reference: string;
  billingEmail: string;
  billingAddress: AddressValues;
  contacts: ContactValues[];
  locations: LocationValues[];
  currency: string;
  locale: string;
  taxTreatment: NonNullable<ClientInput["taxTreatment"]>;
  taxReason: string;
  taxIds: { scheme: string; value: string }[];
  pricesIncludeTax: Choice;
  taxRegion: string;
  approvalRequired: Choice;
  archived: boolean;
}

export const NO_CONTACT: ContactValues = { name: "", role: "", email: "", phone: "" };
export const NO_LOCATION: LocationValues = {
  locationId: null,
  name: "",
  taxRegion: "",
  address: addressValues(null),
};

export function clientValues(client: Client | null): ClientValues {
  return {
    kind: client?.kind ?? "BUSINESS",
    name: nullToBlank(client?.name),
    reference: nullToBlank(client?.reference),
    billingEmail: nullToBlank(client?.billingEmail),
    billingAddress: addressValues(client?.billingAddress),
    contacts: (client?.contacts ?? []).map(({ name, role, email, phone }) => ({
      name,
      role: nullToBlank(role),
      email: nullToBlank(email),
      phone: nullToBlank(phone),
    })),
    locations: (client?.locations ?? []).map(({ locationId, name, taxRegion, address }) => ({
      locationId: locationId ?? null,
      name,
      taxRegion: nullToBlank(taxRegion),
      address: addressValues(address),
    })),
    currency: nullToBlank(client?.currency),
    locale: nullToBlank(client?.locale),
    taxTreatment: client?.taxTreatment ?? "STANDARD",
    taxReason: nullToBlank(client?.taxReason),
    taxIds: (client?.taxIds ?? []).map(({ scheme, value }) => ({ scheme, value })),
    pricesIncludeTax: choiceOf(client?.pricesIncludeTax),
    taxRegion: nullToBlank(client?.taxRegion),
    approvalRequired: choiceOf(client?.approvalRequired),
    archived: client?.archived ?? false,
  };
}

/** The body to save. A reason is sent only with a treatment that has one. */
export function clientInput(values: ClientValues): ClientInput {
  return {
    kind: values.kind,
    name: values.name.trim(),
    reference: blankToNull(values.reference),
    billingEmail: blankToNull(values.billingEmail),
    billingAddress: addressOf(values.billingAddress),
    contacts: values.contacts.map(({ name, role, email, phone }) => ({
      name: name.trim(),
      role: blankToNull(role),
      email: blankToNull(email),
      phone: blankToNull(phone),
    })),
    locations: values.locations.map(({ locationId, name, taxRegion, address }) => ({
      locationId,
      name: name.trim(),
      taxRegion: blankToNull(taxRegion),
      address: addressOf(address),
    })),
    currency: blankToNull(values.currency),
    locale: blankToNull(values.locale),
    taxTreatment: values.taxTreatment,
    taxReason: values.taxTreatment === "STANDARD" ? null : blankToNull(values.taxReason),
    taxIds: values.taxIds.map(({ scheme, value }) => ({ scheme, value: value.trim() })),
    pricesIncludeTax: flagOf(values.pricesIncludeTax),
    taxRegion: blankToNull(values.taxRegion),
    approvalRequired: flagOf(values.approvalRequired),
    archived: values.archived,
  };
}

/** What is missing before it is worth asking the server, by field. */
export function clientFaults(values: ClientValues, needed: string): Record<string, string | null> {
  const unless = (text: string) => (text.trim() ? null : needed);
  const each = <Row>(rows: Row[], name: string, faults: (row: Row, path: string) => Record<string, string | null>) =>
    Object.assign({}, ...rows.map((row, place) => faults(row, `${name}.${place}`))) as Record<string, string | null>;
  return {
    name: unless(values.name),
    ...addressFaults(values.billingAddress, "billingAddress", needed),
    ...each(values.contacts, "contacts", (contact, path) => ({ [`${path}.name`]: unless(contact.name) })),
    ...each(values.locations, "locations", (location, path) => ({
      [`${path}.name`]: unless(location.name),
      ...addressFaults(location.address, `${path}.address`, needed),
    })),
    ...each(values.taxIds, "taxIds", (taxId, path) => ({
      [`${path}.scheme`]: unless(taxId.scheme),
      [`${path}.value`]: unless(taxId.value),
    })),
  };
}
