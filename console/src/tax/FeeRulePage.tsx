import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { EntityForm } from "../form/EntityForm";
import { EntityGate } from "../form/EntityGate";
import { useEntityForm } from "../form/useEntityForm";
import { useT } from "../i18n/language";
import { useFormats } from "../session/locale";
import { useMay } from "../session/session";
import { today } from "../session/today";
import { ConfirmAction } from "../shell/ConfirmAction";
import { Badge } from "../shell/Notice";
import { Page } from "../shell/Page";
import { FeeRuleFields } from "./FeeRuleFields";
import { feeRuleFaults, feeRuleInput, feeRuleValues } from "./feeRuleForm";
import { deleteFeeRule, feeRuleQuery, getFeeRule, saveFeeRule, type FeeRule } from "./queries";
import { say } from "../shell/say";

const route = getRouteApi("/inside/fee-rules/$feeRuleId");

export function FeeRulePage() {
  const { feeRuleId } = route.useParams();
  return (
    <EntityGate id={feeRuleId} query={feeRuleQuery(feeRuleId)}>
      {(rule) => <FeeRuleEditor key={feeRuleId} rule={rule} />}
    </EntityGate>
  );
}

function FeeRuleEditor({ rule }: { rule: FeeRule | null }) {
  const t = useT();
  const may = useMay();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const formats = useFormats();
  const entity = useEntityForm({
    entity: rule,
    valuesOf: (from: FeeRule | null) => feeRuleValues(from, formats, today(formats.timeZone)),
    check: (values) =>
      feeRuleFaults(values, formats, { needed: t("form.needed"), decimal: (fault) => t(`decimal.${fault}`) }),
    save: (values, etag, key) => saveFeeRule(rule?.feeRuleId ?? null, feeRuleInput(values, formats), etag, key),
    reread: rule ? () => getFeeRule(rule.feeRuleId) : undefined,
    onSaved: (saved) => {
      queries.setQueryData(feeRuleQuery(saved.feeRuleId).queryKey, saved);
      void queries.invalidateQueries({ queryKey: ["fee-rules", "list"] });
      void queries.invalidateQueries({ queryKey: ["invoices"] });
      say(t("form.saved"));
      if (!rule) {
        void navigate({ to: "/fee-rules/$feeRuleId", params: { feeRuleId: saved.feeRuleId }, replace: true });
      }
    },
  });
  const canEdit = may("billing:fee:manage");
  return (
    <Page
      narrow
      title={rule?.name ?? t("fees.new")}
      parent={{ to: "/fee-rules", label: t("fees.title") }}
      aside={rule?.active === false && <Badge tone="neutral">{t("common.inactive")}</Badge>}
      actions={rule && canEdit && <DeleteFeeRule rule={rule} />}
    >
      <EntityForm entity={entity} canEdit={canEdit} saveLabel={rule ? undefined : t("fees.create")}>
        <FeeRuleFields form={entity.form} isNew={rule === null} />
      </EntityForm>
    </Page>
  );
}

function DeleteFeeRule({ rule }: { rule: FeeRule }) {
  const t = useT();
  const navigate = useNavigate();
  const queries = useQueryClient();
  return (
    <ConfirmAction
      label={t("common.delete")}
      title={t("fees.deleteTitle", { name: rule.name })}
      confirmLabel={t("common.delete")}
      danger
      act={() => deleteFeeRule(rule)}
      onDone={() => {
        queries.removeQueries({ queryKey: feeRuleQuery(rule.feeRuleId).queryKey });
        void queries.invalidateQueries({ queryKey: ["fee-rules", "list"] });
        void navigate({ to: "/fee-rules" });
      }}
    >
      {t("fees.deleteWords")}
    </ConfirmAction>
  );
}
