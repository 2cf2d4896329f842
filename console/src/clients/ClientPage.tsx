import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { EntityForm } from "../form/EntityForm";
import { EntityGate } from "../form/EntityGate";
import { useEntityForm } from "../form/useEntityForm";
import { useT } from "../i18n/language";
import { useMay } from "../session/session";
import { ConfirmAction } from "../shell/ConfirmAction";
import { Badge } from "../shell/Notice";
import { Page } from "../shell/Page";
import { clientFaults, clientInput, clientValues } from "./clientForm";
import { ClientIdentity, ClientPeople } from "./ClientIdentity";
import { ClientLocations } from "./ClientLocations";
import { ClientTax } from "./ClientTax";
import { clientQuery, deleteClient, getClient, saveClient, type Client } from "./queries";
import { say } from "../shell/say";

const route = getRouteApi("/inside/clients/$clientId");

export function ClientPage() {
  const { clientId } = route.useParams();
  return (
    <EntityGate id={clientId} query={clientQuery(clientId)}>
      {(client) => <ClientEditor key={clientId} client={client} />}
    </EntityGate>
  );
}

function ClientEditor({ client }: { client: Client | null }) {
  const t = useT();
  const may = useMay();
  const navigate = useNavigate();
  const queries = useQueryClient();

  function keep(saved: Client): void {
    queries.setQueryData(clientQuery(saved.clientId).queryKey, saved);
    void queries.invalidateQueries({ queryKey: ["clients", "list"] });
    // Drafts are reckoned and blocked anew with what clients are now.
    void queries.invalidateQueries({ queryKey: ["invoices"] });
  }

  const entity = useEntityForm({
    entity: client,
    valuesOf: clientValues,
    check: (values) => clientFaults(values, t("form.needed")),
    save: (values, etag, key) => saveClient(client?.clientId ?? null, clientInput(values), etag, key),
    reread: client ? () => getClient(client.clientId) : undefined,
    onSaved: (saved) => {
      keep(saved);
      say(t("form.saved"));
      if (!client) void navigate({ to: "/clients/$clientId", params: { clientId: saved.clientId }, replace: true });
    },
  });

  const canEdit = may("billing:client:manage");
  return (
    <Page
      narrow
      title={client?.name ?? t("clients.new")}
      parent={{ to: "/clients", label: t("clients.title") }}
      aside={client?.archived && <Badge tone="neutral">{t("clients.archived")}</Badge>}
      actions={
        client && (
          <>
            <Link to="/invoices" search={{ clientId: client.clientId }}>
              {t("clients.invoices")}
            </Link>
            {may("billing:rules:view") && (
              <Link to="/clients/$clientId/billing-rules" params={{ clientId: client.clientId }}>
                {t("rules.title")}
              </Link>
            )}
            {canEdit && !client.archived && <DeleteClient client={client} onArchived={keep} />}
          </>
        )
      }
    >
      <EntityForm entity={entity} canEdit={canEdit} saveLabel={client ? undefined : t("clients.create")}>
        <ClientIdentity form={entity.form} isNew={client === null} />
        <ClientTax form={entity.form} />
        <ClientPeople form={entity.form} />
        <ClientLocations form={entity.form} />
      </EntityForm>
    </Page>
  );
}

function DeleteClient({ client, onArchived }: { client: Client; onArchived: (kept: Client) => void }) {
  const t = useT();
  const navigate = useNavigate();
  const queries = useQueryClient();
  return (
    <ConfirmAction
      label={t("clients.delete")}
      title={t("clients.deleteTitle", { name: client.name })}
      confirmLabel={t("clients.delete")}
      danger
      act={() => deleteClient(client)}
      onDone={(kept) => {
        if (kept) onArchived(kept);
        else queries.removeQueries({ queryKey: clientQuery(client.clientId).queryKey });
        void queries.invalidateQueries({ queryKey: ["clients", "list"] });
        say(kept ? t("clients.wasArchived") : t("clients.wasDeleted"));
        void navigate({ to: "/clients" });
      }}
    >
      {t("clients.deleteWords")}
    </ConfirmAction>
  );
}
