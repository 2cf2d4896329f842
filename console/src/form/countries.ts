/** ISO 3166-1 alpha-2. The names come from the browser, in the person's language. */
const CODES =
  "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA " +
  "CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA " +
  "GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP " +
  "KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS " +
  "MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS " +
  "RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW " +
  "TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

export interface Option {
  value: string;
  label: string;
}

/** Every country by name, in the order of the language. */
export function countryOptions(language: string): Option[] {
  const names = new Intl.DisplayNames(language, { type: "region" });
  const options = CODES.split(" ").map((value) => ({ value, label: names.of(value) ?? value }));
  return options.sort((a, b) => a.label.localeCompare(b.label, language));
}

const LOCALES =
  "ar cs-CZ da-DK de-AT de-CH de-DE en-AU en-CA en-GB en-IE en-IN en-NZ en-US es-ES es-MX fi-FI fr-BE fr-CA fr-CH " +
  "fr-FR he-IL hu-HU it-IT ja-JP nb-NO nl-BE nl-NL pl-PL pt-BR pt-PT ro-RO sv-SE tr-TR";

/** Languages of documents; one that is in use but not listed is offered too. */
export function localeOptions(language: string, current: string): Option[] {
  const names = new Intl.DisplayNames(language, { type: "language" });
  const codes = new Set([...LOCALES.split(" "), ...(current ? [current] : [])]);
  const options = [...codes].map((value) => ({ value, label: names.of(value.replaceAll("_", "-")) ?? value }));
  return options.sort((a, b) => a.label.localeCompare(b.label, language));
}
