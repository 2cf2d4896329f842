import styles from "./MessageRegion.module.css";
import { useMessages } from "./say";
import noticeStyles from "./Notice.module.css";

/** Where passing messages are shown. The region is always there, so that what appears in it is read out. */
export function MessageRegion() {
  return (
    <div className={styles.messages} role="status">
      {useMessages().map(({ id, words, tone }) => (
        <div key={id} className={`${styles.message} ${noticeStyles[tone]}`}>
          {words}
        </div>
      ))}
    </div>
  );
}
