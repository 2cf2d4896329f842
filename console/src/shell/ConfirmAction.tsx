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

interface QuestionProps<T> {
  title: string;
  children?: ReactNode;
  /** On the button that does it. */
  confirmLabel: string;
  danger?: boolean;
  /** Ask for a reason under this label; it must be given. */
  reasonLabel?: string;
  act: (intent: Intent) => Promise<T>;
  onDone: (result: T) => void;
}

interface ConfirmActionProps<T> extends QuestionProps<T> {
  /** On the button that opens the dialog. */
  label: string;
  button?: ButtonProps;
}

/** A button, and the dialog that asks whether it is meant. A refusal is shown in the dialog, which stays open. */
export function ConfirmAction<T>({ label, button, ...question }: ConfirmActionProps<T>) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button variant="default" {...button} onClick={() => setOpen(true)}>
        {label}
      </Button>
      <ConfirmDialog {...question} isOpen={isOpen} close={() => setOpen(false)} />
    </>
  );
}

/** The dialog alone, for what is begun by something else than a button. */
export function ConfirmDialog<T>({ isOpen, ...props }: QuestionProps<T> & { isOpen: boolean; close: () => void }) {
  return (
    <Modal opened={isOpen} onClose={props.close} title={props.title}>
      {isOpen && <Question {...props} />}
    </Modal>
  );
}

function Question<T>(props: QuestionProps<T> & { close: () => void }) {
  const { children, confirmLabel, danger, reasonLabel, act, onDone, close } = props;
  const t = useT();
  const [idempotencyKey] = useState(newIdempotencyKey);
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
