import { Stack } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { clientQuery } from "../clients/queries";
import { EntityForm } from "../form/EntityForm";
import { useEntityForm } from "../form/useEntityForm";
import { useT } from "../i18n/language";
import { useFormats } from "../session/locale";
import { useMay } from "../session/session";
import { Notice } from "../shell/Notice";
import { Page, PendingPage } from "../shell/Page";
import { say } from "../shell/say";
import { ConflictChoice } from "./ConflictChoice";
import {
  effectiveRulesQuery,
  findRules,
  ruleOptionsQuery,
  rulesQuery,
  saveRules,
  type BillingRules,
  type EffectiveRules,
  type RuleOptions,
} from "./queries";
import { RuleFields } from "./RuleFields";
import { ruleFaults, ruleInput, ruleValues } from "./rulesForm";
import { RulesHistory } from "./RulesHistory";

const route = getRouteApi("/inside/clients/$clientId/billing-rules");

export function BillingRulesPage() {
  const { clientId } = route.useParams();
  const client = useQuery(clientQuery(clientId));
  const agreed = useQuery(rulesQuery(clientId));
  const effective = useQuery(effectiveRulesQuery(clientId));
  const options = useQuery(ruleOptionsQuery);
  const t = useT();
  const asked = [client, agreed, effective, options];
  if (!client.data || agreed.data === undefined || !effective.data || !options.data) {
    const error = asked.find((query) => query.error)?.error;
    return <PendingPage error={error} onRetry={() => asked.forEach((query) => void query.refetch())} />;
  }
  return (
    <Page narrow title={t("rules.title")} parent={{ to: `/clients/${clientId}`, label: client.data.name }}>
      <RulesEditor
        key={clientId}
        accountId={clientId}
        agreed={agreed.data}
        effective={effective.data}
        options={options.data}
      />
      <RulesHistory accountId={clientId} />
    </Page>
  );
}

interface RulesEditorProps {
  accountId: string;
  agreed: BillingRules | null;
  effective: EffectiveRules;
  options: RuleOptions;
}

function RulesEditor({ accountId, agreed, effective, options }: RulesEditorProps) {
  const t = useT();
  const may = useMay();
  const formats = useFormats();
  const queries = useQueryClient();
  const entity = useEntityForm({
    entity: agreed,
    valuesOf: (from: BillingRules | null) => ruleValues(from, effective, formats),
    check: (values) =>
      ruleFaults(values, formats, {
        needed: t("form.needed"),
        count: t("rules.countFault"),
        decimal: (fault) => t(`decimal.${fault}`),
      }),
    save: (values, etag) => saveRules(accountId, ruleInput(values, formats), etag),
    reread: async () => {
      const found = await findRules(accountId);
      if (found === null) throw new Error("rules that were in the way are gone");
      return found;
    },
    onSaved: (saved) => {
      queries.setQueryData(rulesQuery(accountId).queryKey, saved);
      void queries.invalidateQueries({ queryKey: ["billing-rules", accountId] });
      // Drafts are blocked and fall due by what is agreed now.
      void queries.invalidateQueries({ queryKey: ["invoices"] });
      say(t("form.saved"));
    },
  });
  return (
    <Stack gap="xl">
      {entity.isNew && !entity.conflict && (
        <Notice tone="info" title={t("rules.notAgreed")}>
          {t("rules.notAgreedHint")}
        </Notice>
      )}
      <ConflictChoice entity={entity} options={options} />
      <EntityForm
        entity={{ ...entity, conflict: null }}
        canEdit={may("billing:rules:manage") && entity.conflict === null}
        saveLabel={entity.isNew ? t("rules.agree") : undefined}
      >
        <RuleFields form={entity.form} options={options} />
      </EntityForm>
    </Stack>
  );
}
