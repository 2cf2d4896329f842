import { useSyncExternalStore } from "react";

export interface Message {
  id: number;
  words: string;
  tone: "good" | "bad";
}

const SHOWN_FOR_MS = 4500;

let messages: readonly Message[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function change(next: readonly Message[]): void {
  messages = next;
  listeners.forEach((listener) => listener());
}

/** Tell the person that something is done, or was not; the words go away by themselves. */
export function say(words: string, tone: Message["tone"] = "good"): void {
  lastId += 1;
  const message = { id: lastId, words, tone };
  change([...messages.slice(-2), message]);
  setTimeout(() => change(messages.filter(({ id }) => id !== message.id)), SHOWN_FOR_MS);
}

export function useMessages(): readonly Message[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => messages,
  );
}
