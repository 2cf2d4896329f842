import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { fetchBlob } from "../api/client";
import { useT } from "../i18n/language";
import { useFormats } from "../session/locale";
import { ConfirmAction } from "../shell/ConfirmAction";
import { errorWords } from "../shell/ErrorNotice";
import { saveBlob } from "../shell/saveBlob";
import { useInvoiceActs, type Invoice } from "./queries";
import { say } from "../shell/say";

/** Exactly what the server offers this person for this invoice now (`allowedActions`). */
export function InvoiceActions({ invoice }: { invoice: Invoice }) {
  const offers = new Set(invoice.allowedActions);
  return (
    <>
      {offers.has("DOWNLOAD_PDF") && <DownloadPdf invoice={invoice} />}
      {offers.has("DISCARD") && <Discard invoice={invoice} />}
      {offers.has("VOID") && <Void invoice={invoice} />}
      {offers.has("REBILL") && <Rebill invoice={invoice} />}
      {offers.has("ISSUE") && <Issue invoice={invoice} />}
    </>
  );
}

function DownloadPdf({ invoice }: { invoice: Invoice }) {
  const t = useT();
  const loading = useMutation({
    mutationFn: () => fetchBlob(`/billing/invoices/${invoice.invoiceId}/pdf`),
    onSuccess: (pdf) => saveBlob(pdf, `${invoice.invoiceNumber ?? `draft-${invoice.reference ?? ""}`}.pdf`),
    onError: (error) => say(errorWords(error, t), "bad"),
  });
  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={16} aria-hidden />}
      loading={loading.isPending}
      onClick={() => loading.mutate()}
    >
      {t("invoices.download")}
    </Button>
  );
}

function Issue({ invoice }: { invoice: Invoice }) {
  const t = useT();
  const { money } = useFormats();
  const { issue } = useInvoiceActs();
  return (
    <ConfirmAction
      label={t("issue.label")}
      title={t("issue.title")}
      confirmLabel={t("issue.confirm")}
      button={{ variant: "filled" }}
      act={(intent) => issue(invoice.invoiceId, intent)}
      onDone={(issued) => say(t("issue.done", { number: issued.invoiceNumber ?? "" }))}
    >
      {t("issue.words", { client: invoice.clientName, total: money(invoice.grandTotal, invoice.currency) })}
    </ConfirmAction>
  );
}

function Void({ invoice }: { invoice: Invoice }) {
  const t = useT();
  const { makeVoid } = useInvoiceActs();
  return (
    <ConfirmAction
      label={t("void.label")}
      title={t("void.title", { number: invoice.invoiceNumber ?? "" })}
      confirmLabel={t("void.confirm")}
      danger
      reasonLabel={t("void.reason")}
      act={(intent) => makeVoid(invoice.invoiceId, intent)}
      onDone={() => say(t("void.done"))}
    >
      {t("void.words")}
    </ConfirmAction>
  );
}

function Rebill({ invoice }: { invoice: Invoice }) {
  const t = useT();
  const navigate = useNavigate();
  const { rebill } = useInvoiceActs();
  return (
    <ConfirmAction
      label={t("rebill.label")}
      title={t("rebill.title")}
      confirmLabel={t("rebill.confirm")}
      act={(intent) => rebill(invoice.invoiceId, intent)}
      onDone={({ invoiceId }) => void navigate({ to: "/invoices/$invoiceId", params: { invoiceId } })}
    >
      {t("rebill.words")}
    </ConfirmAction>
  );
}

function Discard({ invoice }: { invoice: Invoice }) {
  const t = useT();
  const navigate = useNavigate();
  const { discard } = useInvoiceActs();
  return (
    <ConfirmAction
      label={t("discard.label")}
      title={t("discard.title")}
      confirmLabel={t("discard.confirm")}
      danger
      act={() => discard(invoice.invoiceId)}
      onDone={() => void navigate({ to: "/invoices" })}
    >
      {t("discard.words")}
    </ConfirmAction>
  );
}
