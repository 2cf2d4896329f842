import { Button, Modal, Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useT } from "../i18n/language";
import { ErrorNotice } from "../shell/ErrorNotice";
import styles from "./InvoicePage.module.css";
import { pageCountQuery, pageQuery, type Invoice } from "./queries";

const SHOWN = 3;

/** The document as it is printed: the same pages as in the PDF. */
export function RenderedPages({ invoice }: { invoice: Invoice }) {
  const t = useT();
  const count = useQuery(pageCountQuery(invoice));
  const [isWhole, setWhole] = useState(false);
  const total = count.data?.pageCount ?? 1;
  const shown = isWhole ? total : Math.min(total, SHOWN);
  if (count.isError) return <ErrorNotice error={count.error} onRetry={() => void count.refetch()} />;
  return (
    <section className={styles.pages} aria-label={t("pages.title")}>
      {Array.from({ length: shown }, (_, place) => (
        <Sheet key={place} invoice={invoice} number={place + 1} total={total} />
      ))}
      {shown < total && (
        <Button variant="default" size="xs" onClick={() => setWhole(true)}>
          {t("pages.all", { count: total })}
        </Button>
      )}
    </section>
  );
}

function Sheet({ invoice, number, total }: { invoice: Invoice; number: number; total: number }) {
  const t = useT();
  const page = useQuery(pageQuery(invoice, number));
  const [isOpen, setOpen] = useState(false);
  const name = t("pages.page", { number, total });
  if (page.isError) return <ErrorNotice error={page.error} onRetry={() => void page.refetch()} />;
  if (!page.data) return <Skeleton height={480} radius={6} />;
  return (
    <>
      <button
        type="button"
        className={styles.sheet}
        onClick={() => setOpen(true)}
        aria-label={t("pages.open", { name })}
      >
        <BlobImage blob={page.data} alt={name} />
      </button>
      <Modal opened={isOpen} onClose={() => setOpen(false)} title={<Text fw={600}>{name}</Text>} size={920}>
        <BlobImage blob={page.data} alt={name} className={styles.full} />
      </Modal>
    </>
  );
}

/** An image that came with headers: its address lives as long as it is shown. */
function BlobImage({ blob, alt, className }: { blob: Blob; alt: string; className?: string }) {
  const image = useRef<HTMLImageElement>(null);
  useEffect(() => {
    const url = URL.createObjectURL(blob);
    if (image.current) image.current.src = url;
    return () => URL.revokeObjectURL(url);
  }, [blob]);
  return <img ref={image} alt={alt} className={className} />;
}
