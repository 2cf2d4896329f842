import { TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { FieldGroup } from "../form/EntityForm";
import { AddressFields, TaxRegionField } from "../form/fields";
import { Rows } from "../form/Rows";
import { useT } from "../i18n/language";
import { NO_LOCATION, type ClientValues } from "./clientForm";

/** The sites where work is done for a client; each can lie in a tax region of its own. */
export function ClientLocations({ form }: { form: UseFormReturnType<ClientValues> }) {
  const t = useT();
  return (
    <FieldGroup title={t("clients.locations")} hint={t("clients.locationsHint")}>
      <Rows
        count={form.values.locations.length}
        name={(place) => t("clients.location", { number: place + 1 })}
        addLabel={t("clients.addLocation")}
        onAdd={() => form.insertListItem("locations", NO_LOCATION)}
        onRemove={(place) => form.removeListItem("locations", place)}
        row={(place) => (
          <>
            <TextInput label={t("clients.locationName")} required {...form.getInputProps(`locations.${place}.name`)} />
            <TaxRegionField form={form} path={`locations.${place}.taxRegion`} label={t("clients.taxRegion")} />
            <AddressFields form={form} path={`locations.${place}.address`} />
          </>
        )}
      />
    </FieldGroup>
  );
}
