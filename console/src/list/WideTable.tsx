import { Table } from "@mantine/core";
import type { ReactNode } from "react";

interface WideTableProps {
  /** Pixels below which the table scrolls sideways instead of being squeezed. */
  minWidth: number;
  label: string;
  children: ReactNode;
}

/**
 * Room for a table without links in it: what scrolls must be reachable by keyboard. Positioned, so that words for
 * screen readers in its cells scroll with them; else they would make the page as wide as the table.
 */
export function WideTable({ minWidth, label, children }: WideTableProps) {
  return (
    <Table.ScrollContainer
      pos="relative"
      minWidth={minWidth}
      type="native"
      tabIndex={0}
      role="group"
      aria-label={label}
    >
      {children}
    </Table.ScrollContainer>
  );
}
