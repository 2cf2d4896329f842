import type { components } from "./schema";

/** The bodies of the API by their names in `openapi.json`. */
export type Wire = components["schemas"];
