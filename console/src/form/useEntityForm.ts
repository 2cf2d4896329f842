import { useForm, type UseFormReturnType } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { newIdempotencyKey } from "../api/client";
import { isRefused } from "../api/refusal";
import { useT } from "../i18n/language";
import { formFaults, type FormFaults } from "./faults";

interface Versioned {
  etag: string;
}

interface EntityFormOptions<Values, Entity extends Versioned> {
  /** What is edited; null for something new. */
  entity: Entity | null;
  valuesOf: (entity: Entity | null) => Values;
  /** Checks that need no server, by field; the server's own come back with a refusal. */
  check?: (values: Values) => Partial<Record<string, string | null>>;
  /**
   * Saves; `etag` is that of the version the person saw, null for something new. The key is the same for as long as the
   * form is open: what is new comes to be once, however often saving it is tried.
   */
  save: (values: Values, etag: string | null, idempotencyKey: string) => Promise<Entity>;
  /** Names of the API that are others in the form. */
  renamed?: Record<string, string>;
  /** Reads the entity as it is now, after somebody else's change was in the way. */
  reread?: () => Promise<Entity>;
  onSaved: (entity: Entity) => void;
}

export interface EntityForm<Values> {
  form: UseFormReturnType<Values>;
  submit: () => void;
  isSaving: boolean;
  isDirty: boolean;
  isNew: boolean;
  error: Error | null;
  /** What the error says about fields, and where. */
  faults: FormFaults | null;
  /** Set when somebody else saved meanwhile: their version against the one this person began with. */
  conflict: { base: Values; theirs: Values; takeTheirs: () => void; keepMine: () => void } | null;
}

/**
 * The state of a form over one entity of the API: the ETag it was read with is sent as If-Match, refusals land under
 * their inputs, and when somebody else was faster the person chooses between their version and this one.
 */
export function useEntityForm<Values extends Record<string, unknown>, Entity extends Versioned>(
  options: EntityFormOptions<Values, Entity>,
): EntityForm<Values> {
  const { entity, valuesOf, check, save, reread, onSaved, renamed } = options;
  const t = useT();
  const [idempotencyKey] = useState(newIdempotencyKey);
  const [faults, setFaults] = useState<FormFaults | null>(null);
  const [base, setBase] = useState(entity);
  const [theirs, setTheirs] = useState<Entity | null>(null);
  const form = useForm<Values>({
    initialValues: valuesOf(entity),
    validate: check && ((values) => withoutEmpty(check(values))),
  });

  const saving = useMutation({
    mutationFn: (values: Values) => save(values, base?.etag ?? null, idempotencyKey),
    onSuccess: (saved) => {
      start(saved);
      onSaved(saved);
    },
    onError: async (error, values) => {
      const found = formFaults(error, values, t, renamed);
      setFaults(found);
      form.setErrors(found.placed);
      if (isRefused(error, "STALE_ETAG") && reread) setTheirs(await reread());
    },
  });

  function start(from: Entity): void {
    setBase(from);
    setTheirs(null);
    const values = valuesOf(from);
    form.setInitialValues(values);
    form.setValues(values);
    form.resetDirty(values);
    saving.reset();
  }

  const conflict = theirs && {
    base: valuesOf(base),
    theirs: valuesOf(theirs),
    takeTheirs: () => start(theirs),
    keepMine: () => {
      setBase(theirs);
      setTheirs(null);
      saving.reset();
    },
  };
  return {
    form,
    submit: form.onSubmit((values) => saving.mutate(values)),
    isSaving: saving.isPending,
    isDirty: form.isDirty(),
    isNew: base === null,
    error: theirs ? null : saving.error,
    faults,
    conflict,
  };
}

function withoutEmpty(errors: Partial<Record<string, string | null>>): Record<string, string> {
  return Object.fromEntries(Object.entries(errors).filter((entry): entry is [string, string] => Boolean(entry[1])));
}
