// @react-pdf/renderer's side of `./dev bench pdf`: the folder of fonts is the only argument.

import { Document, Font, Page, StyleSheet, Text, View, renderToBuffer } from "@react-pdf/renderer";
import { createElement as h } from "react";

import { answer } from "./answering.mjs";

const fonts = process.argv[2];
Font.register({
  family: "Noto",
  fonts: [
    { src: `${fonts}/NotoSans-Regular.ttf` },
    { src: `${fonts}/NotoSans-Bold.ttf`, fontWeight: 700 },
  ],
});

const look = StyleSheet.create({
  page: { padding: 30, fontFamily: "Noto", fontSize: 9.75 },
  title: { fontSize: 18, fontWeight: 700 },
  words: { marginVertical: 3 },
  table: { marginVertical: 12 },
  row: { flexDirection: "row", borderBottomWidth: 0.75, borderBottomColor: "#e5e7eb", paddingVertical: 3 },
  what: { flexGrow: 1, flexBasis: 0 },
  number: { width: 90, textAlign: "right" },
  head: { fontWeight: 700 },
  after: { textAlign: "right", marginVertical: 3 },
  count: { position: "absolute", bottom: 10, right: 30, fontSize: 8 },
});

function row(texts, key, head) {
  const cell = (text, at) => h(Text, { key: at, style: [at ? look.number : look.what, head ? look.head : {}] }, text);
  return h(View, { key, style: look.row, wrap: false, fixed: head }, texts.map(cell));
}

await answer(({ before, head, rows, after }) =>
  renderToBuffer(
    h(
      Document,
      {},
      h(
        Page,
        { size: "LETTER", style: look.page },
        before.map((text, at) => h(Text, { key: `b${at}`, style: at ? look.words : look.title }, text)),
        h(View, { style: look.table }, row(head, "head", true), rows.map((texts, at) => row(texts, at, false))),
        after.map((text, at) => h(Text, { key: `a${at}`, style: look.after }, text)),
        h(Text, { style: look.count, fixed: true, render: ({ pageNumber, totalPages }) => `${pageNumber} / ${totalPages}` }),
      ),
    ),
  ),
);
