// The part that the Node sides of `./dev bench pdf` share: a path in, a line of JSON out, until input ends.

import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** Answers every path on standard input with what `make` takes for that invoice: the written texts in, a buffer out. */
export async function answer(make) {
  for await (const line of createInterface({ input: process.stdin })) {
    const path = line.trim();
    const { written } = JSON.parse(readFileSync(path, "utf8"));
    const before = process.cpuUsage();
    const began = performance.now();
    const pdf = await make(written);
    const seconds = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(before);
    writeFileSync(path.replace(/\.json$/, ".pdf"), pdf);
    process.stdout.write(JSON.stringify({ seconds, cpu: (user + system) / 1e6, bytes: pdf.length }) + "\n");
  }
}
