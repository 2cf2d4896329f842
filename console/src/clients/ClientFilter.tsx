import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useT } from "../i18n/language";
import { clientNamesQuery, clientQuery } from "./queries";

interface ClientFilterProps {
  value: string | undefined;
  onChange: (clientId: string | undefined) => void;
}

/** One client, found by typing part of the name. */
export function ClientFilter({ value, onChange }: ClientFilterProps) {
  const t = useT();
  const [typed, setTyped] = useState("");
  const [text] = useDebouncedValue(typed, 200);
  const found = useQuery(clientNamesQuery(text));
  const chosen = useQuery({ ...clientQuery(value ?? ""), enabled: value !== undefined });
  const offered = new Map(found.data?.items.map(({ clientId, name }) => [clientId, name]));
  if (value && chosen.data) offered.set(value, chosen.data.name);
  return (
    <Select
      size="xs"
      w={180}
      aria-label={t("clients.filter")}
      placeholder={t("clients.filter")}
      searchable
      clearable
      clearButtonProps={{ "aria-label": t("clients.clearFilter") }}
      data={[...offered].map(([id, label]) => ({ value: id, label }))}
      filter={({ options }) => options}
      nothingFoundMessage={t("list.noMatch")}
      value={value ?? null}
      onChange={(clientId) => onChange(clientId ?? undefined)}
      onSearchChange={setTyped}
    />
  );
}
