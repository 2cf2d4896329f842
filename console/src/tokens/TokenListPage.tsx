import { Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { useT } from "../i18n/language";
import { DataTable, type Column } from "../list/DataTable";
import { useFormats } from "../session/locale";
import { useMay } from "../session/session";
import { ConfirmAction } from "../shell/ConfirmAction";
import { ErrorNotice } from "../shell/ErrorNotice";
import { Badge, type Tone } from "../shell/Notice";
import { Page } from "../shell/Page";
import { CreateToken } from "./CreateToken";
import { revokeToken, stateOf, tokensQuery, type Token, type TokenState } from "./queries";

const TONES: Record<TokenState, Tone> = { active: "good", expired: "neutral", revoked: "bad" };

export function TokenListPage() {
  const t = useT();
  const may = useMay();
  const tokens = useQuery(tokensQuery);
  const columns = useColumns();
  const isEmpty = tokens.data?.items.length === 0;
  return (
    <Page title={t("tokens.title")} actions={may("billing:token:manage") && <CreateToken />}>
      {tokens.isError && <ErrorNotice error={tokens.error} onRetry={() => void tokens.refetch()} />}
      {isEmpty && <Text c="dimmed">{t("tokens.empty")}</Text>}
      {!isEmpty && !tokens.isError && (
        <DataTable
          label={t("tokens.title")}
          columns={columns}
          rows={tokens.data?.items ?? []}
          rowId={(row) => row.tokenId}
          isPending={tokens.isPending}
        />
      )}
    </Page>
  );
}

function useColumns(): Column<Token>[] {
  const t = useT();
  const may = useMay();
  const { time } = useFormats();
  const canManage = may("billing:token:manage");
  return useMemo(
    () => [
      { id: "name", header: t("tokens.name"), cell: (row) => <b style={{ fontWeight: 550 }}>{row.name}</b> },
      { id: "hint", header: t("tokens.hint"), minor: true, cell: (row) => <code>{row.hint}…</code> },
      {
        id: "permissions",
        header: t("tokens.permissions"),
        minor: true,
        cell: (row) => (
          <span title={row.permissions.join("\n")}>{t("tokens.count", { count: row.permissions.length })}</span>
        ),
      },
      { id: "created", header: t("tokens.created"), minor: true, cell: (row) => time(row.createdAt) },
      {
        id: "expires",
        header: t("tokens.expires"),
        cell: (row) => (row.expiresAt ? time(row.expiresAt) : t("tokens.never")),
      },
      {
        id: "state",
        header: t("tokens.state"),
        cell: (row) => {
          const state = stateOf(row, new Date());
          return <Badge tone={TONES[state]}>{t(`tokenState.${state}`)}</Badge>;
        },
      },
      {
        id: "revoke",
        header: t("people.actions"),
        align: "end",
        cell: (row) => canManage && stateOf(row, new Date()) === "active" && <Revoke token={row} />,
      },
    ],
    [t, time, canManage],
  );
}

function Revoke({ token }: { token: Token }) {
  const t = useT();
  const queries = useQueryClient();
  return (
    <ConfirmAction
      label={t("tokens.revoke")}
      title={t("tokens.revokeTitle", { name: token.name })}
      confirmLabel={t("tokens.revoke")}
      danger
      button={{ size: "compact-xs", variant: "subtle", color: "gray" }}
      act={() => revokeToken(token)}
      onDone={() => void queries.invalidateQueries({ queryKey: tokensQuery.queryKey })}
    >
      {t("tokens.revokeWords")}
    </ConfirmAction>
  );
}
