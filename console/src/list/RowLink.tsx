import { Link, type LinkProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import styles from "./RowLink.module.css";

/** The link of a table's row: reads as its text, and can be clicked anywhere in the row. `whole` keeps a number in one line. */
export function RowLink({ children, whole, ...link }: LinkProps & { children: ReactNode; whole?: boolean }) {
  return (
    <Link {...link} className={`${styles.link} ${whole ? styles.whole : ""}`}>
      {children}
    </Link>
  );
}
