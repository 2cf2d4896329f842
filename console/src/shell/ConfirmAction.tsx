import { Button, Group, Modal, Stack, Text, Textarea, type ButtonProps } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useRef, useState, type ReactNode } from "react";
import { newIdempotencyKey } from "../api/client";
import { useT } from "../i18n/language";
import { ErrorNotice } from "./ErrorNotice";

export interface Intent {
  /** The same through all retries of one confirmation. */
  idempotencyKey: string;
  /** What was written under `reasonLabel`; empty without one. */
  reason: string;
}

interface ConfirmActionProps<T> {
  /** On the button that opens the dialog. */
  label: string;
  title: string;
  children?: ReactNode;
  /** On the button that does it. */
  confirmLabel: string;
  danger?: boolean;
  /** Ask for a reason under this label; it must be given. */
  reasonLabel?: string;
  act: (intent: Intent) => Promise<T>;
  onDone: (result: T) => void;
  button?: ButtonProps;
}

/** A button, and the dialog that asks whether it is meant. A refusal is shown in the dialog, which stays open. */
export function ConfirmAction<T>(props: ConfirmActionProps<T>) {
  const [intent, setIntent] = useState<string | null>(null);
  return (
    <>
      <Button variant="default" {...props.button} onClick={() => setIntent(newIdempotencyKey())}>
        {props.label}
      </Button>
      <Modal opened={intent !== null} onClose={() => setIntent(null)} title={props.title}>
        {intent !== null && <Question {...props} idempotencyKey={intent} close={() => setIntent(null)} />}
      </Modal>
    </>
  );
}

function Question<T>(props: ConfirmActionProps<T> & { idempotencyKey: string; close: () => void }) {
  const { children, confirmLabel, danger, reasonLabel, act, onDone, idempotencyKey, close } = props;
  const t = useT();
  const [reason, setReason] = useState("");
  // A second click may come before the first one is drawn: one confirmation acts once.
  const underway = useRef(false);
  const acting = useMutation({
    mutationFn: () => act({ idempotencyKey, reason: reason.trim() }),
    onSuccess: (result) => {
      close();
      onDone(result);
    },
    onError: () => {
      underway.current = false;
    },
  });
  const isComplete = !reasonLabel || reason.trim() !== "";
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!isComplete || underway.current) return;
        underway.current = true;
        acting.mutate();
      }}
    >
      <Stack>
        {children && (
          <Text component="div" size="sm">
            {children}
          </Text>
        )}
        {reasonLabel && (
          <Textarea
            label={reasonLabel}
            required
            autosize
            minRows={2}
            maxLength={500}
            data-autofocus
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        )}
        {acting.isError && <ErrorNotice error={acting.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" color={danger ? "red" : undefined} loading={acting.isPending} disabled={!isComplete}>
            {confirmLabel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
