// pdfmake's side of `./dev bench pdf`: the folder of fonts is the only argument.

import pdfmake from "pdfmake";

import { answer } from "./answering.mjs";

const fonts = process.argv[2];
const rule = { hLineWidth: () => 0.75, vLineWidth: () => 0, hLineColor: () => "#e5e7eb" };

pdfmake.setFonts({ Noto: { normal: `${fonts}/NotoSans-Regular.ttf`, bold: `${fonts}/NotoSans-Bold.ttf` } });
pdfmake.setUrlAccessPolicy(() => false);
pdfmake.setLocalAccessPolicy((path) => path.startsWith(fonts));

function cells(row, style) {
  return row.map((text, column) => ({ text, style, alignment: column > 0 ? "right" : "left" }));
}

await answer(({ before, head, rows, after }) =>
  pdfmake
    .createPdf({
      pageSize: "LETTER",
      pageMargins: 30,
      content: [
        ...before.map((text, at) => ({ text, style: at === 0 ? "title" : "words" })),
        {
          layout: rule,
          margin: [0, 12],
          table: {
            headerRows: 1,
            dontBreakRows: true,
            widths: ["*", ...head.slice(1).map(() => "auto")],
            body: [cells(head, "head"), ...rows.map((row) => cells(row, "words"))],
          },
        },
        ...after.map((text) => ({ text, style: "words", alignment: "right" })),
      ],
      footer: (page, pages) => ({ text: `${page} / ${pages}`, fontSize: 8, alignment: "right", margin: [30, 8] }),
      defaultStyle: { font: "Noto", fontSize: 9.75 },
      styles: { title: { fontSize: 18, bold: true }, head: { bold: true }, words: { margin: [0, 3] } },
    })
    .getBuffer(),
);
