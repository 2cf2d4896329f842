import { Button, Radio, Table } from "@mantine/core";
import { useState } from "react";
import type { EntityForm } from "../form/useEntityForm";
import { useT } from "../i18n/language";
import { Notice } from "../shell/Notice";
import type { RuleOptions } from "./queries";
import { conflictsBetween, valueAt, type RuleField, type RuleValues, type Side } from "./rulesForm";
import { useRuleWords } from "./ruleWords";

interface ConflictChoiceProps {
  entity: EntityForm<RuleValues>;
  options: RuleOptions;
}

/** Somebody else saved meanwhile: both versions side by side, and for each place the person says which one holds. */
export function ConflictChoice({ entity, options }: ConflictChoiceProps) {
  const t = useT();
  const words = useRuleWords(options);
  const { form, conflict } = entity;
  const [chosen, setChosen] = useState<Partial<Record<RuleField, Side>>>({});
  if (!conflict) return null;
  const { base, theirs, keepMine, takeTheirs } = conflict;
  const mine = form.values;
  const rows = conflictsBetween(base, mine, theirs);

  function apply(): void {
    for (const [field, first] of rows) {
      if ((chosen[field] ?? first) === "theirs") form.setFieldValue(field, valueAt(theirs, field));
    }
    setChosen({});
    keepMine();
  }

  if (rows.length === 0) {
    const foot = (
      <Button size="xs" variant="default" onClick={takeTheirs}>
        {t("rules.goOn")}
      </Button>
    );
    return <Notice tone="info" title={t("rules.sameAsTheirs")} foot={foot} />;
  }
  return (
    <Notice
      tone="warn"
      title={t("form.stale")}
      foot={
        <Button size="xs" variant="default" onClick={apply}>
          {t("rules.useChosen")}
        </Button>
      }
    >
      {t("rules.conflictHint")}
      <Table fz="sm" mt="xs" aria-label={t("form.stale")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("rules.field")}</Table.Th>
            <Table.Th>{t("rules.mine")}</Table.Th>
            <Table.Th>{t("rules.theirs")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(([field, first]) => (
            <Table.Tr key={field}>
              <Table.Th scope="row">{t(`ruleField.${field}`)}</Table.Th>
              {(["mine", "theirs"] as const).map((side) => (
                <Table.Td key={side}>
                  <Radio
                    name={`conflict-${field}`}
                    label={words(field, valueAt(side === "mine" ? mine : theirs, field))}
                    checked={(chosen[field] ?? first) === side}
                    onChange={() => setChosen({ ...chosen, [field]: side })}
                  />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Notice>
  );
}
