/**
 * Calls that found the session gone wait here until the person has signed in again, and are then made once more: what
 * was being written on the page is still there, and still goes through.
 */

let waiting: { done: Promise<boolean>; settle: (isSignedIn: boolean) => void } | null = null;
const listeners = new Set<() => void>();

function change(next: typeof waiting): void {
  waiting = next;
  listeners.forEach((listener) => listener());
}

/** Waits for the person to sign in again; false when they would rather not. */
export function askToSignIn(): Promise<boolean> {
  if (waiting === null) {
    let settle: (isSignedIn: boolean) => void = () => undefined;
    const done = new Promise<boolean>((resolve) => (settle = resolve));
    change({ done, settle });
  }
  return waiting?.done ?? Promise.resolve(false);
}

/** Lets every waiting call go on, or fail. */
export function settleSignIn(isSignedIn: boolean): void {
  const ended = waiting;
  change(null);
  ended?.settle(isSignedIn);
}

export function isSignInAsked(): boolean {
  return waiting !== null;
}

/** Tells when calls begin or stop to wait; returns how to stop listening. */
export function onSignInAsked(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
