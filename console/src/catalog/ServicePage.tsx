import { NativeSelect, Switch, Textarea, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { EntityForm, FieldGroup } from "../form/EntityForm";
import formStyles from "../form/EntityForm.module.css";
import { EntityGate } from "../form/EntityGate";
import { CurrencyField } from "../form/fields";
import { Rows } from "../form/Rows";
import { useEntityForm } from "../form/useEntityForm";
import { useT } from "../i18n/language";
import { useFormats } from "../session/locale";
import { useMay } from "../session/session";
import { ConfirmAction } from "../shell/ConfirmAction";
import { Badge } from "../shell/Notice";
import { Page } from "../shell/Page";
import { deleteService, getService, saveService, serviceQuery, type Service } from "./queries";
import { SERVICE_KINDS } from "./search";
import { serviceFaults, serviceInput, serviceValues } from "./serviceForm";
import { say } from "../shell/say";

const route = getRouteApi("/inside/services/$serviceId");

export function ServicePage() {
  const { serviceId } = route.useParams();
  return (
    <EntityGate id={serviceId} query={serviceQuery(serviceId)}>
      {(service) => <ServiceEditor key={serviceId} service={service} />}
    </EntityGate>
  );
}

function ServiceEditor({ service }: { service: Service | null }) {
  const t = useT();
  const may = useMay();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const formats = useFormats();
  const entity = useEntityForm({
    entity: service,
    valuesOf: (from: Service | null) => serviceValues(from, formats),
    check: (values) =>
      serviceFaults(values, formats, { needed: t("form.needed"), decimal: (fault) => t(`decimal.${fault}`) }),
    save: (values, etag, key) => saveService(service?.serviceId ?? null, serviceInput(values, formats), etag, key),
    renamed: { unitPrice: "price" },
    reread: service ? () => getService(service.serviceId) : undefined,
    onSaved: (saved) => {
      queries.setQueryData(serviceQuery(saved.serviceId).queryKey, saved);
      void queries.invalidateQueries({ queryKey: ["services", "list"] });
      say(t("form.saved"));
      if (!service) {
        void navigate({ to: "/services/$serviceId", params: { serviceId: saved.serviceId }, replace: true });
      }
    },
  });
  const { form } = entity;
  const canEdit = may("billing:catalog:manage");
  return (
    <Page
      narrow
      title={service?.name ?? t("services.new")}
      parent={{ to: "/services", label: t("services.title") }}
      aside={service?.active === false && <Badge tone="neutral">{t("common.inactive")}</Badge>}
      actions={service && canEdit && <DeleteService service={service} />}
    >
      <EntityForm entity={entity} canEdit={canEdit} saveLabel={service ? undefined : t("services.create")}>
        <FieldGroup title={t("services.identity")}>
          <TextInput label={t("services.name")} required autoFocus={!service} {...form.getInputProps("name")} />
          <TextInput label={t("services.code")} required {...form.getInputProps("code")} />
          <NativeSelect
            label={t("services.kind")}
            data={SERVICE_KINDS.map((value) => ({ value, label: t(`lineKind.${value}`) }))}
            {...form.getInputProps("kind")}
          />
          <TextInput label={t("services.unit")} required {...form.getInputProps("unit")} />
          <Textarea
            className={formStyles.wide}
            label={t("services.description")}
            autosize
            minRows={2}
            {...form.getInputProps("description")}
          />
          <Switch label={t("common.active")} {...form.getInputProps("active", { type: "checkbox" })} />
        </FieldGroup>
        <FieldGroup title={t("services.prices")} hint={t("services.pricesHint")}>
          <Rows
            count={form.values.prices.length}
            name={(place) => t("services.priceNumber", { number: place + 1 })}
            addLabel={t("services.addPrice")}
            onAdd={() => form.insertListItem("prices", { currency: formats.currency, price: "" })}
            onRemove={(place) => form.removeListItem("prices", place)}
            row={(place) => (
              <>
                <CurrencyField form={form} path={`prices.${place}.currency`} label={t("services.currency")} required />
                <TextInput
                  label={t("services.price")}
                  required
                  inputMode="decimal"
                  {...form.getInputProps(`prices.${place}.price`)}
                />
              </>
            )}
          />
        </FieldGroup>
        <FieldGroup title={t("services.tax")}>
          <Switch label={t("services.taxable")} {...form.getInputProps("taxable", { type: "checkbox" })} />
          <TextInput
            label={t("services.taxCategory")}
            description={t("services.taxCategoryHint")}
            {...form.getInputProps("taxCategory")}
          />
        </FieldGroup>
      </EntityForm>
    </Page>
  );
}

function DeleteService({ service }: { service: Service }) {
  const t = useT();
  const navigate = useNavigate();
  const queries = useQueryClient();
  return (
    <ConfirmAction
      label={t("common.delete")}
      title={t("services.deleteTitle", { name: service.name })}
      confirmLabel={t("common.delete")}
      danger
      act={() => deleteService(service)}
      onDone={(kept) => {
        queries.removeQueries({ queryKey: serviceQuery(service.serviceId).queryKey });
        void queries.invalidateQueries({ queryKey: ["services", "list"] });
        say(kept ? t("services.wasRetired") : t("services.wasDeleted"));
        void navigate({ to: "/services" });
      }}
    >
      {t("services.deleteWords")}
    </ConfirmAction>
  );
}
