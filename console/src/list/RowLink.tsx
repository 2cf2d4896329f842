import { Link, type LinkProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import styles from "./RowLink.module.css";

/** The link of a table's row: reads as its text, and can be clicked anywhere in the row. */
export function RowLink({ children, ...link }: LinkProps & { children: ReactNode }) {
  return (
    <Link {...link} className={styles.link}>
      {children}
    </Link>
  );
}
